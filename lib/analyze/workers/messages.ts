/**
 * The messages between the coordinator and the workers. All of it is plain data.
 *
 * ```
 * coordinator              worker
 *   prepare        ─▶        once: opens its reader, compiles the plans
 *                  ◀─        ready
 *   tables         ─▶        between two batches: new rows of static tables
 *   task           ─▶        reads a range of offsets
 *                  ◀─        rows      chunks of stateless queries, in order; each is acknowledged by `taken`
 *                  ◀─        late      chunks of late records, if wanted; acknowledged in the same way
 *                  ◀─        part      a flush within a task, up to an offset, once many groups are collected;
 *                                      acknowledged by `taken`, too
 *   taken          ─▶
 *                  ◀─        done      with the counts of the task
 *   flush          ─▶        at the end of a batch
 *                  ◀─        flushed   partial groups and event times of all tasks since the last flush
 *                  ◀─        lost      reports records that are gone; the task continues without them
 *                  ◀─        outage    Kafka does not answer, or answers again
 *                  ◀─        failed    instead of done or flushed
 * ```
 *
 * Nothing of a task counts before its worker is flushed, so a worker that dies loses nothing: the tasks that it had
 * since its last flush are run again by another worker, which skips the rows that were already taken. A part is a
 * flush in the middle of a task, which then continues after it.
 */
import type { ErrorCode } from "../../base/errors.ts";
import type { BrokerAddress, OffsetRange } from "../../broker/broker.ts";
import type { OutageNews } from "../../broker/outages/outage_watch.ts";
import type { StreamReading } from "../../plan/declared_streams.ts";
import type { RegistryAddress } from "../../registry/registry_address.ts";
import type { SourceSample } from "../../monitoring/key_sample.ts";
import type { LateRecord } from "../../monitoring/late_rows/late_record.ts";
import type { BadRecordSamples } from "../source/bad_records.ts";
import type { TableRows } from "../table_reload.ts";
import type { RowChunk, RowFormat } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import type { ExchangedInput } from "../../stream/operators/exchange.ts";
import type { EventTimeSummary } from "../../stream/time/watermark.ts";

/** A query for a worker. Queries are identified by their index in this list. */
export interface WorkerQuery {
  readonly plan: QueryPlan;
  readonly format: RowFormat;
  /** Whether the last rows of a task are wanted in addition. */
  readonly keepsLast?: boolean;
}

/** What a thread may be told when it starts. */
export interface WorkerStart {
  /** The broker whose modules it loads at once, before it is sent the address. */
  readonly broker?: BrokerAddress["kind"];
}

/** The setup for the whole run. */
export interface WorkerSetup {
  readonly broker: BrokerAddress;
  readonly queries: readonly WorkerQuery[];
  /** Whether a range with deleted records is an error. */
  readonly failOnDataLoss: boolean;
  /** Whether late records are reported. */
  readonly collectsLate: boolean;
  /** Whether the first late and malformed records are shown. */
  readonly samplesBadRecords?: boolean;
  /** The topics of each stream, and how its records are parsed. */
  readonly streams: Readonly<Record<string, StreamReading>>;
  /** The registry with the schemas of records, if a stream has any. */
  readonly registry?: RegistryAddress | undefined;
  /** The rows of the static tables. */
  readonly tables: TableRows;
  /** The names of their columns, for messages. */
  readonly tableColumns: TableColumns;
}

/** The part of a query in a task. */
export interface TaskQuery {
  readonly query: number;
  readonly batchId: number;
  /** Output rows to skip, because an earlier run of the task has emitted them. */
  readonly skipRows: number;
  /** The watermark for late rows; only set if late records are reported or shown. */
  readonly lateMs?: number;
  /** Rows with an event time after this are dropped. */
  readonly eventTimeMaxMs?: number;
  /** The time of the batch, if the query asks for it. */
  readonly timeMs?: number;
  /** What the query draws its random values from, if it does. */
  readonly seed?: string;
}

/** A range of offsets to read, for several queries at once. */
export interface Task {
  readonly id: number;
  readonly range: OffsetRange;
  readonly queries: readonly TaskQuery[];
}

/** The counts of a task. */
export interface TaskCounts {
  readonly records: number;
  /** Records whose value is not a JSON object. */
  readonly malformed: number;
}

/** The partial results of a worker for one query since the last flush. */
export interface QueryPartial {
  readonly query: number;
  /** For its operators; keyed rows are in the order of the tasks of this worker. */
  readonly inputs: readonly ExchangedInput[];
  /** By branch. */
  readonly eventTimes: readonly EventTimeSummary[];
}

/** The memory of the groups in partial results, which can be transferred to another thread. */
export function memoryOf(partials: readonly QueryPartial[]): ArrayBuffer[] {
  return partials.flatMap(({ inputs }) => inputs)
    .flatMap((input) => input.kind === "partials" ? [input.groups.packed.bytes.buffer] : []);
}

/** The partial results before the end of a task. */
export interface TaskPart {
  /** The offset after the part. */
  readonly next: number;
  /** The counts since the start of the task, or since the previous part. */
  readonly counts: TaskCounts;
  readonly partials: readonly QueryPartial[];
  /**
   * By query: output rows after the part that an earlier run of the task has emitted. That run may have had
   * other parts, so its rows need not end where this part does.
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
    /** The first late and malformed records of the task. */
    readonly bad: BadRecordSamples;
    /** How long the worker was computing since its last task, in milliseconds. */
    readonly busyMs: number;
  }
  | { readonly type: "flushed"; readonly partials: readonly QueryPartial[] }
  | { readonly type: "lost"; readonly message: string }
  | { readonly type: "outage"; readonly news: OutageNews }
  | { readonly type: "failed"; readonly error: ErrorMessage };

/** An error as sent between threads, which would lose its class. */
export interface ErrorMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retriable: boolean;
  readonly stack: string | undefined;
}
