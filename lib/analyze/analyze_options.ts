/** The options of an analysis. */
import type { Output } from "../base/files/output.ts";
import type { LocalHost } from "../base/host.ts";
import type { Broker, BrokerAddress } from "../broker/broker.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { RunListener } from "../monitoring/run_listener.ts";
import type { AnalysisPlan } from "../plan/analysis_plan.ts";
import type { WorkerThread } from "./workers/worker_thread.ts";

/** See the module's description. */
export interface AnalyzeOptions {
  readonly plan: AnalysisPlan;
  readonly broker: Broker;
  /** The address that each worker connects to. */
  readonly address: BrokerAddress;
  readonly output: Output;
  readonly host: LocalHost;
  /** Ends the run after the current batches. */
  readonly signal: AbortSignal;
  readonly listener?: RunListener;
  /** Whether the current rows of queries can be read, by what `started` tells. */
  readonly keepsRows?: boolean;
  /** Creates the sink of a query, instead of the one in the plan; undefined if it is that one. */
  readonly makeSink?: (plan: QueryPlan) => Sink | undefined;
  /** Creates a worker thread. */
  readonly spawn: () => WorkerThread;
  /** Starts a worker in this thread; without it, threads run small batches, too. */
  readonly startLocal?: () => WorkerThread;
}
