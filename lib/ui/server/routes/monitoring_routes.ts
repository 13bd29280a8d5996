/** The routes for what watches the program: health, readiness, metrics, and the description of all routes. */
import type { QueryView } from "../../../monitoring/view/query_view.ts";
import type { RunView } from "../../../monitoring/view/run_view.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import type { Access } from "../http/access.ts";
import { json, JSON_TYPE, text } from "../http/answers.ts";
import type { Route } from "../route.ts";
import { health, readiness } from "../schemas.ts";

/** What is watched. */
export interface MonitoringSources {
  readonly view: RunView;
  readonly metrics: Metrics;
  readonly access: Access;
  /** The description of all routes. */
  readonly openApi: () => unknown;
}

/** Why a query is not ready, by its health. */
const UNREADY: Readonly<Partial<Record<QueryView["health"], string>>> = {
  starting: "It has not committed a batch yet.",
  behind: "It is further behind than [ui] lag_limit allows.",
  failed: "It has failed.",
  ended: "It has ended.",
};

/** The routes. */
export function monitoringRoutes({ view, metrics, access, openApi }: MonitoringSources): Route[] {
  return [
    {
      method: "GET",
      path: "/metrics",
      summary: "Metrics for Prometheus.",
      types: ["text/plain"],
      answer: async () => text(await metrics.text(), { type: metrics.contentType }),
    },
    {
      method: "GET",
      path: "/healthz",
      summary: "Whether the program answers.",
      isOpen: true,
      types: [JSON_TYPE],
      schema: health,
      answer: () => json({ status: "ok" }),
    },
    {
      method: "GET",
      path: "/readyz",
      summary: "Whether all queries run, and none is further behind than [ui] lag_limit.",
      isOpen: true,
      types: [JSON_TYPE],
      schema: readiness,
      others: { 503: { description: "A query is not ready.", schema: readiness } },
      answer: ({ headers }) => {
        const queries = view.queries();
        const unready = queries.flatMap(({ name, health }) => {
          const reason = UNREADY[health];
          return reason === undefined ? [] : [{ name, reason }];
        });
        const isReady = queries.length > 0 && unready.length === 0;
        const maySee = !access.hasToken || access.isKnown(headers);
        return json({ status: isReady ? "ready" : "unready", ...(maySee ? { queries: unready } : {}) }, {
          status: isReady ? 200 : 503,
        });
      },
    },
    {
      method: "GET",
      path: "/openapi.json",
      summary: "This description.",
      types: [JSON_TYPE],
      answer: () => json(openApi()),
    },
  ];
}
