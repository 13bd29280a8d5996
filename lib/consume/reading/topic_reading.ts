/** Reads a topic without a group: from positions, partition by partition, and up to bounds if there are any. */
import type { Clock } from "../../base/clock.ts";
import { logger } from "../../base/log.ts";
import type {
  Broker,
  ConsumedRecord,
  PartitionOffsets,
  Reader,
  Taken,
  TopicOffsets,
} from "../../broker/broker.ts";
import { consumedRecords } from "../../broker/consumed_records.ts";
import { missingPartition } from "../../broker/failures.ts";
import { TopicWatch } from "../../broker/topics/topic_watch.ts";
import type { ReadPlace, ReadUntil } from "../../config/values/read_places.ts";
import { positionsAt, startPositions } from "./positions.ts";

/** What is read of a topic. */
export interface TopicReadingOptions {
  readonly broker: Broker;
  readonly from: ReadPlace;
  /** Where to stop; with several places, at the first of them in each partition. Never, if there is none. */
  readonly until: readonly ReadUntil[];
  /** One partition only. */
  readonly partition: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What takes the records. */
export interface ReadingTarget {
  readonly reader: Reader;
  readonly take: (records: readonly ConsumedRecord[]) => Promise<Taken>;
}

/** What became of a step: the taker has enough, there was something to read, or nothing. */
export type ReadingStep = "sated" | "progressed" | "idle";

const log = logger("consume");

/** How many offsets to read and print in one step, so that partitions take turns. */
const STEP_OFFSETS_MAX = 10_000;

/** See the module's description. */
export class TopicReading {
  readonly #topic: string;
  readonly #options: TopicReadingOptions;
  readonly #watch: TopicWatch;
  #ends: PartitionOffsets;
  #positions = new Map<number, number>();
  /** Undefined if reading goes on. */
  #bounds: PartitionOffsets | undefined;

  private constructor(
    topic: string,
    options: TopicReadingOptions,
    { watch, latest }: { readonly watch: TopicWatch; readonly latest: PartitionOffsets },
  ) {
    this.#topic = topic;
    this.#options = options;
    this.#watch = watch;
    this.#ends = this.#only(latest);
  }

  /** @throws {SfcrimeError} TOPIC_MISSING, also for a partition that does not exist. */
  static async open(topic: string, options: TopicReadingOptions): Promise<TopicReading> {
    const { broker, from, until, clock } = options;
    const watch = await TopicWatch.of(broker, topic, clock);
    const reading = new TopicReading(topic, options, {
      watch,
      latest: await broker.listOffsets(topic, "latest"),
    });
    const where = { ...options, topic, ends: reading.#ends };
    reading.#positions = new Map(await startPositions(from, where));
    reading.#bounds = await boundsOf(until, where);
    return reading;
  }

  /** Whether all bounds are reached. */
  get isOver(): boolean {
    return this.#bounds !== undefined &&
      ![...this.#bounds.keys()].some((partition) => this.#isAwaited(partition));
  }

  /** The positions from which more is wanted, for a wait. */
  get awaited(): TopicOffsets {
    const known = new Map(
      [...this.#positions].map(([partition, at]) => [partition, this.#isAwaited(partition) ? at : Infinity]),
    );
    return this.#options.partition === undefined ? new Map([[this.#topic, known]]) : this.#watch.only(known);
  }

  /** Reads a step of each partition. */
  async readStep({ reader, take }: ReadingTarget): Promise<ReadingStep> {
    const { signal } = this.#options;
    let step: ReadingStep = "idle";
    for (const [partition, end] of this.#ends) {
      const start = this.#positions.get(partition)!;
      const to = Math.min(end, this.#boundOf(partition), start + STEP_OFFSETS_MAX);
      const range = { topic: this.#topic, partition, from: start, to };
      if (range.from >= range.to) continue;
      for await (const chunk of reader.read(range, signal)) {
        const records = consumedRecords(chunk, { ...range, from: this.#positions.get(partition)! });
        const last = records.at(-1);
        if (last === undefined) continue;
        if (!(await take(records)).wantsMore) return "sated";
        this.#positions.set(partition, last.offset + 1);
      }
      if (signal.aborted) return "progressed";
      // The range may end with offsets without records.
      this.#positions.set(partition, range.to);
      step = "progressed";
    }
    return step;
  }

  /** Takes the end offsets after a wait; new partitions, and those of a new topic, are read from the beginning. */
  async setEnds(latest: PartitionOffsets): Promise<void> {
    const { broker } = this.#options;
    if (await this.#watch.look(latest.size) === "recreated") {
      log.warn(`Topic ${this.#topic} was deleted and recreated; reading the new one from the beginning.`);
      this.#positions.clear();
      latest = await broker.listOffsets(this.#topic, "latest");
    }
    this.#ends = this.#only(latest);
    if ([...this.#ends.keys()].every((partition) => this.#positions.has(partition))) return;
    for (const [partition, start] of await broker.listOffsets(this.#topic, "earliest")) {
      if (this.#ends.has(partition) && !this.#positions.has(partition)) this.#positions.set(partition, start);
    }
  }

  #boundOf(partition: number): number {
    return this.#bounds === undefined ? Infinity : this.#bounds.get(partition) ?? 0;
  }

  #isAwaited(partition: number): boolean {
    return this.#positions.get(partition)! < this.#boundOf(partition);
  }

  /** The offset of the requested partition, or of all partitions. */
  #only(offsets: PartitionOffsets): PartitionOffsets {
    const { partition } = this.#options;
    if (partition === undefined) return offsets;
    const offset = offsets.get(partition);
    if (offset === undefined) throw missingPartition(this.#topic, partition);
    return new Map([[partition, offset]]);
  }
}

/** The offset of each partition at which reading ends; undefined if it goes on. */
export async function boundsOf(
  until: readonly ReadUntil[],
  where: Parameters<typeof positionsAt>[1],
): Promise<PartitionOffsets | undefined> {
  const bounds = await Promise.all(until.map((place) => positionsAt(place, where)));
  if (bounds.length === 0) return undefined;
  const firstOf = (partition: number) => Math.min(...bounds.map((offsets) => offsets.get(partition)!));
  return new Map([...where.ends.keys()].map((partition) => [partition, firstOf(partition)]));
}
