/** What `sfcrime analyze --engine spark` does with its plan: runs it on a Spark cluster. Only this loads what that takes. */
import denoJson from "../../../deno.json" with { type: "json" };
import { closingAll } from "../../base/closing.ts";
import { logger } from "../../base/log.ts";
import { readPem } from "../../broker/kafka/connection/read_pem.ts";
import { topicsText } from "../../config/values/topic_selection.ts";
import { RunLog } from "../../monitoring/log/run_log.ts";
import { TimeReport } from "../../monitoring/log/time_report.ts";
import { ProgressFile } from "../../monitoring/progress/progress_file.ts";
import { LiveView } from "../../monitoring/view/live_view.ts";
import { listenerBus } from "../../monitoring/run_listener.ts";
import { RunRecord } from "../../monitoring/run_record.ts";
import { type AnalysisPlan, selectionsOf } from "../../plan/analysis_plan.ts";
import { clusterProperties } from "../../spark/cluster/cluster_kafka.ts";
import { runOnSpark } from "../../spark/cluster/run_on_spark.ts";
import { type CheckedContext, interruptible } from "../context.ts";
import { serveDashboard } from "./dashboard.ts";

const log = logger("analyze");

/** A plan whose engine is a cluster. */
export interface ClusterPlan {
  readonly plan: AnalysisPlan;
  readonly engine: AnalysisPlan["engine"] & { readonly kind: "spark" };
}

/**
 * Runs the plan until it ends, or the user stops it.
 *
 * @throws {SfcrimeError} What ended the run.
 */
export async function runOnCluster(
  { io, settings }: CheckedContext,
  { plan, engine }: ClusterPlan,
): Promise<void> {
  const { queries, ui } = plan;
  const properties = clusterProperties(settings.clientProperties, readPem);
  const progressFile = plan.progress === undefined ? undefined : ProgressFile.open(plan.progress, io.stdout);
  const record = new RunRecord();
  const view = ui && new LiveView({ plan, record, clock: io.host, lagRecordsMax: ui.lagRecordsMax });
  const dashboard = view && await serveDashboard(io, { ui, view, broker: () => engine.servers.join(",") });
  const runLog = new RunLog({
    record,
    timeReport: new TimeReport(queries, record),
    queries,
    showsBatches: true,
  });
  const listeners = [record, view, dashboard?.listener, runLog, progressFile];
  const names = queries.map(({ plan: { name } }) => name).join(", ");
  log.info(`Analysing ${selectionsOf(plan).map(topicsText).join(", ")} on Spark: ${names}`);
  await closingAll(
    () =>
      interruptible(
        io,
        (signal) =>
          runOnSpark({
            plan,
            remote: engine.remote,
            kafka: { servers: engine.servers, properties },
            output: io.stdout,
            host: io.host,
            version: denoJson.version,
            signal,
            listener: listenerBus(listeners.filter((listener) => listener !== undefined)),
          }),
        () => log.info("Stopping after the current batches. Press Ctrl-C again to exit without waiting."),
      ),
    () => [
      () => dashboard?.close(),
      () => progressFile?.close(),
    ],
  );
}
