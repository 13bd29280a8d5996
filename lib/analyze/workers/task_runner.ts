/**
 * Runs a task at a worker: reads its range, decodes each record once for all queries, runs their branches,
 * and either emits rows or aggregates groups. Results are handed over as soon as they are large, even in the
 * middle of a fetched batch; while there is no room for them, no record is read.
 */
import { CHUNK_ROWS_MAX, GATHERED_BYTES_MAX, LATE_CHARACTERS_MAX } from "../../base/bounds.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { BrokerAddress, OffsetRange, Reader } from "../../broker/broker.ts";
import { BatchDecoder, type RecordView } from "../../broker/record_batch/decode.ts";
import type { Value } from "../../records/data_type.ts";
import { RowQuality } from "../../records/json/json_reader.ts";
import type { RowChunk } from "../../sinks/sink.ts";
import type { StreamReading } from "../../plan/declared_streams.ts";
import type { SourceSample } from "../../monitoring/key_sample.ts";
import type { LateRecord } from "../../monitoring/late_rows/late_record.ts";
import { BadRecordCollector, type BadRecordSamples, NO_BAD_RECORDS } from "../source/bad_records.ts";
import type { EventLoopTurns } from "./local/event_loop_turns.ts";
import type { QueryPartial, Task, TaskCounts, TaskPart, WorkerSetup } from "./messages.ts";
import type { RecordFormats } from "../../registry/formats/record_formats.ts";
import { type ConnectedBranch, RunningQuery } from "./running_query.ts";
import { wordsOfOffset } from "../../stream/functions/random/draws.ts";
import { SharedSource, textOf } from "./reading/shared_source.ts";

/** The output of a task; each method resolves when there is room for more. */
export interface TaskOutput {
  rows(query: number, chunk: RowChunk): Promise<void>;
  late(records: readonly LateRecord[]): Promise<void>;
  /** Hands over the partial results of this task so far, and of earlier ones that were not flushed. */
  part(part: TaskPart): Promise<void>;
}

/** How much is collected before it is handed over. */
export interface TaskBounds {
  readonly chunkRowsMax: number;
  readonly gatheredBytesMax: number;
  /** Interrupts tasks, if the thread has something else to do. */
  readonly turns?: EventLoopTurns;
}

/** The options of a runner. */
export interface TaskRunnerOptions extends Partial<TaskBounds> {
  /** The time by a monotonic clock, in milliseconds; without it, its work is not measured. */
  readonly monotonicMs?: (() => number) | undefined;
  /** The decoders of formats with schemas, if a stream has one. */
  readonly formats?: RecordFormats | undefined;
}

/** The bounds by default. */
const TASK_BOUNDS: TaskBounds = { chunkRowsMax: CHUNK_ROWS_MAX, gatheredBytesMax: GATHERED_BYTES_MAX };
const NOTHING: TaskCounts = { records: 0, malformed: 0 };

/** The current task. */
interface RunningTask {
  readonly task: Task;
  readonly queries: readonly RunningQuery[];
  readonly output: TaskOutput;
  /** The counts since its last part. */
  readonly counts: { -readonly [Name in keyof TaskCounts]: TaskCounts[Name] };
}

/** Runs tasks, one at a time. */
export class TaskRunner {
  readonly #reader: Reader;
  readonly #checkCrc: boolean;
  readonly #bounds: TaskBounds;
  readonly #queries: readonly RunningQuery[];
  readonly #sources = new Map<string, SharedSource>();
  readonly #collectsLate: boolean;
  readonly #bad: BadRecordCollector | undefined;
  readonly #monotonicMs: (() => number) | undefined;
  readonly #formats: RecordFormats | undefined;
  #busyMs = 0;
  #late: LateRecord[] = [];
  #lateCharacters = 0;

  constructor(
    setup: WorkerSetup,
    reader: Reader,
    { monotonicMs, formats, ...bounds }: TaskRunnerOptions = {},
  ) {
    const { streams, tableColumns, collectsLate, samplesBadRecords = false } = setup;
    this.#collectsLate = collectsLate;
    this.#bad = samplesBadRecords ? new BadRecordCollector() : undefined;
    this.#monotonicMs = monotonicMs;
    this.#formats = formats;
    this.#reader = reader;
    this.#checkCrc = checksCrcs(setup.broker);
    this.#bounds = { ...TASK_BOUNDS, ...bounds };
    const context = {
      tables: new Map(Object.entries(setup.tables)),
      tableColumns,
      collectsLate: collectsLate || samplesBadRecords,
      chunkRowsMax: this.#bounds.chunkRowsMax,
      sourceOf: ({ stream }: { readonly stream: string }, zone: TimeZone) =>
        this.#sourceOf(streams[stream]!, zone),
    };
    this.#queries = setup.queries.map((query) => new RunningQuery(query, context));
  }

  /**
   * Runs a task; returns the counts since its last part.
   *
   * @throws {SfcrimeError} If the range cannot be read, or a query fails on it.
   */
  async run(task: Task, output: TaskOutput): Promise<TaskCounts> {
    const queries = task.queries.map((part) => {
      const query = this.#queries[part.query]!;
      query.begin(part, task.range);
      return query;
    });
    const running: RunningTask = { task, queries, output, counts: { ...NOTHING } };
    const take = this.#taking(running);
    const { from, to } = task.range;
    let next = from;
    for await (const { bytes, aborted } of this.#reader.read(task.range)) {
      const decode = (from: number) =>
        new BatchDecoder(bytes, { from, to, aborted, checkCrc: this.#checkCrc });
      let decoder = decode(next);
      for (;;) {
        const missing = this.#runUntilSchema(decoder, take);
        if (missing instanceof MissingSchema) {
          await missing.load();
          decoder = decode(missing.offset);
          continue;
        }
        if (!missing) break;
        await this.#handOver(running, decoder.next);
        await this.#bounds.turns?.take();
      }
      next = decoder.next;
    }
    await this.#emitAll(running);
    return running.counts;
  }

  /** Runs on records until something has to be handed over, or a schema has to be loaded before the next one. */
  #runUntilSchema(decoder: BatchDecoder, take: (record: RecordView) => boolean): boolean | MissingSchema {
    try {
      return this.#timed(() => decoder.run(take));
    } catch (error) {
      if (error instanceof MissingSchema) return error;
      throw error;
    }
  }

  /** The partial results of the given queries since the last call. */
  flush(queries: readonly number[]): QueryPartial[] {
    return this.#timed(() => queries.map((query) => this.#queries[query]!.flush(query)));
  }

  /** The late and malformed records since the last call, of which there are a few. */
  takeBadRecords(): BadRecordSamples {
    return this.#bad?.take() ?? NO_BAD_RECORDS;
  }

  /** How long it was computing since the last call, in milliseconds: without the waits for the broker, or for room. */
  takeBusyMs(): number {
    const busyMs = this.#busyMs;
    this.#busyMs = 0;
    return busyMs;
  }

  #timed<T>(work: () => T): T {
    const startMs = this.#monotonicMs?.();
    const result = work();
    if (startMs !== undefined) this.#busyMs += this.#monotonicMs!() - startMs;
    return result;
  }

  /** The samples of keys since the last call. */
  takeSamples(): SourceSample[] {
    return [...this.#sources.values()].flatMap((source) => source.takeSample() ?? []);
  }

  /** Runs all queries on a record; returns whether something has to be handed over. */
  #taking({ task, queries, counts }: RunningTask): (record: RecordView) => boolean {
    const { range } = task;
    const shared = sharedSources(queries, range);
    const withSchemas = shared.flatMap(({ source }) => source.hasSchemas ? [source] : []);
    return (record) => {
      if (withSchemas.length > 0) requireSchemas(withSchemas, record, range);
      counts.records++;
      let isMalformed = false;
      // Index loops: this runs for each record, and an iterator would cost as much as the work itself.
      for (let index = 0; index < shared.length; index++) {
        const { source, connected } = shared[index]!;
        isMalformed = source.decode(record, range) === RowQuality.malformed;
        for (let branch = 0; branch < connected.length; branch++) {
          runBranch(connected[branch]!, record, range);
        }
      }
      if (isMalformed) {
        counts.malformed++;
        this.#bad?.addMalformed(record, range);
      }
      let isMuch = false;
      for (let index = 0; index < queries.length; index++) {
        const query = queries[index]!;
        if (query.isLate) {
          query.isLate = false;
          const place = { range, query: task.queries[index]!.query };
          this.#bad?.addLate(record, range, place.query);
          if (this.#collectsLate) this.#addLate(record, place);
          if (this.#isLateFull) isMuch = true;
        }
        if (query.hasChunks) isMuch = true;
      }
      return isMuch || this.#hasGathered(queries) || this.#bounds.turns?.isDue() === true;
    };
  }

  /** Whether the groups of queries are enough to be handed over. */
  #hasGathered(queries: readonly RunningQuery[]): boolean {
    let bytes = 0;
    for (let index = 0; index < queries.length; index++) {
      const query = queries[index]!;
      const { groupBytes } = query;
      if (query.isScattered(groupBytes)) return true;
      bytes += groupBytes;
    }
    return bytes >= this.#bounds.gatheredBytesMax;
  }

  /** Hands over what is large. `next` is the offset after the last record. */
  async #handOver(running: RunningTask, next: number): Promise<void> {
    const { task, queries, output, counts } = running;
    if (!this.#hasGathered(queries)) {
      await this.#emitChunks(running, false);
      if (this.#isLateFull) await output.late(this.#takeLate());
      return;
    }
    await this.#emitAll(running);
    const partials = this.flush(task.queries.map(({ query }) => query));
    const skipRows = new Map(
      queries.map((query, index) => [task.queries[index]!.query, query.skipRows] as const),
    );
    const part = { next, counts: { ...counts }, partials, skipRows };
    Object.assign(counts, NOTHING);
    await output.part(part);
  }

  /** Hands over everything except what is flushed. */
  async #emitAll(running: RunningTask): Promise<void> {
    await this.#emitChunks(running, true);
    if (this.#late.length > 0) await running.output.late(this.#takeLate());
    for (const query of running.queries) query.drainRows(running.task.id);
  }

  async #emitChunks({ task, queries, output }: RunningTask, isEnd: boolean): Promise<void> {
    for (const [index, query] of queries.entries()) {
      for (const chunk of query.takeChunks(isEnd)) await output.rows(task.queries[index]!.query, chunk);
    }
  }

  get #isLateFull(): boolean {
    return this.#late.length >= this.#bounds.chunkRowsMax || this.#lateCharacters >= LATE_CHARACTERS_MAX;
  }

  #addLate(
    record: RecordView,
    { range: { topic, partition }, query }: { readonly range: OffsetRange; readonly query: number },
  ): void {
    const value = record.valueStart < 0 ? null : textOf(record);
    this.#late.push({ query, topic, partition, offset: record.offset, value });
    this.#lateCharacters += value?.length ?? 0;
  }

  #takeLate(): LateRecord[] {
    const late = this.#late;
    this.#late = [];
    this.#lateCharacters = 0;
    return late;
  }

  #sourceOf(reading: StreamReading, zone: TimeZone): SharedSource {
    const key = SharedSource.keyOf(reading, zone);
    const source = this.#sources.get(key) ?? new SharedSource(reading, zone, this.#formats);
    this.#sources.set(key, source);
    return source;
  }
}

/** The sources of a topic, each once, with the branches that read it. */
function sharedSources(queries: readonly RunningQuery[], { topic }: OffsetRange) {
  const branches = queries.flatMap((query) => query.branches).filter(({ source }) => source.reads(topic));
  return [...Map.groupBy(branches, ({ source }) => source)].map(([source, connected]) => ({
    source,
    connected,
  }));
}

/** Ends the run before a record whose schema has to be loaded first; nothing has taken the record yet. */
function requireSchemas(
  sources: readonly SharedSource[],
  record: RecordView,
  { topic, partition }: OffsetRange,
): void {
  for (const source of sources) {
    const schema = source.missingSchema(record);
    if (schema === undefined) continue;
    const { offset } = record;
    throw new MissingSchema(
      offset,
      () => source.loadSchema(schema, { place: `${topic}-${partition}`, offset }),
    );
  }
}

/** A record whose schema has to be loaded first. */
class MissingSchema extends Error {
  constructor(readonly offset: number, readonly load: () => Promise<void>) {
    super(`The record at offset ${offset} has an unknown schema.`);
  }
}

function runBranch(
  { running, source, draws, sourceSlots, keyedRows, checkTime, failure }: ConnectedBranch,
  { offset }: RecordView,
  { topic, partition }: OffsetRange,
): void {
  const { row } = running;
  for (let slot = 0; slot < sourceSlots.length; slot++) row[slot] = source.row[sourceSlots[slot]!] as Value;
  draws?.begin(wordsOfOffset(offset));
  try {
    if (running.admit?.() === false) return;
    keyedRows?.begin(row);
    checkTime?.(row);
    running.run();
  } catch (error) {
    throw failure(error, { topic, partition, offset });
  }
}

/** Whether to verify checksums: they cost a third of the time, so not by default, as in librdkafka. */
function checksCrcs(address: BrokerAddress): boolean {
  return address.kind === "kafka" && /^(true|yes|on|1)$/i.test(address.properties["check.crcs"] ?? "");
}
