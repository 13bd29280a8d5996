/**
 * What the coordinator and a worker say to each other. All of it is plain data.
 *
 * ```
 * coordinator              worker
 *   prepare        ─▶        once: opens its reader, compiles the plans
 *                  ◀─        ready
 *   tables         ─▶        between two batches: the rows of some static tables are others now
 *   task           ─▶        reads a range of offsets
 *                  ◀─        rows      chunks of stateless queries, in order; each is answered by `taken`
 *                  ◀─        late      chunks of late records, where they are wanted; answered in the same way
 *                  ◀─        part      when it has gathered much: what a flush would bring, up to an offset of the
 *                                      task, which goes on from there; answered by `taken`, too
 *   taken          ─▶
 *                  ◀─        done      with the counts of the task
 *   flush          ─▶        at the end of a batch
 *                  ◀─        flushed   partial groups and event times of all tasks since the last flush
 *                  ◀─        lost      tells of records that are gone; the task goes on without them
 *                  ◀─        outage    Kafka does not answer, or does again
 *                  ◀─        failed    instead of done or flushed
 * ```
 * Nothing of a task counts before its worker is flushed, so a worker that dies loses nothing: the tasks that
 * it had since its last flush are run again by another, which leaves out the rows that were taken already. A part
 * is a flush in the middle of a task, which then begins behind it.
 */
import type { ErrorCode } from "../base/errors.ts";
import type { BrokerAddress, OffsetRange } from "../broker/broker.ts";
import type { OutageNews } from "../broker/outage_watch.ts";
import type { StreamReading } from "./declared_streams.ts";
import type { SourceSample } from "./key_sample.ts";
import type { LateRecord } from "./late_rows.ts";
import type { TableRows } from "./table_reload.ts";
import type { RowChunk, RowFormat } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { TableColumns } from "../sql/slot_names.ts";
import type { HeldRows } from "../stream/held_rows.ts";
import type { PartialGroups } from "../stream/partial_aggregate.ts";
import type { EventTimeSummary } from "../stream/watermark.ts";

/** A query as a worker needs to know it. Queries are known by their index in the list of these. */
export interface WorkerQuery {
  readonly plan: QueryPlan;
  readonly format: RowFormat;
}

/** Everything that holds for the whole run. */
export interface WorkerSetup {
  readonly broker: BrokerAddress;
  readonly queries: readonly WorkerQuery[];
  /** Whether a range of which records are gone fails. */
  readonly failOnDataLoss: boolean;
  /** Whether late records are told. */
  readonly tellsLate: boolean;
  /** How the records of each stream are found and read. */
  readonly streams: Readonly<Record<string, StreamReading>>;
  /** The rows of the static tables. */
  readonly tables: TableRows;
  /** The names of their columns, for what is told to people. */
  readonly tableColumns: TableColumns;
}

/** A query's part in a task. */
export interface TaskQuery {
  readonly query: number;
  readonly batchId: number;
  /** Output rows to leave out, because an earlier run of the task has given them. */
  readonly skipRows: number;
  /** Rows are late by this watermark; only given where late records are told. */
  readonly lateMs?: number;
  /** Rows with an event time after this are left out. */
  readonly eventTimeMaxMs?: number;
}

/** A range of offsets to read, for some queries at once. */
export interface Task {
  readonly id: number;
  readonly range: OffsetRange;
  readonly queries: readonly TaskQuery[];
}

/** What a task came to. */
export interface TaskCounts {
  readonly records: number;
  readonly bytes: number;
  /** Records whose value is no JSON object. */
  readonly malformed: number;
}

/** What a worker has gathered for one query since the last flush. */
export interface QueryPartial {
  readonly query: number;
  /** Absent from a stateless query. */
  readonly groups?: PartialGroups;
  /** Rows whose keys have to be known first, in the order of tasks of this worker. */
  readonly held?: readonly HeldRows[];
  /** By branch. */
  readonly eventTimes: readonly EventTimeSummary[];
}

/** What a worker has gathered before the end of a task. */
export interface TaskPart {
  /** The offset behind the part. */
  readonly next: number;
  /** What was read since the task began, or since the part before. */
  readonly counts: TaskCounts;
  readonly partials: readonly QueryPartial[];
  /**
   * By query: output rows behind the part that an earlier run of the task has given. That run may have had its parts
   * elsewhere, so the rows that it gave need not end where this part does.
   */
  readonly skipRows: ReadonlyMap<number, number>;
}

/** From the coordinator to a worker. */
export type ToWorker =
  | { readonly type: "prepare"; readonly setup: WorkerSetup }
  | { readonly type: "tables"; readonly tables: TableRows }
  | { readonly type: "task"; readonly task: Task }
  | { readonly type: "taken"; readonly what: "chunk" | "part" }
  | { readonly type: "flush"; readonly queries: readonly number[] };

/** From a worker to the coordinator. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "rows"; readonly task: number; readonly query: number; readonly chunk: RowChunk }
  | { readonly type: "late"; readonly task: number; readonly records: readonly LateRecord[] }
  | { readonly type: "part"; readonly task: number; readonly part: TaskPart }
  | {
    readonly type: "done";
    readonly task: number;
    readonly counts: TaskCounts;
    readonly samples: readonly SourceSample[];
  }
  | { readonly type: "flushed"; readonly partials: readonly QueryPartial[] }
  | { readonly type: "lost"; readonly message: string }
  | { readonly type: "outage"; readonly news: OutageNews }
  | { readonly type: "failed"; readonly error: ErrorMessage };

/** An error on its way between threads, which would lose its class. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retriable: boolean;
  readonly stack: string | undefined;
}
