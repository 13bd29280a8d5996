/**
 * The positions of queries in their topics, and the ranges of the next batch.
 *
 * Each look at the topics checks them against what was read: a topic with another id, a partition that is
 * gone, and records that were deleted before they were read are a loss, which either fails the queries or is
 * reported. Ranges carry the id of their topic, so that a batch reads nothing from a recreated topic with the
 * same name.
 */
import { LOOKS_AT_ONCE_MAX } from "../../base/bounds.ts";
import type { Clock } from "../../base/clock.ts";
import { logger } from "../../base/log.ts";
import type { Broker, OffsetRange, PartitionOffsets, TopicOffsets } from "../../broker/broker.ts";
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import { selectionText, topicFilter, type TopicSelection } from "../../config/values/topic_selection.ts";
import type { StartingOffsets, TimestampStrategy } from "../../config/values/values.ts";
import type { BatchLimits } from "../../stream/time/rate_limit.ts";
import { limitTopics } from "./limit_topics.ts";
import { inspectTopic, isAsKnown, ofOneTopic, type Settled } from "./inspect_topic.ts";
import type { KnownTopic, Loss } from "./resolve_topic.ts";
import { requireReadTopics, startOf } from "./starting_offsets.ts";
import { ReportedEnds } from "./reported_ends.ts";
import { splitRange } from "./split_range.ts";
import { movedBack, type TopicIds, topicOffsets } from "./topic_offsets.ts";

const log = logger("analyze");

/** The plan of a batch. */
export interface BatchPlan {
  readonly ranges: readonly OffsetRange[];
  /** The position of each partition before the batch. */
  readonly starts: TopicOffsets;
  /** The position of each partition after the batch. */
  readonly ends: TopicOffsets;
}

/** The options of a source. */
export interface SourceOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly selections: readonly TopicSelection[];
  /**
   * Whether records that were deleted before they were read are an error; if not, reading continues after
   * them.
   */
  readonly failOnDataLoss: boolean;
  /** What to do if a partition has no record at or after the starting time; fails by default. */
  readonly timestampStrategy?: TimestampStrategy;
  /** Ends waits, and a look that has to ask again; what is known then stays the same. */
  readonly signal?: AbortSignal;
}

const NOTHING: PartitionOffsets = new Map();

/** The positions of a group of queries. */
export class Source {
  readonly #options: SourceOptions;
  readonly #known = new Map<string, KnownTopic>();
  /** Topics that are gone. */
  readonly #gone = new Set<string>();
  readonly #reported: ReportedEnds;

  private constructor(options: SourceOptions) {
    const { broker, clock, signal = new AbortController().signal } = options;
    this.#options = options;
    this.#reported = new ReportedEnds(broker, { clock, signal });
  }

  /**
   * Finds the starting positions of a new query.
   *
   * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition or an offset that does not exist;
   * QUERY_FAILED if there is no record at or after a time.
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
   * Resumes from the positions of an earlier run.
   *
   * @param kept Its positions; the ids of its topics then, if known; and the end offsets of a batch to
   * repeat, if there is one.
   * @throws {SfcrimeError} DATA_LOSS, with the offsets that are gone; TOPIC_MISSING.
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

  /** The topics that are read, as Spark describes them. */
  get description(): string {
    return this.#options.selections.map(selectionText).join(", ");
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
   * The end offset of every partition: as the broker reported them to a wait a moment ago, or after a look at the
   * topics. New topics and partitions are read from their earliest offset.
   *
   * @throws {SfcrimeError} DATA_LOSS, with the offsets; TOPIC_MISSING if there never was such a topic.
   */
  async latest(): Promise<TopicOffsets> {
    const reported = this.#reported.latest;
    if (reported === undefined) return await this.#lookAtAll();
    this.#reported.check(() => this.#isAsKnown());
    for (const [name, ends] of reported) this.#known.set(name, { ...this.#known.get(name)!, ends });
    return reported;
  }

  /** Whether there are no other topics and partitions than those that are known. */
  async #isAsKnown(): Promise<boolean> {
    const known = [...this.#known.values()];
    const selected = await this.#selectedTopics();
    if (!selected.every((topic) => this.#known.has(topic))) return false;
    for (const topic of known) if (!await isAsKnown(topic, this.#options.broker)) return false;
    return true;
  }

  async #lookAtAll(): Promise<TopicOffsets> {
    this.#reported.looks();
    const topics = [...new Set([...await this.#selectedTopics(), ...this.#known.keys()])];
    for (let from = 0; from < topics.length; from += LOOKS_AT_ONCE_MAX) {
      const looks = topics.slice(from, from + LOOKS_AT_ONCE_MAX).map((topic) => this.#look(topic));
      // All looks have to end before a failure is thrown.
      const failure = (await Promise.allSettled(looks)).find((look) => look.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    }
    return new Map([...this.#known].map(([name, { ends }]) => [name, ends]));
  }

  /** Begins to wait for the records after a batch, also while it still runs. */
  waitAfter({ ends }: BatchPlan): void {
    this.#reported.begin(ends, this.topicIds);
  }

  /**
   * Waits for records after the given end offsets; resolves also after the timeout, and sometimes earlier.
   *
   * @throws {SfcrimeError} TOPIC_MISSING, at a broker that does not report ends.
   */
  async waitForData(ends: TopicOffsets, timeoutMs: number): Promise<void> {
    await this.#reported.next(ends, { ids: this.topicIds, timeoutMs });
  }

  /** Plans the next batch. */
  plan(available: TopicOffsets, limits: BatchLimits): BatchPlan {
    const { selections } = this.#options;
    return this.#planTo(limitTopics(available, { positions: this.#positions, selections, limits }));
  }

  /** Plans a batch without records. */
  planNothing(): BatchPlan {
    return this.#planTo(this.#positions);
  }

  /**
   * Plans a batch up to logged offsets, of topics that had the given ids. What is gone was reported when the
   * source was resumed.
   */
  planRepeated(logged: TopicOffsets, ids: TopicIds): BatchPlan {
    return this.#planTo(this.#options.failOnDataLoss ? logged : this.upTo(logged, ids));
  }

  /**
   * The given end offsets of topics with the given ids, as far as they still exist; each is at or after its
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

  /** The number of offsets from the positions to the given end offsets. */
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

  /** Advances the positions after a batch. */
  advance({ ends }: BatchPlan): void {
    for (const [name, positions] of ends) {
      this.#known.set(name, { ...this.#known.get(name)!, positions });
    }
  }

  get #positions(): TopicOffsets {
    return new Map([...this.#known].map(([name, { positions }]) => [name, positions]));
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
        ranges.push(
          ...splitRange({ topic, ...(topicId === undefined ? {} : { topicId }), partition, from, to }),
        );
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

  /** Updates what is known about a topic. */
  async #look(name: string): Promise<void> {
    const known = this.#known.get(name) ?? { name, id: undefined, positions: NOTHING, ends: NOTHING };
    const look = await inspectTopic(known, this.#options);
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

  /** A topic that matched a pattern may be gone again; a named one has to exist, or to have existed. */
  async #requireKnown(name: string): Promise<void> {
    if (!this.#isNamed(name) || this.#gone.has(name)) return;
    // This throws an error that lists the existing topics.
    await this.#options.broker.listOffsets(name, "latest");
  }

  #lose({ error, consequence }: Loss): void {
    if (this.#options.failOnDataLoss) throw error;
    log.warn(`${error.message} ${consequence}`);
  }
}
