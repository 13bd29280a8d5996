/** A Spark cluster as the engine, by Spark Connect. Only this loads what that takes. */
import denoJson from "../../../../deno.json" with { type: "json" };
import { readPem } from "../../../broker/kafka/connection/read_pem.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import { clusterProperties } from "../../../spark/cluster/cluster_kafka.ts";
import { runOnSpark, type SparkRunOptions } from "../../../spark/cluster/run_on_spark.ts";
import type { Context } from "../../context.ts";
import type { Engine, EngineRun } from "./engine.ts";

/** A plan whose engine is a cluster. */
export interface ClusterPlan {
  readonly plan: AnalysisPlan;
  readonly engine: AnalysisPlan["engine"] & { readonly kind: "spark" };
}

/** See the module's description. */
export class ClusterEngine implements Engine {
  readonly isCluster = true;
  readonly listener = undefined;
  readonly broker: string;
  readonly stopText = "Stopping after the current batches. Press Ctrl-C again to exit without waiting.";
  readonly #options: Omit<SparkRunOptions, keyof EngineRun>;

  /** @throws {SfcrimeError} CONFIG for what cannot be passed on to Spark; FILE_MISSING for a certificate. */
  constructor({ io, settings }: Context, { plan, engine: { remote, servers } }: ClusterPlan) {
    const properties = clusterProperties(settings.clientProperties, readPem);
    const { host, stdout: output } = io;
    this.broker = servers.join(",");
    this.#options = {
      plan,
      remote,
      kafka: { servers, properties },
      output,
      host,
      version: denoJson.version,
    };
  }

  async open(): Promise<void> {}

  async run(run: EngineRun): Promise<void> {
    await runOnSpark({ ...this.#options, ...run });
  }

  async close(): Promise<void> {}
}
