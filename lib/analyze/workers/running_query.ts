/**
 * A query at a worker: its branches, connected to the decoded rows of its sources, and its output: chunks of
 * rows, or groups.
 */
import {
  CHUNK_ROWS_MAX,
  RECORD_BYTES_MADE_MAX,
  RECORD_ROWS_MAX,
  SCATTERED_BYTES_MAX,
} from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { formatBytes, formatCount } from "../../base/text/format.ts";
import { type TimeZone, timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { Row, RowConsumer } from "../../records/data_type.ts";
import { type Micros, microsOfMillis, subtract } from "../../records/values/micros.ts";
import { isFull, type RowEncoder, rowEncoder } from "../../sinks/rows/row_encoder.ts";
import type { RowChunk } from "../../sinks/sink.ts";
import type { OffsetRange } from "../../broker/broker.ts";
import type { AggregatePlan, Branch, JoinSidePlan, QueryPlan, TimeSlot } from "../../sql/plan.ts";
import { usesBatchTime, withBatchTime } from "../../sql/functions/time/batch_time.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import { decodedColumns } from "../../stream/decoding/decoded_columns.ts";
import { compileBranch, type RunningBranch } from "../../stream/branch.ts";
import {
  crossesTagged,
  type ExchangedInput,
  KeyedRowBuffer,
  RowBuffer,
} from "../../stream/operators/exchange.ts";
import { Draws } from "../../stream/functions/random/draws.ts";
import { originOf } from "../../stream/aggregates/origin.ts";
import { PartialAggregate } from "../../stream/aggregates/partial_aggregate.ts";
import { groupEndOf } from "../../stream/operators/aggregate.ts";
import { timeOf } from "../../stream/operators/stream_join/state_watermark.ts";
import type { WindowRun } from "../../stream/time/window_steps.ts";
import { LastRows } from "../rows/last_rows.ts";
import type { QueryPartial, TaskQuery, WorkerQuery } from "./messages.ts";
import { failedOnRecord, type RecordPlace } from "./query_failure.ts";
import type { SharedSource } from "./reading/shared_source.ts";

/** A branch, connected to its decoded row. */
export interface ConnectedBranch {
  /** Adds the query and the expression to a failure on the current row. */
  readonly failure: (error: unknown, place: RecordPlace) => unknown;
  readonly source: SharedSource;
  readonly running: RunningBranch;
  /** Present if it draws random values: to be told of each record. */
  readonly draws: Draws | undefined;
  /** For each column of the branch: the slot of the decoded row. */
  readonly sourceSlots: readonly number[];
  /** Present if the rows of the branch cross with their key. */
  readonly keyedRows: KeyedRowBuffer | undefined;
  /** Present if the rows of the branch cross for a join. */
  readonly orderedRows: RowBuffer | undefined;
  /** Checks whether the row is late for deduplication, if late records are reported. */
  readonly checkTime: ((row: Row) => void) | undefined;
}

/** The context for compiling a query. */
export interface CompileContext {
  /** Finds the source of a branch, for a time zone. */
  readonly sourceOf: (branch: Branch, zone: TimeZone) => SharedSource;
  /** The rows of static tables, by name. */
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  readonly tableColumns: TableColumns;
  readonly collectsLate: boolean;
  /** Rows in one chunk. */
  readonly chunkRowsMax?: number;
}

/** See the module's description. */
export class RunningQuery {
  branches: readonly ConnectedBranch[];
  /** Whether a row of the current record is late. */
  isLate = false;
  readonly #plan: QueryPlan;
  readonly #context: CompileContext;
  /** Whether the branches are compiled for each batch, with its time. */
  readonly #usesTime: boolean;
  #timeMs: number | undefined;
  /** The aggregates that rows are grouped for here. */
  readonly #aggregates: readonly WorkerAggregate[];
  /** By branch. */
  #origins: readonly string[] = [];
  /** The slots that each branch reads at its source, which are the same for every time. */
  readonly #sourceSlots: (readonly number[])[] = [];
  /** What each branch draws random values from, if it does. */
  readonly #draws: readonly (Draws | undefined)[];
  readonly #encoder: RowEncoder;
  /** The last rows of the task, if they are wanted. */
  readonly #last: LastRows | undefined;
  readonly #chunkRowsMax: number;
  /** Chunks that are full. */
  #chunks: RowChunk[] = [];
  /** What is in them. */
  #ofRecord = { rows: 0, bytes: 0 };
  /** The rows of tasks that are done, where they do not cross as chunks. */
  #rows: ExchangedInput[] = [];
  #batchId = 0;
  #skipRows = 0;
  /** Rows whose groups end at or before this are late; only set if late records are reported. */
  #lateMicros: Micros = -Infinity;

  constructor({ plan, format, keepsLast }: WorkerQuery, context: CompileContext) {
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    this.#plan = plan;
    this.#context = context;
    this.#usesTime = usesBatchTime(plan.branches);
    this.#chunkRowsMax = context.chunkRowsMax ?? CHUNK_ROWS_MAX;
    this.#aggregates = workerAggregates(plan);
    this.#encoder = rowEncoder({ format, schema: plan.output, zone, query: plan.name });
    this.#last = keepsLast === true ? new LastRows() : undefined;
    this.#draws = plan.branches.map(({ steps }) =>
      steps.some(({ kind }) => kind === "random") ? new Draws() : undefined
    );
    this.branches = this.#connectAll(plan.branches);
  }

  #connectAll(branches: readonly Branch[]): ConnectedBranch[] {
    const [plan, context] = [this.#plan, this.#context];
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    const isTagged = crossesTagged(plan);
    return branches.map((branch, index) => {
      const aggregate = this.#aggregates.find(({ branches }) => branches.includes(index));
      const join = joinSideOf(plan, branch);
      const windows = aggregate?.partial.windowsOf(branch);
      const orderedRows = join === undefined ? undefined : new RowBuffer();
      const consume = orderedRows !== undefined
        ? this.#ordering(orderedRows, context.collectsLate ? join!.eventTime : undefined)
        : aggregate === undefined
        ? isTagged ? this.#withTag(index) : this.#addRow
        : this.#aggregating(aggregate, windows);
      const separates = aggregate?.partial.separatesOrigins === true;
      return this.#connect(branch, index, {
        ...context,
        zone,
        name: plan.name,
        consume: separates ? this.#withOrigin(index, aggregate, consume) : consume,
        aggregate: aggregate?.partial,
        windows,
        orderedRows,
      });
    });
  }

  /** Begins a task. */
  begin(
    { batchId, skipRows, lateMs, eventTimeMaxMs, timeMs, seed = "" }: TaskQuery,
    { topic, partition }: Pick<OffsetRange, "topic" | "partition">,
  ): void {
    if (this.#usesTime && timeMs !== undefined && timeMs !== this.#timeMs) {
      this.#timeMs = timeMs;
      this.branches = this.#connectAll(withBatchTime(this.#plan.branches, timeMs));
    }
    if (this.#aggregates.some(({ partial }) => partial.separatesOrigins)) {
      this.#origins = this.branches.map((_branch, index) => originOf(index, { topic, partition }));
    }
    this.#draws.forEach((draws, branch) => draws?.usePlace(`${seed} branch ${branch} ${topic}-${partition}`));
    const eventTimeMax = eventTimeMaxMs === undefined ? Infinity : microsOfMillis(eventTimeMaxMs);
    for (const { running } of this.branches) running.eventTimeMaxMicros = eventTimeMax;
    this.#lateMicros = lateMs === undefined ? -Infinity : microsOfMillis(lateMs);
    this.#batchId = batchId;
    this.#skipRows = skipRows;
  }

  /** Output rows that are still to be skipped, because an earlier run of the task has emitted them. */
  get skipRows(): number {
    return this.#skipRows;
  }

  /** Estimated memory of its groups. It is asked for after each record, so the loop is one over indexes. */
  get groupBytes(): number {
    let bytes = 0;
    for (let index = 0; index < this.#aggregates.length; index++) {
      bytes += this.#aggregates[index]!.partial.memoryBytes;
    }
    return bytes;
  }

  /** Whether its groups, which take so many bytes, are so many that there is no use in gathering more. */
  isScattered(groupBytes: number): boolean {
    return groupBytes >= SCATTERED_BYTES_MAX && this.#aggregates.some(({ partial }) => partial.isScattered);
  }

  /** Whether there are full chunks. */
  get hasChunks(): boolean {
    return this.#chunks.length > 0;
  }

  /** The full chunks; at the end of a task or a part of it, also the last one. */
  takeChunks(isEnd: boolean): RowChunk[] {
    if (isEnd) this.#endChunks();
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  #endChunks(): void {
    const last = this.#last?.take() ?? [];
    if (last.length > 0) this.#chunks.push({ ...this.#encoder.take(), last });
    else if (this.#encoder.rowCount > 0) this.#chunks.push(this.#encoder.take());
  }

  /** Adds the rows of a task or a part of it to the next flush, where they do not cross as chunks. */
  drainRows(task: number): void {
    this.branches.forEach(({ keyedRows, orderedRows }, branch) => {
      if (keyedRows !== undefined) {
        this.#rows.push({ kind: "keyed rows", branch, task, rows: keyedRows.drain() });
      } else if (orderedRows !== undefined) {
        this.#rows.push({ kind: "ordered rows", branch, task, rows: orderedRows.drain() });
      }
    });
  }

  /** The partial results since the last call. */
  flush(query: number): QueryPartial {
    const inputs = this.#rows;
    this.#rows = [];
    for (const { branches: [branch], partial } of this.#aggregates) {
      inputs.push({ kind: "partials", branch: branch!, groups: partial.drain() });
    }
    return { query, eventTimes: this.branches.map(({ running }) => running.eventTimes.drain()), inputs };
  }

  readonly #addRow: RowConsumer = (row) => {
    // With those that an earlier run of the task has emitted: its last rows went with the chunk that it did not reach.
    this.#last?.add(row);
    if (this.#skipRows > 0) {
      this.#skipRows--;
      return;
    }
    this.#encoder.add(row, this.#batchId);
    if (!isFull(this.#encoder, this.#chunkRowsMax)) return;
    // Chunks are taken after each record, so all of these belong to one record.
    if (this.#chunks.length === 0) this.#ofRecord = { rows: 0, bytes: 0 };
    this.#ofRecord.rows += this.#encoder.rowCount;
    this.#ofRecord.bytes += this.#encoder.byteCount;
    this.#chunks.push(this.#encoder.take());
    if (this.#ofRecord.rows > RECORD_ROWS_MAX) {
      throw tooMuch(`more than ${formatCount(RECORD_ROWS_MAX)} output rows`);
    }
    if (this.#chunks.length > 1 && this.#ofRecord.bytes > RECORD_BYTES_MADE_MAX) {
      throw tooMuch(`more than ${formatBytes(RECORD_BYTES_MADE_MAX)} of output rows`);
    }
  };

  #aggregating({ partial, plan }: WorkerAggregate, windows: WindowRun | undefined): RowConsumer {
    const endOf = this.#context.collectsLate ? groupEndOf(plan) : undefined;
    return (row) => {
      const end = endOf?.(row);
      if (end !== undefined && firstEnd(end, windows) <= this.#lateMicros) this.isLate = true;
      partial.add(row, windows);
      // Groups are handed over after each record once there are many, so most of these belong to one record.
      if (partial.memoryBytes <= RECORD_BYTES_MADE_MAX) return;
      throw tooMuch(
        `more than ${formatBytes(RECORD_BYTES_MADE_MAX)} of groups`,
        "Use windows that overlap less, or join on more selective keys.",
      );
    };
  }

  #ordering(rows: RowBuffer, eventTime: TimeSlot | undefined): RowConsumer {
    if (eventTime === undefined) return rows.add;
    const time = timeOf(eventTime);
    return (row) => {
      const at = time(row);
      if (at !== null && at <= this.#lateMicros) this.isLate = true;
      rows.add(row);
    };
  }

  /** Adds rows that say which branch they are of. */
  #withTag(branch: number): RowConsumer {
    return (row) => {
      row.push(branch);
      this.#addRow(row);
      row.pop();
    };
  }

  #withOrigin(branch: number, { partial }: WorkerAggregate, consume: RowConsumer): RowConsumer {
    return (row) => {
      partial.useOrigin(this.#origins[branch]!);
      consume(row);
    };
  }

  #connect(
    branch: Branch,
    index: number,
    { sourceOf, tables, tableColumns, collectsLate, zone, name, consume, aggregate, windows, orderedRows }:
      & CompileContext
      & {
        readonly zone: TimeZone;
        readonly name: string;
        readonly consume: RowConsumer;
        /** What groups its rows, if anything does. */
        readonly aggregate: PartialAggregate | undefined;
        /** Present if the windows of a row come at once. */
        readonly windows: WindowRun | undefined;
        readonly orderedRows: RowBuffer | undefined;
      },
  ): ConnectedBranch {
    /** Whether a slot of the output row may be a view. */
    const takesViews = (slot: number) =>
      aggregate?.takesViews(slot) ??
        (orderedRows === undefined && this.#encoder.takesViews && this.#last === undefined);
    const source = sourceOf(branch, zone);
    const { deduplication, watermark } = branch;
    const keyedRows = deduplication === undefined
      ? undefined
      : new KeyedRowBuffer(deduplication, watermark!.slot);
    const draws = this.#draws[index];
    const running = compileBranch(branch, { zone, tables, draws, windows }, keyedRows?.add ?? consume);
    return {
      source,
      running,
      draws,
      failure: (error, place) =>
        failedOnRecord(error, { query: name, branch, row: running.row, place, zone, tableColumns }),
      sourceSlots: this.#sourceSlots[index] ??= source.slotsOf(decodedColumns(branch, takesViews)),
      keyedRows,
      orderedRows,
      checkTime: keyedRows === undefined || !collectsLate ? undefined : (row) => {
        const time = row[watermark!.slot] as Micros | null;
        if (time !== null && time <= this.#lateMicros) this.isLate = true;
      },
    };
  }
}

/** The side of a join of streams that the rows of a branch go to; undefined if they go elsewhere. */
function joinSideOf({ operators }: QueryPlan, { to }: Branch): JoinSidePlan | undefined {
  const operator = to && operators[to.operator];
  if (operator?.kind !== "stream join") return undefined;
  return to!.port === 0 ? operator.join.left : operator.join.right;
}

/** An aggregate, and the branches whose rows it groups at a worker. */
interface WorkerAggregate {
  readonly plan: AggregatePlan;
  readonly partial: PartialAggregate;
  readonly branches: readonly number[];
}

function workerAggregates(plan: QueryPlan): WorkerAggregate[] {
  return plan.operators.flatMap((operator, index): WorkerAggregate[] => {
    if (operator.kind !== "aggregate") return [];
    const branches = [...plan.branches.keys()].filter((branch) =>
      plan.branches[branch]!.to?.operator === index
    );
    if (branches.length === 0) return [];
    return [{ plan: operator.aggregate, partial: new PartialAggregate(operator.aggregate), branches }];
  });
}

/** Of the windows that come at once, a row has the last one; the first one is the first to be late. */
function firstEnd(end: Micros, windows: WindowRun | undefined): Micros {
  return windows === undefined ? end : subtract(end, (windows.count - 1) * windows.step.slideMicros);
}

function tooMuch(
  what: string,
  hint = "Join on more selective keys, or aggregate the result of the join.",
): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `The record produces ${what}.`, { hint });
}
