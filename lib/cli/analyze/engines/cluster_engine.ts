/** A Spark cluster as the engine, by Spark Connect. Only this loads what that takes. */
import { join } from "node:path";
import denoJson from "../../../../deno.json" with { type: "json" };
import type { Output } from "../../../base/files/output.ts";
import { readNamedText } from "../../../base/files/read_named.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import { clusterProperties } from "../../../spark/cluster/cluster_kafka.ts";
import { AttachedQueries } from "../../../spark/life/attach.ts";
import { RememberedSessions } from "../../../spark/life/remembered_sessions.ts";
import { runOnSpark, type SparkOptions } from "../../../spark/life/run_on_spark.ts";
import type { Context } from "../../context.ts";
import type { Engine, EngineRun } from "./engine.ts";

/** A plan whose engine is a cluster. */
export interface ClusterPlan {
  readonly plan: AnalysisPlan;
  readonly engine: AnalysisPlan["engine"] & { readonly kind: "spark" };
}

/**
 * What queries of a plan are started with on its cluster, and found again.
 *
 * @throws {SfcrimeError} CONFIG for what cannot be passed on to Spark; FILE_MISSING for a certificate.
 */
export function sparkOptionsOf(
  { io: { host }, settings, dataDir }: Context,
  { plan, engine: { remote, servers } }: ClusterPlan,
): SparkOptions {
  const properties = clusterProperties(settings.clientProperties, readNamedText);
  const sessions = new RememberedSessions(join(dataDir, "spark"));
  return { plan, remote, kafka: { servers, properties }, sessions, host, version: denoJson.version };
}

/** See the module's description. */
export class ClusterEngine implements Engine {
  readonly isCluster = true;
  readonly listener = undefined;
  readonly broker: string;
  readonly stopText = "Stopping after the current batches. Press Ctrl-C again to leave the queries running.";
  readonly #options: SparkOptions & { readonly output: Output };

  constructor(context: Context, planned: ClusterPlan) {
    this.broker = planned.engine.servers.join(",");
    this.#options = { ...sparkOptionsOf(context, planned), output: context.io.stdout };
  }

  startText(topics: string, queries: string): string {
    return `Analysing ${topics} on Spark: ${queries}`;
  }

  async open(): Promise<void> {}

  async run(run: EngineRun): Promise<void> {
    await runOnSpark({ ...this.#options, ...run });
  }

  async close(): Promise<void> {}
}

/** Queries that run on a cluster already: they are followed, or stopped. */
export class AttachedEngine implements Engine {
  readonly isCluster = true;
  readonly listener = undefined;
  readonly broker: string;
  readonly stopText = "The queries go on without this program; --stop stops them.";
  readonly #queries: AttachedQueries;
  readonly #stops: boolean;

  private constructor(broker: string, queries: AttachedQueries, { stops }: { readonly stops: boolean }) {
    this.broker = broker;
    this.#queries = queries;
    this.#stops = stops;
  }

  /** @throws {SfcrimeError} SPARK if queries are not found; SPARK_UNREACHABLE. */
  static async find(
    context: Context,
    { names, stops, ...planned }: ClusterPlan & {
      /** The queries that were asked for; all that run if there is none. */
      readonly names: readonly string[];
      readonly stops: boolean;
    },
  ): Promise<AttachedEngine> {
    const queries = await AttachedQueries.find({ ...sparkOptionsOf(context, planned), names });
    return new AttachedEngine(planned.engine.servers.join(","), queries, { stops });
  }

  /** The queries that were found. */
  get plan(): AnalysisPlan {
    return this.#queries.plan;
  }

  startText(_topics: string, queries: string): string {
    return `${this.#stops ? "Stopping" : "Following"} on Spark: ${queries}`;
  }

  async open(): Promise<void> {}

  async run({ signal, listener, keepsRows }: EngineRun): Promise<void> {
    await this.#queries.follow({ signal, listener, keepsRows, stops: this.#stops });
  }

  async close(): Promise<void> {}
}
