/** A Spark cluster, where one is set: whether its Connect server is reached, and reaches Kafka in turn. */
import denoJson from "../../../../deno.json" with { type: "json" };
import { readNamedText } from "../../../base/files/read_named.ts";
import { formatDuration } from "../../../base/text/duration.ts";
import { plural } from "../../../base/text/format.ts";
import { connectServer } from "../../../plan/checks/connect_server.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import type { SparkSession } from "../../../spark/connect/session.ts";
import type { Context } from "../../context.ts";
import { type AreaFinding, failureOf, good, warning } from "./finding.ts";
import { versionFinding } from "./check_engines.ts";

/** What is looked at. */
export interface SparkCheck {
  readonly plan: AnalysisPlan | undefined;
  readonly signal: AbortSignal;
}

/** See the module's description. */
export async function checkSpark(context: Context, check: SparkCheck): Promise<readonly AreaFinding[]> {
  const { settings, io: { host } } = context;
  if (settings.spark.remote === undefined) return [];
  const { SparkSession } = await import("../../../spark/connect/session.ts");
  const startMs = host.monotonicMs();
  try {
    const session = await SparkSession.open({
      // In a session of its own: others belong to queries that run.
      remote: { ...connectServer(settings)!, sessionId: host.newId() },
      version: denoJson.version,
      host,
    });
    try {
      const reach = formatDuration(host.monotonicMs() - startMs);
      const reached = versionFinding(
        `${session.description}, connected within ${reach}`,
        session.sparkVersion,
      );
      return [reached, ...await checkTopics(context, session, check)];
    } finally {
      await session.release();
    }
  } catch (error) {
    const found = failureOf(error);
    // Nothing needs it, then.
    return [settings.analyze.engine === "spark" ? found : warning(found.text, found.advice)];
  }
}

/** Whether the cluster finds the topics of the queries that it is to run. */
async function checkTopics(
  { settings, io: { host } }: Context,
  session: SparkSession,
  { plan, signal }: SparkCheck,
): Promise<readonly AreaFinding[]> {
  if (plan?.engine.kind !== "spark") return [];
  const { engine } = plan;
  const { clusterProperties } = await import("../../../spark/cluster/cluster_kafka.ts");
  const { QueryStarter } = await import("../../../spark/cluster/start_queries.ts");
  const properties = clusterProperties(settings.clientProperties, readNamedText);
  const kafka = { servers: engine.servers, properties };
  await new QueryStarter(session, { plan, kafka, host }).prepare(signal);
  const queries = plural(plan.queries.length, "query", "queries");
  return [good(`The cluster reads the topics of ${queries} at ${engine.servers.join(", ")}`)];
}
