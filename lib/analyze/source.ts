/**
 * How far the topics of some queries have been read, and what the next batch takes of them.
 *
 * Each look at the topics holds them to what was read: a topic of another id, a partition that is gone, and
 * records that were deleted before they were read are a loss, which either ends the queries or is told.
 */
import { TASK_OFFSETS_MAX } from "../base/bounds.ts";
import type { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Broker, OffsetRange, PartitionOffsets } from "../broker/broker.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import { selectionText, topicFilter, type TopicSelection } from "../config/topic_selection.ts";
import type { StartingOffsets } from "../config/values.ts";
import type { BatchLimits } from "../stream/rate_limit.ts";
import { limitTopics } from "./limit_topics.ts";
import { requireReadTopics, startOf } from "./starting_offsets.ts";
import { lossAt, movedBack, type TopicOffsets, topicOffsets, topicReplaced } from "./topic_offsets.ts";

const log = logger("analyze");

/** What a batch reads. */
export interface BatchPlan {
  readonly ranges: readonly OffsetRange[];
  /** Where each partition stands before the batch. */
  readonly starts: TopicOffsets;
  /** Where each partition stands after the batch. */
  readonly ends: TopicOffsets;
}

/** What is read, and how strictly. */
export interface SourceOptions {
  readonly broker: Broker;
  readonly selections: readonly TopicSelection[];
  /** Whether records that are gone before they were read are an error; if not, reading goes on behind them. */
  readonly failOnDataLoss: boolean;
}

/** The positions of one group of queries. */
export class Source {
  readonly #options: SourceOptions;
  readonly #positions = new Map<string, Map<number, number>>();
  /** The broker's ids of the topics that are read. */
  readonly #ids = new Map<string, string>();
  /** Topics that were lost. */
  readonly #gone = new Set<string>();
  /** What the last look found. */
  #latest: TopicOffsets = new Map();

  private constructor(options: SourceOptions) {
    this.#options = options;
  }

  /** Finds where a new query begins. @throws {SfcrimeError} TOPIC_MISSING, USAGE for a partition that is not there */
  static async open(options: SourceOptions, start: StartingOffsets): Promise<Source> {
    const source = new Source(options);
    const topics = await source.#selectedTopics();
    requireReadTopics(start, topics);
    for (const topic of topics) {
      source.#positions.set(topic, new Map(await startOf(options.broker, topic, start)));
    }
    return source;
  }

  /**
   * Goes on where a run before has stopped.
   *
   * @param ids The ids that its topics had then, as far as they are known.
   * @throws {SfcrimeError} DATA_LOSS, naming the offsets that are gone; TOPIC_MISSING.
   */
  static async resume(
    options: SourceOptions,
    kept: { readonly offsets: CheckpointOffsets; readonly ids: Readonly<Record<string, string>> },
  ): Promise<Source> {
    const source = new Source(options);
    for (const [topic, partitions] of topicOffsets(kept.offsets)) {
      source.#positions.set(topic, new Map(partitions));
      if (kept.ids[topic] !== undefined) source.#ids.set(topic, kept.ids[topic]);
    }
    await source.latest();
    return source;
  }

  /** What is read, as Spark describes it. */
  get description(): string {
    return this.#options.selections.map(selectionText).join(", ");
  }

  /** The topics there are of those that are read. */
  get topics(): readonly string[] {
    return [...this.#positions.keys()];
  }

  /** The broker's ids of the topics. */
  get topicIds(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#ids);
  }

  positionsOf(topic: string): PartitionOffsets {
    return this.#positions.get(topic)!;
  }

  /**
   * Looks at the topics, and gives the end of every partition. Topics and partitions that are new begin at
   * their earliest offset.
   *
   * @throws {SfcrimeError} DATA_LOSS, naming the offsets; TOPIC_MISSING where there never was such a topic.
   */
  async latest(): Promise<TopicOffsets> {
    const latest = new Map<string, PartitionOffsets>();
    for (const topic of new Set([...await this.#selectedTopics(), ...this.#positions.keys()])) {
      const ends = await this.#look(topic);
      if (ends !== undefined) latest.set(topic, ends);
    }
    this.#latest = latest;
    return latest;
  }

  /** What the next batch takes of what is there. */
  plan(available: TopicOffsets, limits: BatchLimits): BatchPlan {
    const { selections } = this.#options;
    return this.#planTo(limitTopics(available, { positions: this.#positions, selections, limits }));
  }

  /** A batch without records. */
  planNothing(): BatchPlan {
    return this.#planTo(this.#positions);
  }

  /** A batch up to offsets that were logged. What is gone of it was told when the source was resumed. */
  planAgain(logged: TopicOffsets): BatchPlan {
    return this.#planTo(this.#options.failOnDataLoss ? logged : this.upTo(logged));
  }

  /** The given ends, as far as they are still there; each at or behind its position. */
  upTo(ends: TopicOffsets): TopicOffsets {
    return new Map(
      [...ends].filter(([topic]) => this.#latest.has(topic)).map(([topic, partitions]) => {
        const positions = this.#positions.get(topic)!;
        const latest = this.#latest.get(topic)!;
        const kept = [...partitions].filter(([partition]) => positions.has(partition));
        return [
          topic,
          new Map(kept.map(([partition, end]) => [
            partition,
            Math.max(positions.get(partition)!, Math.min(end, latest.get(partition)!)),
          ])),
        ];
      }),
    );
  }

  /** How many offsets there are from the positions to the given ends. */
  backlog(ends: TopicOffsets): number {
    return [...ends].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, end]) => end - (this.#positions.get(topic)?.get(partition) ?? 0))
    ).reduce((sum, offsets) => sum + offsets, 0);
  }

  /** Whether everything up to the given offsets has been read. */
  reached(ends: TopicOffsets): boolean {
    return [...ends].every(([topic, partitions]) =>
      [...partitions].every(([partition, end]) => (this.#positions.get(topic)?.get(partition) ?? 0) >= end)
    );
  }

  /** A batch is done. */
  advance({ ends }: BatchPlan): void {
    for (const [topic, partitions] of ends) this.#positions.set(topic, new Map(partitions));
  }

  #planTo(ends: TopicOffsets): BatchPlan {
    const starts = new Map<string, PartitionOffsets>();
    const ranges: OffsetRange[] = [];
    for (const [topic, partitions] of ends) {
      const positions = this.#positions.get(topic)!;
      starts.set(topic, new Map([...positions].filter(([partition]) => partitions.has(partition))));
      for (const [partition, to] of partitions) {
        const from = positions.get(partition) ?? 0;
        if (to < from) throw movedBack({ topic, partition, from, to });
        ranges.push(...split({ topic, partition, from, to }));
      }
    }
    return { ranges, starts, ends: new Map(ends) };
  }

  async #selectedTopics(): Promise<string[]> {
    const { broker, selections } = this.#options;
    const named = selections.flatMap((selection) => selection.kind === "names" ? selection.topics : []);
    const patterns = selections.filter(({ kind }) => kind === "pattern").map(topicFilter);
    const found = patterns.length === 0
      ? []
      : (await broker.listTopics()).filter((topic) => patterns.some((fits) => fits(topic)));
    return [...new Set([...named, ...found])].sort();
  }

  /** The ends of a topic, with its positions brought up to date; undefined where it is gone. */
  async #look(topic: string): Promise<PartitionOffsets | undefined> {
    const { broker } = this.#options;
    const now = (await broker.describeTopic(topic))?.id;
    const before = this.#ids.get(topic);
    if (before !== undefined && now !== before) {
      const read = this.#positions.get(topic) ?? new Map<number, number>();
      this.#lose(topicReplaced(topic, { before, now, read }), "What is there is read from its beginning.");
      this.#positions.delete(topic);
      this.#ids.delete(topic);
      this.#gone.add(topic);
    }
    if (now === undefined && this.#gone.has(topic)) return undefined;
    // Of a topic that never was there, this says which ones are.
    const ends = await broker.listOffsets(topic, "latest");
    if (now !== undefined) this.#ids.set(topic, now);
    return await this.#bringUp(topic, ends);
  }

  /** Holds the positions of a topic to what it holds. */
  async #bringUp(topic: string, ends: PartitionOffsets): Promise<PartitionOffsets> {
    const positions = this.#positions.get(topic) ?? new Map<number, number>();
    this.#positions.set(topic, positions);
    const hasNews = positions.size !== ends.size ||
      [...ends].some(([partition, end]) => positions.get(partition) !== end);
    if (!hasNews) return ends;
    const earliest = await this.#options.broker.listOffsets(topic, "earliest");
    for (const [partition, offset] of positions) {
      const first = earliest.get(partition);
      const loss = lossAt({ topic, partition, offset, first, end: ends.get(partition) });
      if (loss === undefined) continue;
      const goesOn = first === undefined ? "without it" : `at offset ${first}`;
      this.#lose(loss, `Reading goes on ${goesOn}.`);
      if (first === undefined) positions.delete(partition);
      else positions.set(partition, first);
    }
    return new Map([...ends].map(([partition, end]) => {
      const from = positions.get(partition) ?? earliest.get(partition) ?? 0;
      positions.set(partition, from);
      // The first records may be gone since the end was asked for, and all others with them.
      return [partition, Math.max(from, end)];
    }));
  }

  #lose(loss: SfcrimeError, whatFollows: string): void {
    if (this.#options.failOnDataLoss) throw loss;
    log.warn(`${loss.message} ${whatFollows}`);
  }
}

/** A range in pieces that workers can share. */
function split({ topic, partition, from, to }: OffsetRange): OffsetRange[] {
  const count = Math.ceil((to - from) / TASK_OFFSETS_MAX);
  const size = Math.ceil((to - from) / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => ({
    topic,
    partition,
    from: from + index * size,
    to: Math.min(to, from + (index + 1) * size),
  }));
}
