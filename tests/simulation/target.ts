/** Where the rows of a query may go in a simulation. */
import type { Row } from "../../lib/records/data_type.ts";
import type { Sink, SinkBatch } from "../../lib/sinks/sink.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";
import type { Process } from "./process.ts";

/** A batch that was committed. */
export interface StoredBatch extends SinkBatch {
  readonly rows: readonly Row[];
}

/** What a sink needs. */
export interface SinkContext {
  readonly process: Process;
  readonly plan: QueryPlan;
  /** Called when the sink has written to a database file, which is named from the directory of the run. */
  readonly onWritten: (file: string) => void;
}

/** See the module's description. It outlives the runs. */
export interface Target {
  /** What a reader finds there; batches that it cannot tell apart are one. */
  readonly batches: readonly StoredBatch[];
  /** The sink of a run. */
  sinkOf(context: SinkContext): Sink;
}
