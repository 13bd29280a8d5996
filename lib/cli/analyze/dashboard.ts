/** Serves the dashboard: of an analysis while it runs, or of another view. Nothing of it is loaded without one. */
import denoJson from "../../../deno.json" with { type: "json" };
import { logger } from "../../base/log.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { RunRecord } from "../../monitoring/run_record.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";
import type { AnalysisPlan } from "../../plan/analysis_plan.ts";
import type { UiPlan } from "../../plan/plan_ui.ts";
import type { Io } from "../io.ts";

const log = logger("ui");

/** A dashboard that is being served. */
export interface Dashboard {
  /** Where people find it. */
  readonly url: string;
  /** Come after the record of the run in the bus. */
  readonly listeners: readonly RunListener[];
  close(): Promise<void>;
}

/** What all dashboards have. */
interface ServedOptions {
  readonly ui: UiPlan;
  /** The broker, for people. */
  readonly broker: () => string;
}

/** What the dashboard of a run shows. */
export interface DashboardOptions extends ServedOptions {
  readonly plan: AnalysisPlan;
  readonly record: RunRecord;
}

/** What any other dashboard shows. */
export interface ViewOptions extends ServedOptions {
  readonly view: RunView;
}

/**
 * Serves the dashboard of a run that is about to start.
 *
 * @throws {SfcrimeError} USAGE if it cannot listen.
 */
export async function serveDashboard(
  io: Pick<Io, "host" | "processUsage">,
  { ui, plan, record, broker }: DashboardOptions,
): Promise<Dashboard> {
  const { LiveView } = await import("../../monitoring/view/live_view.ts");
  const view = new LiveView({ plan, record, clock: io.host, lagRecordsMax: ui.lagRecordsMax });
  const { listeners, ...served } = await serveView(io, { ui, view, broker });
  return { ...served, listeners: [view, ...listeners] };
}

/**
 * Serves the dashboard of a view.
 *
 * @throws {SfcrimeError} USAGE if it cannot listen.
 */
export async function serveView(
  { host, ...io }: Pick<Io, "host" | "processUsage">,
  { ui, view, broker }: ViewOptions,
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
  return { url, listeners: [listener], close };
}
