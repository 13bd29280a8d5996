/** What a coordinator runs with. */
import type { Clock } from "../base/clock.ts";
import type { Broker } from "../broker/broker.ts";
import type { TopicSelection } from "../config/topic_selection.ts";
import type { TriggerSpec } from "../config/values.ts";
import type { IdleQueries } from "./idleness.ts";
import type { LateRows } from "./late_rows.ts";
import type { BatchProgress } from "./progress.ts";
import type { LeastRecords } from "./putting_off.ts";
import type { QueryRun } from "./query_run.ts";
import type { OnStatus } from "./query_status.ts";
import type { Source } from "./source.ts";
import type { TableReload } from "./table_reload.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** How much a batch may take. */
export interface RateLimits {
  readonly maxOffsetsPerTrigger: number | undefined;
  /** Records a second of each partition. */
  readonly maxRatePerPartition: number | undefined;
  /** Any are enough where it is absent. */
  readonly minOffsetsPerTrigger?: LeastRecords;
}

/** Some queries, and everything that they need to run. */
export interface CoordinatorOptions {
  readonly broker: Broker;
  readonly source: Source;
  readonly pool: WorkerPool;
  /** Static tables that may change while the queries run. */
  readonly tables: TableReload;
  readonly queries: readonly CoordinatedQuery[];
  readonly trigger: TriggerSpec;
  readonly limits: RateLimits;
  /** What the state of one query may take in memory. No limit where it is absent. */
  readonly stateBytesMax?: number;
  /** Is of this run alone. */
  readonly runId: string;
  readonly clock: Clock;
  /** Ends the run after the batch that is under way. */
  readonly signal: AbortSignal;
  /** Takes what a batch came to; the next one waits for it. */
  readonly onProgress: (progress: BatchProgress) => void | Promise<void>;
  /** Whether a run that ends by itself gives out the groups that are still open. */
  readonly flushAtEnd?: boolean;
  /** Takes the records that come too late. */
  readonly lateRows?: LateRows;
  readonly onStatus?: OnStatus;
  /** Is told, from time to time, that there is nothing to read. */
  readonly onIdle?: (idle: IdleQueries) => void;
}

/** A query, its index among the workers' queries, and what each of its streams reads. */
export interface CoordinatedQuery {
  readonly index: number;
  readonly run: QueryRun;
  readonly reads: readonly TopicSelection[];
}
