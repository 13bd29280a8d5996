/** The options of a coordinator. */
import type { Clock } from "../base/clock.ts";
import type { Broker } from "../broker/broker.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import type { RunListener } from "../monitoring/run_listener.ts";
import type { QueryRun } from "./query/query_run.ts";
import type { RateLimits } from "../stream/time/rate_limit.ts";
import type { Source } from "./source/source.ts";
import type { TableReload } from "./table_reload.ts";
import type { WorkerPool } from "./workers/worker_pool.ts";

/** The options of a coordinator. */
export interface CoordinatorOptions {
  readonly broker: Broker;
  readonly source: Source;
  readonly pool: WorkerPool;
  /** Static tables that may change while the queries run. */
  readonly tables: TableReload;
  readonly queries: readonly CoordinatedQuery[];
  readonly trigger: TriggerSpec;
  readonly limits: RateLimits;
  /** Unique to this run. */
  readonly runId: string;
  readonly clock: Clock;
  /** Called when all its queries were stopped one by one; it then aborts the signal. */
  readonly allStopped: () => void;
  /** Ends the run after the current batch. */
  readonly signal: AbortSignal;
  readonly listener: RunListener;
}

/** A query, and its index among the queries of the workers. */
export interface CoordinatedQuery {
  readonly index: number;
  readonly run: QueryRun;
  /** Ends this query after the current batch; the others go on. */
  readonly stop: AbortSignal;
}
