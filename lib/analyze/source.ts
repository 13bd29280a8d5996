/**
 * How far the topics of some queries have been read, and what the next batch takes of them.
 *
 * Each look at the topics holds them to what was read: a topic of another id, a partition that is gone, and
 * records that were deleted before they were read are a loss, which either ends the queries or is told. Ranges
 * carry the id of their topic, so that a batch reads nothing of one that has its name since.
 */
import { LOOKS_AT_ONCE_MAX, TASK_OFFSETS_MAX } from "../base/bounds.ts";
import { logger } from "../base/log.ts";
import type { Broker, OffsetRange, PartitionOffsets, TopicOffsets } from "../broker/broker.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import { selectionText, topicFilter, type TopicSelection } from "../config/topic_selection.ts";
import type { StartingOffsets, TimestampStrategy } from "../config/values.ts";
import type { BatchLimits } from "../stream/rate_limit.ts";
import { limitTopics } from "./limit_topics.ts";
import { lookAtTopic, ofOneTopic, type Settled } from "./look_at_topic.ts";
import type { KnownTopic, Loss } from "./resolve_topic.ts";
import { requireReadTopics, startOf } from "./starting_offsets.ts";
import { movedBack, topicOffsets } from "./topic_offsets.ts";

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
  /** What a partition does that no record of its starting time has reached. It ends the query where it is absent. */
  readonly timestampStrategy?: TimestampStrategy;
  /** Ends a look that has to ask again; what was known before it then stays as it was. */
  readonly signal?: AbortSignal;
}

/** The ids of topics by their names. */
export type TopicIds = Readonly<Record<string, string>>;

const NOTHING: PartitionOffsets = new Map();

/** The positions of one group of queries. */
export class Source {
  readonly #options: SourceOptions;
  readonly #known = new Map<string, KnownTopic>();
  /** Topics that were lost. */
  readonly #gone = new Set<string>();

  private constructor(options: SourceOptions) {
    this.#options = options;
  }

  /**
   * Finds where a new query begins.
   *
   * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition or an offset that is not there; QUERY_FAILED for a
   * time that no record has reached.
   */
  static async open(options: SourceOptions, start: StartingOffsets): Promise<Source> {
    const source = new Source(options);
    const topics = await source.#selectedTopics();
    requireReadTopics(start, topics);
    const { broker, timestampStrategy: strategy = "error" } = options;
    for (const name of topics) {
      const ask = () => startOf(broker, name, { start, strategy });
      const found = await ofOneTopic(broker, name, ask);
      if (found !== undefined) {
        source.#known.set(name, { name, id: found.id, positions: found.answer, ends: NOTHING });
      } else if (source.#isNamed(name)) await ask();
    }
    return source;
  }

  /**
   * Goes on where a run before has stopped.
   *
   * @param kept How far it has read; the ids that its topics had then, as far as they are known; and where there
   * is a batch to repeat, how far that one reaches.
   * @throws {SfcrimeError} DATA_LOSS, naming the offsets that are gone; TOPIC_MISSING.
   */
  static async resume(
    options: SourceOptions,
    { offsets, ids, pendingEnds = {} }: {
      readonly offsets: CheckpointOffsets;
      readonly ids: TopicIds;
      readonly pendingEnds?: CheckpointOffsets;
    },
  ): Promise<Source> {
    const source = new Source(options);
    const ends = topicOffsets(pendingEnds);
    for (const [name, positions] of topicOffsets(offsets)) {
      source.#known.set(name, { name, id: ids[name], positions, ends: ends.get(name) ?? NOTHING });
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
    return [...this.#known.keys()];
  }

  /** The broker's ids of the topics. */
  get topicIds(): TopicIds {
    return Object.fromEntries(
      [...this.#known.values()].flatMap(({ name, id }) => id === undefined ? [] : [[name, id]]),
    );
  }

  positionsOf(topic: string): PartitionOffsets {
    return this.#known.get(topic)?.positions ?? NOTHING;
  }

  /**
   * Looks at the topics, and gives the end of every partition. Topics and partitions that are new begin at
   * their earliest offset.
   *
   * @throws {SfcrimeError} DATA_LOSS, naming the offsets; TOPIC_MISSING where there never was such a topic.
   */
  async latest(): Promise<TopicOffsets> {
    const topics = [...new Set([...await this.#selectedTopics(), ...this.#known.keys()])];
    for (let from = 0; from < topics.length; from += LOOKS_AT_ONCE_MAX) {
      const looks = topics.slice(from, from + LOOKS_AT_ONCE_MAX).map((topic) => this.#look(topic));
      // None goes on behind the failure of another one.
      const failure = (await Promise.allSettled(looks)).find((look) => look.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    }
    return this.#ends;
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

  /**
   * A batch up to offsets that were logged, of topics that had the given ids. What is gone of it was told when the
   * source was resumed.
   */
  planAgain(logged: TopicOffsets, ids: TopicIds): BatchPlan {
    return this.#planTo(this.#options.failOnDataLoss ? logged : this.upTo(logged, ids));
  }

  /**
   * The given ends, which topics of the given ids had, as far as they are still there; each at or behind its
   * position. A topic that has another id now is left for a later batch.
   */
  upTo(ends: TopicOffsets, ids: TopicIds): TopicOffsets {
    const isSame = (topic: string) => {
      const known = this.#known.get(topic);
      return known !== undefined && (ids[topic] === undefined || ids[topic] === known.id);
    };
    return new Map(
      [...ends].filter(([topic]) => isSame(topic)).map(([topic, partitions]) => {
        const { positions, ends: latest } = this.#known.get(topic)!;
        const kept = [...partitions].filter(([partition]) => positions.has(partition));
        return [
          topic,
          new Map(kept.map(([partition, end]) => {
            const from = positions.get(partition)!;
            return [partition, Math.max(from, Math.min(end, latest.get(partition) ?? from))];
          })),
        ];
      }),
    );
  }

  /** How many offsets there are from the positions to the given ends. */
  backlog(ends: TopicOffsets): number {
    return [...ends].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, end]) => end - (this.positionsOf(topic).get(partition) ?? 0))
    ).reduce((sum, offsets) => sum + offsets, 0);
  }

  /** Whether everything up to the given offsets has been read. */
  reached(ends: TopicOffsets): boolean {
    return [...ends].every(([topic, partitions]) =>
      [...partitions].every(([partition, end]) => (this.positionsOf(topic).get(partition) ?? 0) >= end)
    );
  }

  /** A batch is done. */
  advance({ ends }: BatchPlan): void {
    for (const [name, positions] of ends) {
      const { id, ends: seen } = this.#known.get(name)!;
      this.#known.set(name, { name, id, positions, ends: seen });
    }
  }

  get #positions(): TopicOffsets {
    return new Map([...this.#known].map(([name, { positions }]) => [name, positions]));
  }

  get #ends(): TopicOffsets {
    return new Map([...this.#known].map(([name, { ends }]) => [name, ends]));
  }

  #planTo(ends: TopicOffsets): BatchPlan {
    const starts = new Map<string, PartitionOffsets>();
    const ranges: OffsetRange[] = [];
    for (const [topic, partitions] of ends) {
      const positions = this.positionsOf(topic);
      const topicId = this.#known.get(topic)?.id;
      starts.set(topic, new Map([...positions].filter(([partition]) => partitions.has(partition))));
      for (const [partition, to] of partitions) {
        const from = positions.get(partition) ?? 0;
        if (to < from) throw movedBack({ topic, partition, from, to });
        ranges.push(...split({ topic, ...(topicId === undefined ? {} : { topicId }), partition, from, to }));
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

  #isNamed(topic: string): boolean {
    return this.#options.selections.some((selection) =>
      selection.kind === "names" && selection.topics.includes(topic)
    );
  }

  /** Brings what is known of a topic up to date. */
  async #look(name: string): Promise<void> {
    const known = this.#known.get(name) ?? { name, id: undefined, positions: NOTHING, ends: NOTHING };
    const look = await lookAtTopic(known, this.#options);
    if (look === "nothing new") return;
    if (look !== "no such topic") this.#settle(name, look);
    else await this.#requireKnown(name);
  }

  #settle(name: string, resolution: Settled): void {
    if (resolution.kind !== "go-on") resolution.losses.forEach((loss) => this.#lose(loss));
    if (resolution.topic !== undefined) {
      this.#known.set(name, resolution.topic);
      return;
    }
    this.#known.delete(name);
    this.#gone.add(name);
  }

  /** A topic that a pattern has found may be gone since; one that is named has to be there, or to have been. */
  async #requireKnown(name: string): Promise<void> {
    if (!this.#isNamed(name) || this.#gone.has(name)) return;
    // This says which topics there are.
    await this.#options.broker.listOffsets(name, "latest");
  }

  #lose({ error, whatFollows }: Loss): void {
    if (this.#options.failOnDataLoss) throw error;
    log.warn(`${error.message} ${whatFollows}`);
  }
}

/** A range in pieces that workers can share. */
function split({ from, to, ...partition }: OffsetRange): OffsetRange[] {
  const count = Math.ceil((to - from) / TASK_OFFSETS_MAX);
  const size = Math.ceil((to - from) / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => ({
    ...partition,
    from: from + index * size,
    to: Math.min(to, from + (index + 1) * size),
  }));
}
