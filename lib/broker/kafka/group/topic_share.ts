/**
 * What a member of a group reads of one topic: the partitions that are assigned to it, and how far it has come in each
 * partition that it ever had. If nobody has committed anything since, it resumes there in the next generation, so no
 * record is read twice by the same member after a commit that was rejected because the coordinator moved or had forgotten
 * the member.
 */
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import type {
  Broker,
  ConsumedRecord,
  OffsetRange,
  PartitionOffsets,
  Reader,
  Subscription,
  TopicOffsets,
} from "../../broker.ts";
import { consumedRecords } from "../../consumed_records.ts";
import type { TopicWatch } from "../../topics/topic_watch.ts";
import type { KafkaMembership } from "./membership.ts";

const log = logger("kafka");

/** The number of offsets that are read in one step, so that partitions take turns. */
const STEP_OFFSETS_MAX = 10_000;

/** How long a position may be beyond the end: a new leader does not know the end immediately. */
const BEYOND_END_MS_MAX = 10_000;
const BEYOND_END_LOOK_MS = 500;

/** The member that reads. */
export interface ReadingMember {
  readonly broker: Broker;
  readonly membership: KafkaMembership;
  readonly clock: Clock;
  readonly reader: Reader;
  readonly subscription: Subscription;
  /** Whether the consumer has stopped. */
  sated: boolean;
}

/** The progress in a partition. */
interface Progress {
  /** The next offset to read. */
  position: number;
  /** The last known committed offset of the group. */
  committed: number | undefined;
  /** Whether records were accepted whose commit was rejected. */
  isUncommitted: boolean;
}

/** See the module's description. */
export class TopicShare {
  readonly topic: string;
  readonly #member: ReadingMember;
  readonly #watch: TopicWatch;
  readonly #until: PartitionOffsets | undefined;
  /** The progress in all partitions that the member was ever assigned. */
  readonly #progress = new Map<number, Progress>();
  #assigned: readonly number[] = [];
  #ends: PartitionOffsets = new Map();
  /** Partitions that existed at the start; later ones are read from the beginning. */
  #knownAtStart: number;

  constructor(topic: string, watch: TopicWatch, member: ReadingMember) {
    this.topic = topic;
    this.#member = member;
    this.#watch = watch;
    this.#until = member.subscription.until?.get(topic);
    this.#knownAtStart = watch.partitionCount;
  }

  get partitionCount(): number {
    return this.#watch.partitionCount;
  }

  /** Whether accepted records could not be committed yet. */
  get isUncommitted(): boolean {
    return this.#assigned.some((partition) => this.#progress.get(partition)?.isUncommitted);
  }

  /** The positions of partitions that are read further, to wait for records of these only. */
  get awaited(): TopicOffsets {
    const positions = [...this.#positions].filter(([partition, at]) =>
      at < (this.#until?.get(partition) ?? Infinity)
    );
    return this.#watch.only(new Map(positions));
  }

  get #positions(): PartitionOffsets {
    return new Map(this.#assigned.map((partition) => [partition, this.#progress.get(partition)!.position]));
  }

  /** Takes an assignment, and finds the position in each partition. */
  async begin(assigned: readonly number[], stop: AbortSignal): Promise<void> {
    const { broker, subscription: { group, autoOffsetReset } } = this.#member;
    this.#assigned = assigned;
    const [committed, first, last] = await Promise.all([
      broker.committedOffsets(group, this.topic),
      broker.listOffsets(this.topic, "earliest"),
      broker.listOffsets(this.topic, "latest"),
    ]);
    this.#ends = last;
    for (const partition of assigned) {
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
  }

  /** Takes the end of each partition, after a wait. */
  setEnds(ends: PartitionOffsets): void {
    this.#ends = ends;
  }

  /** Whether the partitions of the topic have changed since they were assigned. */
  async hasChanged(): Promise<boolean> {
    const change = await this.#watch.look(this.#ends.size);
    if (change === "none") return false;
    if (change === "recreated") {
      const { group } = this.#member.subscription;
      log.warn(
        `Topic ${this.topic} was deleted and created again: group ${group} reads the new topic from the beginning.`,
      );
      this.#progress.clear();
      this.#knownAtStart = 0;
    }
    return true;
  }

  /** Reads a step of each assigned partition; returns whether any of them advanced. */
  async readStep(stop: AbortSignal): Promise<boolean> {
    let progressed = false;
    for (const partition of this.#assigned) {
      if (stop.aborted || this.#member.sated) return true;
      const { position } = this.#progress.get(partition)!;
      const end = this.#ends.get(partition) ?? 0;
      const to = Math.min(end, this.#until?.get(partition) ?? end, position + STEP_OFFSETS_MAX);
      if (position > end) await this.#requireRecords(partition, stop);
      if (position >= to) continue;
      await this.#readRange({ topic: this.topic, partition, from: position, to }, stop);
      progressed = true;
    }
    return progressed;
  }

  /**
   * Whether all members of the group together have read up to the given offsets. Others may not have
   * committed trailing offsets without records, so those are checked.
   */
  async hasReached(): Promise<boolean> {
    const { broker, subscription: { group, autoOffsetReset } } = this.#member;
    const own = this.#positions;
    const [committed, start] = await Promise.all([
      broker.committedOffsets(group, this.topic),
      broker.listOffsets(this.topic, autoOffsetReset),
    ]);
    for (const [partition, end] of this.#until ?? []) {
      const position = own.get(partition) ?? committed.get(partition) ?? start.get(partition) ?? 0;
      if (position < end && (own.has(partition) || await this.#holdsRecords(partition, position, end))) {
        return false;
      }
    }
    return true;
  }

  async #readRange(range: OffsetRange, stop: AbortSignal): Promise<void> {
    const { partition, to } = range;
    const progress = this.#progress.get(partition)!;
    try {
      for await (const chunk of this.#member.reader.read(range, stop)) {
        const records = consumedRecords(chunk, { ...range, from: progress.position });
        if (records.length > 0) await this.#deliver(partition, records);
        if (this.#member.sated || stop.aborted) return;
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
    const { count, wantsMore } = await this.#member.subscription.onRecords(records);
    this.#member.sated = !wantsMore;
    const last = records[count - 1];
    if (last === undefined) return;
    const progress = this.#progress.get(partition)!;
    progress.position = last.offset + 1;
    await this.#commit(partition, progress);
  }

  async #commit(partition: number, progress: Progress): Promise<void> {
    const { position } = progress;
    const offsets = new Map([[partition, position]]);
    progress.isUncommitted = !await this.#member.membership.commit(this.topic, offsets);
    if (!progress.isUncommitted) progress.committed = position;
  }

  /**
   * Resets a position that is out of range, because records were deleted or the log was truncated, as the
   * settings of the group say. Kafka's clients do this silently.
   */
  async #requireRecords(partition: number, stop: AbortSignal): Promise<void> {
    const { broker, clock, subscription: { group, autoOffsetReset } } = this.#member;
    const progress = this.#progress.get(partition)!;
    const untilMs = clock.monotonicMs() + BEYOND_END_MS_MAX;
    for (;;) {
      const [first, last] = await Promise.all([
        broker.listOffsets(this.topic, "earliest"),
        broker.listOffsets(this.topic, "latest"),
      ]);
      const [start, end] = [first.get(partition) ?? 0, last.get(partition) ?? 0];
      const { position } = progress;
      if (position >= start && position <= end) return;
      if (position < start || clock.monotonicMs() > untilMs) {
        log.warn(
          `Group ${group} is at offset ${position} of ${this.topic}-${partition}, which has offsets ${start} to ${end}. ` +
            `Records were lost. Resuming at the ${autoOffsetReset} offset.`,
        );
        progress.position = autoOffsetReset === "earliest" ? start : end;
        return;
      }
      await clock.sleep(BEYOND_END_LOOK_MS, stop);
      if (stop.aborted) return;
    }
  }

  async #holdsRecords(partition: number, from: number, to: number): Promise<boolean> {
    const { reader, subscription: { signal } } = this.#member;
    const range = { topic: this.topic, partition, from, to };
    for await (const chunk of reader.read(range, signal)) {
      if (consumedRecords(chunk, range).length > 0) return true;
    }
    return false;
  }
}
