/** The dashboard of a run: its page, its interface and its metrics, on one port. Loaded only if it is wanted. */
import {
  ANSWER_MS_MAX,
  HTTP_CLOSE_MS_MAX,
  HTTP_CONNECTIONS_MAX,
  HTTP_HEAD_BYTES_MAX,
  HTTP_HEAD_MS_MAX,
  HTTP_IDLE_MS_MAX,
  HTTP_REQUEST_MS_MAX,
  HTTP_REQUESTS_PER_SECOND_MAX,
  HTTP_URL_LENGTH_MAX,
  UI_PORTS_TRIED_MAX,
} from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import type { ProcessUsage } from "../../base/host.ts";
import { listenerBus, type RunListener } from "../../monitoring/run_listener.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";
import type { UiPlan } from "../../plan/run/plan_ui.ts";
import { Metrics } from "../metrics/metrics.ts";
import { ASSETS } from "../page/assets.ts";
import { Access } from "./http/access.ts";
import { newApp } from "./app.ts";
import { Assets } from "./assets.ts";
import { EventStream } from "./event_stream.ts";
import { Guard, type RequestLimits } from "./http/guard.ts";
import { type HttpLimits, serveHttp } from "./http/http_server.ts";
import { openApi } from "./openapi.ts";
import { monitoringRoutes } from "./routes/monitoring_routes.ts";
import { pageRoutes } from "./routes/page_routes.ts";
import { queryRoutes } from "./routes/query_routes.ts";
import { RunControls, runRoutes } from "./routes/run_routes.ts";
import type { Route } from "./route.ts";

/** The limits of a dashboard. */
export type UiLimits = HttpLimits & RequestLimits;

/** The limits that hold for users. */
export const UI_LIMITS: UiLimits = {
  connectionsMax: HTTP_CONNECTIONS_MAX,
  headBytesMax: HTTP_HEAD_BYTES_MAX,
  headMsMax: HTTP_HEAD_MS_MAX,
  requestMsMax: HTTP_REQUEST_MS_MAX,
  idleMsMax: HTTP_IDLE_MS_MAX,
  answerMsMax: ANSWER_MS_MAX,
  closeMsMax: HTTP_CLOSE_MS_MAX,
  urlLengthMax: HTTP_URL_LENGTH_MAX,
  requestsPerSecondMax: HTTP_REQUESTS_PER_SECOND_MAX,
};

/** What a dashboard shows, and where. */
export interface UiOptions extends Pick<UiPlan, "hostname" | "port" | "token"> {
  readonly view: RunView;
  /** The broker, for people. */
  readonly broker: () => string;
  readonly version: string;
  readonly clock: Clock;
  readonly processUsage: () => ProcessUsage;
  readonly limits: UiLimits;
}

/** A dashboard that is being served. */
export interface UiServer {
  readonly port: number;
  /** Where people find it. */
  readonly url: string;
  /** To be told of the run, after the view. */
  readonly listener: RunListener;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Serves the dashboard.
 *
 * @throws {SfcrimeError} USAGE if it cannot listen.
 */
export async function serveUi(options: UiOptions): Promise<UiServer> {
  const { hostname, token, view, clock, version, limits } = options;
  let handle: (request: Request) => Promise<Response> = () =>
    Promise.resolve(new Response(null, { status: 503 }));
  const { port, close } = await serveHttp((request) => handle(request), {
    hostname,
    port: options.port,
    triesMax: UI_PORTS_TRIED_MAX,
    limits,
    clock,
  });
  const access = new Access({ token, port });
  const events = new EventStream(view, clock);
  const controls = new RunControls();
  const metrics = new Metrics({ ...options, startedAtMs: clock.nowMs() });
  const routes: readonly Route[] = [
    ...pageRoutes({ ...options, assets: new Assets(ASSETS), events, access }),
    ...queryRoutes(view),
    ...runRoutes({ view, controls, access }),
    ...monitoringRoutes({ view, metrics, access, openApi: () => openApi(routes, { version }) }),
  ];
  const openPaths = new Set(routes.filter(({ isOpen }) => isOpen === true).map(({ path }) => path));
  handle = newApp({ routes, guard: new Guard({ access, hostname, clock, limits, openPaths }) });
  return {
    port,
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    listener: listenerBus([events, metrics.listener, controls]),
    async close() {
      events.close();
      await close();
    },
  };
}
