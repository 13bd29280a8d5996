/** Serves the dashboard of an analysis while it runs. Nothing of it is loaded for a run without one. */
import denoJson from "../../../deno.json" with { type: "json" };
import { logger } from "../../base/log.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { RunRecord } from "../../monitoring/run_record.ts";
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

/** What a dashboard shows. */
export interface DashboardOptions {
  readonly ui: UiPlan;
  readonly plan: AnalysisPlan;
  readonly record: RunRecord;
  /** The broker, for people. */
  readonly broker: () => string;
}

/**
 * Serves the dashboard of a run that is about to start.
 *
 * @throws {SfcrimeError} USAGE if it cannot listen.
 */
export async function serveDashboard(
  { host, ...io }: Pick<Io, "host" | "processUsage">,
  { ui, plan, record, broker }: DashboardOptions,
): Promise<Dashboard> {
  const [{ LiveView }, { serveUi, UI_LIMITS }] = await Promise.all([
    import("../../monitoring/view/live_view.ts"),
    import("../../ui/server/ui_server.ts"),
  ]);
  const view = new LiveView({ plan, record, clock: host, lagRecordsMax: ui.lagRecordsMax });
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
  return { url, listeners: [view, listener], close };
}
