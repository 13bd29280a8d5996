/** Serves the dashboard of a view: of an analysis while it runs, or of its checkpoints. Nothing of it is loaded without one. */
import denoJson from "../../../deno.json" with { type: "json" };
import { logger } from "../../base/log.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";
import type { UiPlan } from "../../plan/run/plan_ui.ts";
import type { Io } from "../io.ts";

const log = logger("ui");

/** A dashboard that is being served. */
export interface Dashboard {
  /** Where people find it. */
  readonly url: string;
  /** Comes after the view in the bus, if that is of a run. */
  readonly listener: RunListener;
  close(): Promise<void>;
}

/** What a dashboard shows, and where it is served. */
export interface DashboardOptions {
  readonly ui: UiPlan;
  readonly view: RunView;
  /** The broker, for people. */
  readonly broker: () => string;
}

/**
 * Serves the dashboard of a view; for that of a run, before it starts.
 *
 * @throws {SfcrimeError} USAGE if it cannot listen.
 */
export async function serveDashboard(
  { host, ...io }: Pick<Io, "host" | "processUsage">,
  { ui, view, broker }: DashboardOptions,
): Promise<Dashboard> {
  const { serveUi, UI_LIMITS } = await import("../../ui/server/ui_server.ts");
  const { url, port, listener, close } = await serveUi({
    ...ui,
    view,
    broker,
    version: denoJson.version,
    clock: host,
    processUsage: () => io.processUsage(),
    limits: UI_LIMITS,
  });
  const moved = ui.port === 0 || ui.port === port ? "" : ` (port ${ui.port} is in use)`;
  log.info(`Dashboard at ${url}${moved}`);
  return { url, listener, close };
}
