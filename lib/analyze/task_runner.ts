/**
 * What a worker does with a task: reads its range, decodes each record once for all queries, runs their
 * branches, and either gives rows out or gathers groups.
 */
import { CHUNK_ROWS_MAX } from "../base/bounds.ts";
import type { BrokerAddress, OffsetRange, Reader } from "../broker/broker.ts";
import { decodeBatches, type RecordView } from "../broker/record_batch/decode.ts";
import type { Row, Value } from "../records/data_type.ts";
import { RowQuality } from "../records/json_reader.ts";
import { type TimeZone, timeZoneOf, UTC } from "../base/time_zone.ts";
import { type RowEncoder, rowEncoder } from "../sinks/row_encoder.ts";
import type { RowChunk } from "../sinks/sink.ts";
import { compileBranch, type RunningBranch } from "../stream/branch.ts";
import { type HeldRows, RowHolder } from "../stream/held_rows.ts";
import { PartialAggregate } from "../stream/partial_aggregate.ts";
import { MICROS_PER_MILLI } from "../records/timestamp.ts";
import type { StreamReading } from "./declared_streams.ts";
import type { SourceSample } from "./key_sample.ts";
import { groupEndOf, type LateRecord } from "./late_rows.ts";
import { failedOnRecord, type RecordPlace } from "./query_failure.ts";
import type { QueryPartial, Task, TaskCounts, TaskQuery, WorkerQuery, WorkerSetup } from "./messages.ts";
import { SharedSource, textOf } from "./shared_source.ts";

/** Hands a chunk over; resolves when there is room for the next. */
export type GiveRows = (query: number, chunk: RowChunk) => Promise<void>;

/** A query, compiled. */
interface RunningQuery {
  readonly branches: readonly ConnectedBranch[];
  readonly aggregate: PartialAggregate | undefined;
  /** What deduplicating branches have gathered. */
  held: HeldRows[];
  readonly encoder: RowEncoder;
  batchId: number;
  skipRows: number;
  /** Rows whose groups end until then are late; only known where late records are told. */
  lateMicros: number;
  /** Whether a row of the record at hand is late. */
  isLate: boolean;
}

/** A branch, with the way from the decoded row into its own. */
interface ConnectedBranch {
  /** Tells a failure over the row at hand, with the query and the expression. */
  readonly failure: (error: unknown, place: RecordPlace) => unknown;
  readonly source: SharedSource;
  readonly running: RunningBranch;
  /** For each column of the branch: the slot of the decoded row. */
  readonly sourceSlots: readonly number[];
  /** Where the branch lets rows of the same keys through once. */
  readonly holder: RowHolder | undefined;
  /** Looks whether the row is late already for that, where late records are told. */
  readonly checkTime: ((row: Row) => void) | undefined;
}

/** Runs tasks, one at a time. */
export class TaskRunner {
  readonly #reader: Reader;
  readonly #checkCrc: boolean;
  readonly #queries: readonly RunningQuery[];
  readonly #sources: SharedSource[] = [];
  #late: LateRecord[] = [];

  constructor(setup: WorkerSetup, reader: Reader) {
    this.#reader = reader;
    this.#checkCrc = checksCrcs(setup.broker);
    const tables = new Map(Object.entries(setup.tables));
    this.#queries = setup.queries.map((query) => this.#compile(query, setup, tables));
  }

  /** Runs one task to its end. @throws {SfcrimeError} When the range cannot be read or a query fails on it. */
  async run(task: Task, give: GiveRows): Promise<TaskCounts> {
    const active = task.queries.map((part) => this.#begin(part));
    const branches = active.flatMap((query) => query.branches).filter(({ source }) =>
      source.reads(task.range.topic)
    );
    const shared = [...Map.groupBy(branches, ({ source }) => source)].map(([source, connected]) => ({
      source,
      connected,
    }));
    const giveFull = async (rowsMin: number) => {
      for (const [index, { encoder }] of active.entries()) {
        if (encoder.rowCount >= rowsMin) await give(task.queries[index]!.query, encoder.take());
      }
    };
    let [records, bytes, malformed] = [0, 0, 0];
    const takeRecord = (record: RecordView) => {
      records++;
      bytes += record.valueStart < 0 ? 0 : record.valueEnd - record.valueStart;
      let isMalformed = false;
      // Counted loops: this runs for each record, and an iterator costs as much as all that it is here for.
      for (let index = 0; index < shared.length; index++) {
        const { source, connected } = shared[index]!;
        isMalformed = source.decode(record, task.range) === RowQuality.malformed;
        for (let branch = 0; branch < connected.length; branch++) {
          runBranch(connected[branch]!, record, task.range);
        }
      }
      for (let index = 0; index < active.length; index++) {
        const query = active[index]!;
        if (query.isLate) this.#tellLate(query, { record, task, index });
      }
      if (isMalformed) malformed++;
    };
    const { from, to } = task.range;
    let next = from;
    for await (const chunk of this.#reader.read(task.range)) {
      next = decodeBatches(
        chunk.bytes,
        { from: next, to, aborted: chunk.aborted, checkCrc: this.#checkCrc },
        takeRecord,
      );
      await giveFull(CHUNK_ROWS_MAX);
    }
    await giveFull(1);
    for (const { branches, held } of active) {
      branches.forEach(({ holder }, index) => {
        if (holder !== undefined) held.push(holder.drain(task.id, index));
      });
    }
    return { records, bytes, malformed };
  }

  /** What was gathered for the given queries since the last call. */
  flush(queries: readonly number[]): QueryPartial[] {
    return queries.map((query) => {
      const running = this.#queries[query]!;
      const { aggregate, branches, held } = running;
      running.held = [];
      return {
        query,
        eventTimes: branches.map(({ running }) => running.eventTimes.take()),
        ...(aggregate === undefined ? {} : { groups: aggregate.take() }),
        ...(held.length === 0 ? {} : { held }),
      };
    });
  }

  /** How many groups wait to be flushed. */
  get gathered(): number {
    return this.#queries.reduce((sum, { aggregate }) => sum + (aggregate?.size ?? 0), 0);
  }

  /** What the keys of first records were found to be, since the last call. */
  takeSamples(): SourceSample[] {
    return this.#sources.flatMap((source) => source.takeSample() ?? []);
  }

  /** The late records of the tasks since the last call. */
  takeLate(): LateRecord[] {
    const late = this.#late;
    this.#late = [];
    return late;
  }

  #tellLate(
    running: RunningQuery,
    { record, task, index }: { readonly record: RecordView; readonly task: Task; readonly index: number },
  ): void {
    const { topic, partition } = task.range;
    const value = record.valueStart < 0 ? null : textOf(record);
    this.#late.push({ query: task.queries[index]!.query, topic, partition, offset: record.offset, value });
    running.isLate = false;
  }

  #begin({ query: index, batchId, skipRows, lateMs, eventTimeMaxMs = Infinity }: TaskQuery): RunningQuery {
    const query = this.#queries[index]!;
    for (const { running } of query.branches) running.eventTimeMaxMicros = eventTimeMaxMs * MICROS_PER_MILLI;
    query.lateMicros = lateMs === undefined ? -Infinity : lateMs * MICROS_PER_MILLI;
    query.batchId = batchId;
    query.skipRows = skipRows;
    return query;
  }

  #compile(
    { plan, format }: WorkerQuery,
    { streams, tellsLate, tableColumns }: WorkerSetup,
    tables: ReadonlyMap<string, readonly Row[]>,
  ): RunningQuery {
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    const aggregate = plan.aggregate === undefined ? undefined : new PartialAggregate(plan.aggregate);
    const encoder = rowEncoder({ format, schema: plan.output, zone, query: plan.name });
    const endOf = plan.aggregate === undefined ? undefined : groupEndOf(plan.aggregate);
    const gather = aggregate === undefined || endOf === undefined || !tellsLate
      ? aggregate?.add.bind(aggregate)
      : (row: Row) => {
        if (endOf(row) <= query.lateMicros) query.isLate = true;
        aggregate.add(row);
      };
    const take = gather ?? ((row: Row) => {
      if (query.skipRows > 0) query.skipRows--;
      else encoder.add(row, query.batchId);
    });
    const branches = plan.branches.map((branch): ConnectedBranch => {
      const source = this.#sourceOf(streams[branch.stream]!, zone);
      const { deduplication, watermark } = branch;
      const holder = deduplication === undefined ? undefined : new RowHolder(deduplication, watermark!.slot);
      const running = compileBranch(branch, { zone, tables }, holder?.take ?? take);
      return {
        source,
        running,
        failure: (error, place) =>
          failedOnRecord(error, { query: plan.name, branch, row: running.row, place, zone, tableColumns }),
        sourceSlots: source.slotsOf(branch.columns),
        holder,
        checkTime: holder === undefined || !tellsLate ? undefined : (row) => {
          const time = row[watermark!.slot] as number | null;
          if (time !== null && time <= query.lateMicros) query.isLate = true;
        },
      };
    });
    const query: RunningQuery = {
      branches,
      aggregate,
      held: [],
      encoder,
      batchId: 0,
      skipRows: 0,
      lateMicros: -Infinity,
      isLate: false,
    };
    return query;
  }

  #sourceOf(reading: StreamReading, zone: TimeZone): SharedSource {
    const key = SharedSource.keyOf(reading, zone);
    let source = this.#sources.find((known) => known.key === key);
    if (source === undefined) {
      source = new SharedSource(reading, zone);
      this.#sources.push(source);
    }
    return source;
  }
}

function runBranch(
  { running, source, sourceSlots, holder, checkTime, failure }: ConnectedBranch,
  { offset }: RecordView,
  { topic, partition }: OffsetRange,
): void {
  const { row } = running;
  for (let slot = 0; slot < sourceSlots.length; slot++) row[slot] = source.row[sourceSlots[slot]!] as Value;
  try {
    holder?.begin(row);
    checkTime?.(row);
    running.run();
  } catch (error) {
    throw failure(error, { topic, partition, offset });
  }
}

/** Whether checksums are wanted: they cost a third of all the work, so not by default, as in librdkafka. */
function checksCrcs(address: BrokerAddress): boolean {
  return address.kind === "kafka" && /^(true|yes|on|1)$/i.test(address.properties["check.crcs"] ?? "");
}
