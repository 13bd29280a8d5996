/**
 * What happens around the runs of a simulation: records arrive, and the cluster and the clock change, when the seed
 * says so.
 */
import { Cluster, type SimulatedRecord } from "./cluster.ts";
import { type Scenario, SILENT_TOPIC, TOPIC } from "./scenario.ts";
import type { Scheduler } from "./scheduler.ts";
import { Transactions } from "./transactions.ts";

/** When the simulation begins, by the wall clock. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);
/** How long records arrive. */
export const APPENDS_MS = 5_000;
/** Event time is faster than the clock, so that windows end, and so slow that a lagging leader makes no row late. */
const EVENT_MS_PER_MS = 30;
/** How far beyond all others the event time of the last records is, each time. */
const LAST_EVENT_MS = 86_400_000;
const TYPES = ["a", "b", "c"];

/** What a world is in. */
export interface WorldOptions {
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly hasFaults: () => boolean;
  /** Whether the query has committed a batch: records that are deleted from now on are lost to it. */
  readonly hasBegun: () => boolean;
}

/** See the module's description. */
export class World {
  readonly cluster: Cluster;
  /** The topics of the cluster that are written to. */
  readonly transactions: Transactions;
  /** Every record that was appended, each time. */
  readonly appended: SimulatedRecord[] = [];
  /** The same, for the silent topic. */
  readonly appendedSilent: SimulatedRecord[] = [];
  /** The ids of records that were deleted, read or not. */
  readonly deleted = new Set<number>();
  /** Those of them that were deleted after the query had begun. */
  readonly lost = new Set<number>();
  /** Whether a topic was deleted, which is told even if it was empty. */
  isReplaced = false;
  /** How far the wall clock is ahead of the simulation. */
  wallMs = EPOCH_MS;
  #lasts = 0;
  readonly #scenario: Scenario;
  readonly #options: WorldOptions;
  readonly #random: () => number;

  constructor(scenario: Scenario, options: WorldOptions) {
    const { scheduler, random, hasFaults } = options;
    this.#scenario = scenario;
    this.#options = options;
    this.#random = random;
    this.cluster = new Cluster(scheduler, {
      random,
      staleShare: () => hasFaults() ? scenario.faults.staleShare : 0,
    });
    this.cluster.createTopic(TOPIC, scenario.partitions);
    this.cluster.createTopic(SILENT_TOPIC, 1);
    this.transactions = new Transactions(scheduler, random);
  }

  /** Schedules everything, with its faults. */
  begin(): void {
    const { appends, recordsMax } = this.#scenario;
    for (let records = Math.floor(this.#random() * 3); records >= 0; records--) {
      this.#appendSilent(EPOCH_MS + Math.floor(this.#random() * 60_000));
    }
    for (let append = 0; append < appends; append++) {
      const count = 1 + Math.floor(this.#random() * recordsMax);
      this.#options.scheduler.after(
        APPENDS_MS + this.#random() * APPENDS_MS,
        `${count} records arrive`,
        () => this.#inAPartition((partition) => this.#append(partition, count)),
      );
    }
    this.#planFaults();
  }

  /** A record in each partition that ends all windows before it; each time later than the last time. */
  appendLast(): void {
    const eventMs = EPOCH_MS + LAST_EVENT_MS * ++this.#lasts;
    for (let partition = 0; partition < this.cluster.partitionsOf(TOPIC); partition++) {
      this.#append(partition, 1, eventMs);
    }
    this.#appendSilent(eventMs);
  }

  #append(partition: number, count: number, eventMs?: number): void {
    const { scheduler } = this.#options;
    const records = Array.from({ length: count }, (_, index) => ({
      id: this.appended.length + index,
      type: TYPES[Math.floor(this.#random() * TYPES.length)]!,
      eventMs: eventMs ?? Math.floor(EPOCH_MS + scheduler.nowMs * EVENT_MS_PER_MS + this.#random() * 60_000),
    }));
    this.appended.push(...records);
    this.cluster.append(TOPIC, partition, records);
    if (this.#scenario.queries.every(({ name }) => name !== "distinct") || eventMs !== undefined) return;
    scheduler.after(this.#random() * 1_000, "some of them arrive again", () => {
      if (partition >= this.cluster.partitionsOf(TOPIC)) return;
      const again = records.slice(0, 1 + Math.floor(this.#random() * count));
      this.appended.push(...again);
      this.cluster.append(TOPIC, partition, again);
    });
  }

  #appendSilent(eventMs: number): void {
    const record = { id: -1 - this.appendedSilent.length, type: TYPES[0]!, eventMs };
    this.appendedSilent.push(record);
    this.cluster.append(SILENT_TOPIC, 0, [record]);
  }

  #planFaults(): void {
    const { clockJumps, addedPartitions, leaderMoves, isLossy } = this.#scenario.faults;
    if (clockJumps) {
      for (const byMs of [-3_600_000, 86_400_000, -7_123]) {
        this.#sometime(`the clock is set by ${byMs} ms`, () => this.wallMs += byMs);
      }
    }
    for (let partition = 0; partition < addedPartitions; partition++) {
      this.#sometime("a partition is added", () => {
        if (this.#hasTopic) this.cluster.addPartition(TOPIC);
      });
    }
    for (let move = 0; move < leaderMoves; move++) {
      const to = (partition: number) => this.cluster.moveLeader(TOPIC, partition);
      this.#sometime("a leader moves", () => this.#inAPartition(to));
      this.#sometime("coordinators move", () => this.transactions.move());
    }
    if (isLossy) this.#planLosses();
  }

  #planLosses(): void {
    const { scheduler } = this.#options;
    const share = this.#random();
    this.#sometime("records are deleted", () => {
      if (this.#hasTopic) this.#lose(this.cluster.deleteRecords(TOPIC, 0, share));
    });
    for (let deletions = Math.floor(this.#random() * 3); deletions > 0; deletions--) {
      this.#sometime("the topic is deleted", () => {
        if (!this.#hasTopic) return;
        this.isReplaced = true;
        this.#lose(this.cluster.deleteTopic(TOPIC));
        scheduler.after(this.#random() * 2_000, "the topic is created again", () => {
          this.cluster.createTopic(TOPIC, this.#scenario.partitions);
        });
      });
    }
  }

  #lose(records: readonly SimulatedRecord[]): void {
    for (const { id } of records) {
      this.deleted.add(id);
      if (this.#options.hasBegun()) this.lost.add(id);
    }
  }

  get #hasTopic(): boolean {
    return this.cluster.partitionsOf(TOPIC) > 0;
  }

  #inAPartition(act: (partition: number) => void): void {
    if (this.#hasTopic) act(Math.floor(this.#random() * this.cluster.partitionsOf(TOPIC)));
  }

  #sometime(label: string, run: () => void): void {
    this.#options.scheduler.after(APPENDS_MS + this.#random() * 2 * APPENDS_MS, label, run);
  }
}
