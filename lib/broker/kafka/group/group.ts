/**
 * Reads as a member of a Kafka consumer group. Assigned partitions are read in steps, by the same reader that
 * reads ranges; offsets are committed when the records have been accepted.
 *
 * A member remembers its positions from one generation of the group to the next. If nobody has committed
 * anything in the meantime, it resumes there, so no record is read twice by the same member after a commit
 * that was rejected because the coordinator moved or had forgotten the member.
 */
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { untilAborted, withinTime } from "../waiting.ts";
import type {
  Broker,
  ConsumedRecord,
  OffsetRange,
  PartitionOffsets,
  Reader,
  Subscription,
} from "../../broker.ts";
import { consumedRecords } from "../../consumed_records.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { type Generation, KafkaMembership } from "./membership.ts";
import { CHECK_INTERVAL_MS, TopicWatch } from "../../topics/topic_watch.ts";

interface Place {
  readonly broker: Broker;
  readonly membership: KafkaMembership;
  readonly watch: TopicWatch;
  readonly clock: Clock;
}

const log = logger("kafka");

/** The number of offsets that are read in one step, so that partitions take turns. */
const STEP_OFFSETS_MAX = 10_000;

/** How long it may take to notice that others have reached `until`. */
const UNTIL_WAIT_MS = 500;

/** How long a position may be beyond the end: a new leader does not know the end immediately. */
const BEYOND_END_MS_MAX = 10_000;
const BEYOND_END_LOOK_MS = 500;

/** How long an interrupted member tries to commit what it has printed. */
const LAST_COMMIT_MS_MAX = 10_000;

/** See {@link Broker.subscribe}. */
export async function subscribeKafka(
  { connection, broker }: { readonly connection: KafkaConnection; readonly broker: Broker },
  subscription: Subscription,
): Promise<void> {
  const { host: clock } = connection;
  const watch = await TopicWatch.of(broker, subscription.topic, clock);
  const membership = new KafkaMembership(connection, subscription);
  const reader = await broker.openReader();
  try {
    await new Member({ broker, membership, watch, clock }, subscription, reader).run();
  } finally {
    await membership.leave();
    await reader.close();
  }
}

/** The progress of this member in a partition. */
interface Progress {
  /** The next offset to read. */
  position: number;
  /** The last known committed offset of the group. */
  committed: number | undefined;
  /** Whether records were accepted whose commit was rejected. */
  isUncommitted: boolean;
}

class Member {
  readonly #place: Place;
  readonly #subscription: Subscription;
  readonly #reader: Reader;
  /** The progress in all partitions that this member was ever assigned. */
  readonly #progress = new Map<number, Progress>();
  /** The currently assigned partitions. */
  #assigned: readonly number[] = [];
  /** Partitions that existed at the start; later ones are read from the beginning. */
  #knownAtStart: number;
  /** Whether the consumer has stopped. */
  #sated = false;

  constructor(place: Place, subscription: Subscription, reader: Reader) {
    this.#place = place;
    this.#subscription = subscription;
    this.#reader = reader;
    this.#knownAtStart = place.watch.partitionCount;
  }

  async run(): Promise<void> {
    const { membership, watch } = this.#place;
    for (let isOver = this.#subscription.signal.aborted; !isOver || this.#isUncommitted;) {
      const joining = membership.join(watch.partitionCount);
      const generation = await this.#joined(joining);
      if (generation === undefined) return;
      isOver = await this.#read(generation);
    }
  }

  /**
   * Joins a generation. An interrupted member does not wait for the others, except briefly if accepted
   * records could not be committed yet.
   */
  async #joined(joining: Promise<Generation>): Promise<Generation | undefined> {
    joining.catch(() => {});
    const generation = await untilAborted(joining, this.#subscription.signal);
    if (generation !== undefined || !this.#isUncommitted) return generation;
    return await withinTime(joining, { ms: LAST_COMMIT_MS_MAX, clock: this.#place.clock });
  }

  get #isUncommitted(): boolean {
    return this.#assigned.some((partition) => this.#progress.get(partition)?.isUncommitted);
  }

  /** Reads until the generation ends; returns whether the subscription is over. */
  async #read({ partitions, ended }: Generation): Promise<boolean> {
    const { topic, signal, until, onAssigned } = this.#subscription;
    const stop = AbortSignal.any([signal, ended]);
    this.#assigned = partitions;
    let ends = await this.#begin(stop);
    onAssigned?.(partitions);
    while (!stop.aborted) {
      if (this.#sated) return true;
      if (await this.#hasChanged(ends.size)) return false;
      if (await this.#readStep(ends, stop)) continue;
      if (until !== undefined && await this.#reached(until)) return true;
      const timeoutMs = until === undefined ? CHECK_INTERVAL_MS : UNTIL_WAIT_MS;
      const awaited = this.#place.watch.only(this.#awaited);
      const latest = await this.#place.broker.waitForData(awaited, { timeoutMs, signal: stop });
      ends = latest.get(topic)!;
    }
    return signal.aborted;
  }

  /** The positions of partitions that are read further. */
  get #awaited(): PartitionOffsets {
    const { until } = this.#subscription;
    return new Map(
      [...this.#positions].filter(([partition, at]) => at < (until?.get(partition) ?? Infinity)),
    );
  }

  get #positions(): PartitionOffsets {
    return new Map(this.#assigned.map((partition) => [partition, this.#progress.get(partition)!.position]));
  }

  /** Finds the position of each assigned partition, and returns the end offsets. */
  async #begin(stop: AbortSignal): Promise<PartitionOffsets> {
    const { broker } = this.#place;
    const { topic, group, autoOffsetReset } = this.#subscription;
    const [committed, first, last] = await Promise.all([
      broker.committedOffsets(group, topic),
      broker.listOffsets(topic, "earliest"),
      broker.listOffsets(topic, "latest"),
    ]);
    for (const partition of this.#assigned) {
      const known = this.#progress.get(partition);
      const offset = committed.get(partition);
      const isUntouched = known !== undefined && known.committed === offset;
      if (isUntouched && known.isUncommitted) await this.#commit(partition, known);
      if (isUntouched) continue;
      const reset = partition < this.#knownAtStart ? autoOffsetReset : "earliest";
      const start = (reset === "earliest" ? first : last).get(partition) ?? 0;
      this.#progress.set(partition, { position: offset ?? start, committed: offset, isUncommitted: false });
      await this.#requireRecords(partition, stop);
    }
    return last;
  }

  /** Whether the partitions of the topic have changed since they were assigned. */
  async #hasChanged(partitionCount: number): Promise<boolean> {
    const { membership, watch } = this.#place;
    const { topic, group } = this.#subscription;
    const change = await watch.look(partitionCount);
    if (change === "none") return false;
    if (change === "recreated") {
      log.warn(
        `Topic ${topic} was deleted and created again: group ${group} reads the new topic from the beginning.`,
      );
      this.#progress.clear();
      this.#knownAtStart = 0;
    }
    membership.endGeneration();
    return true;
  }

  /** Reads a step of each assigned partition; returns whether any of them advanced. */
  async #readStep(ends: PartitionOffsets, stop: AbortSignal): Promise<boolean> {
    const { topic, until } = this.#subscription;
    let progressed = false;
    for (const partition of this.#assigned) {
      if (stop.aborted || this.#sated) return true;
      const { position } = this.#progress.get(partition)!;
      const end = ends.get(partition) ?? 0;
      const to = Math.min(end, until?.get(partition) ?? end, position + STEP_OFFSETS_MAX);
      if (position > end) await this.#requireRecords(partition, stop);
      if (position >= to) continue;
      await this.#readRange({ topic, partition, from: position, to }, stop);
      progressed = true;
    }
    return progressed;
  }

  async #readRange(range: OffsetRange, stop: AbortSignal): Promise<void> {
    const { partition, to } = range;
    const progress = this.#progress.get(partition)!;
    try {
      for await (const chunk of this.#reader.read(range, stop)) {
        const records = consumedRecords(chunk, { ...range, from: progress.position });
        if (records.length > 0) await this.#deliver(partition, records);
        if (this.#sated || stop.aborted) return;
      }
    } catch (error) {
      if (!(error instanceof SfcrimeError) || error.code !== "OFFSET_OUT_OF_RANGE") throw error;
      return await this.#requireRecords(partition, stop);
    }
    if (stop.aborted || progress.position >= to) return;
    // The range may end with offsets without records, such as transaction markers.
    progress.position = to;
    await this.#commit(partition, progress);
  }

  async #deliver(partition: number, records: readonly ConsumedRecord[]): Promise<void> {
    const { count, wantsMore } = await this.#subscription.onRecords(records);
    this.#sated = !wantsMore;
    const last = records[count - 1];
    if (last === undefined) return;
    const progress = this.#progress.get(partition)!;
    progress.position = last.offset + 1;
    await this.#commit(partition, progress);
  }

  async #commit(partition: number, progress: Progress): Promise<void> {
    const { position } = progress;
    progress.isUncommitted = !await this.#place.membership.commit(new Map([[partition, position]]));
    if (!progress.isUncommitted) progress.committed = position;
  }

  /**
   * Resets a position that is out of range, because records were deleted or the log was truncated, as the
   * settings of the group say. Kafka's clients do this silently.
   */
  async #requireRecords(partition: number, stop: AbortSignal): Promise<void> {
    const { broker, clock } = this.#place;
    const { topic, group, autoOffsetReset } = this.#subscription;
    const progress = this.#progress.get(partition)!;
    const untilMs = clock.monotonicMs() + BEYOND_END_MS_MAX;
    for (;;) {
      const [first, last] = await Promise.all([
        broker.listOffsets(topic, "earliest"),
        broker.listOffsets(topic, "latest"),
      ]);
      const [start, end] = [first.get(partition) ?? 0, last.get(partition) ?? 0];
      const { position } = progress;
      if (position >= start && position <= end) return;
      if (position < start || clock.monotonicMs() > untilMs) {
        log.warn(
          `Group ${group} is at offset ${position} of ${topic}-${partition}, which has offsets ${start} to ${end}. ` +
            `Records were lost. Resuming at the ${autoOffsetReset} offset.`,
        );
        progress.position = autoOffsetReset === "earliest" ? start : end;
        return;
      }
      await clock.sleep(BEYOND_END_LOOK_MS, stop);
      if (stop.aborted) return;
    }
  }

  /**
   * Whether all members of the group together have read up to the given offsets. Others may not have
   * committed trailing offsets without records, so those are checked.
   */
  async #reached(until: PartitionOffsets): Promise<boolean> {
    const { broker } = this.#place;
    const { topic, group, autoOffsetReset } = this.#subscription;
    const own = this.#positions;
    const [committed, start] = await Promise.all([
      broker.committedOffsets(group, topic),
      broker.listOffsets(topic, autoOffsetReset),
    ]);
    for (const [partition, end] of until) {
      const position = own.get(partition) ?? committed.get(partition) ?? start.get(partition) ?? 0;
      if (position < end && (own.has(partition) || await this.#holdsRecords(partition, position, end))) {
        return false;
      }
    }
    return true;
  }

  async #holdsRecords(partition: number, from: number, to: number): Promise<boolean> {
    const { topic, signal } = this.#subscription;
    const range = { topic, partition, from, to };
    for await (const chunk of this.#reader.read(range, signal)) {
      if (consumedRecords(chunk, range).length > 0) return true;
    }
    return false;
  }
}
