/**
 * Consumer groups of the embedded broker, across any number of processes.
 *
 * A heartbeat is a row with a time. Each member computes the same assignment from the list of live members,
 * and reads a partition only while it has the lease of that partition. A lease moves when its owner returns
 * it or is no longer alive; so no partition is ever read by two members at once, and a member that is killed
 * is replaced after {@link SESSION_MS}.
 */
import type { LocalHost } from "../../base/host.ts";
import type { Broker, ConsumedRecord, PartitionOffsets, Reader, Subscription, Taken } from "../broker.ts";
import type { ChangeWatcher } from "../../base/files/change_watcher.ts";
import { latestOffsets, topicOf } from "./log.ts";
import { commit, committed } from "./offsets.ts";
import type { EmbeddedStore } from "./store.ts";
import { consumedRecords } from "../consumed_records.ts";

/** How long a member is considered alive after its last heartbeat. */
export const SESSION_MS = 6_000;

/** How often it sends heartbeats, and checks the other members. */
const HEARTBEAT_MS = 1_000;

/** The number of offsets that are read and committed in one step. */
const STEP_OFFSETS_MAX = 10_000;

interface Place {
  readonly store: EmbeddedStore;
  readonly changes: ChangeWatcher;
  readonly broker: Broker;
}

/** The subscription of one topic: members, leases and offsets are kept by topic. */
interface TopicSubscription extends Pick<Subscription, "group" | "autoOffsetReset" | "signal" | "onRecords"> {
  readonly topic: string;
  readonly until: PartitionOffsets | undefined;
  readonly onAssigned: (partitions: readonly number[]) => void;
}

/** See {@link Broker.subscribe}. */
export async function subscribeEmbedded(place: Place, subscription: Subscription): Promise<void> {
  const { topics, until, onAssigned, onRecords } = subscription;
  const over = new AbortController();
  const signal = AbortSignal.any([subscription.signal, over.signal]);
  const assigned = new Map<string, readonly number[]>();
  let turn: Promise<unknown> = Promise.resolve();
  /** Topics are read beside each other, but records are accepted in turn. */
  const accept = (records: readonly ConsumedRecord[]): Promise<Taken> => {
    const taken = turn.then(async () => {
      if (over.signal.aborted) return { count: 0, wantsMore: false };
      const taken = await onRecords(records);
      if (!taken.wantsMore) over.abort();
      return taken;
    });
    turn = taken.catch(() => {});
    return taken;
  };
  const reading = topics.map((topic) =>
    subscribeToOne(place, {
      ...subscription,
      topic,
      signal,
      until: until?.get(topic),
      onRecords: accept,
      onAssigned: (partitions) => {
        assigned.set(topic, partitions);
        onAssigned?.(assigned);
      },
    }).catch((error: unknown) => {
      over.abort();
      throw error;
    })
  );
  await Promise.allSettled(reading);
  await Promise.all(reading);
}

async function subscribeToOne(place: Place, subscription: TopicSubscription): Promise<void> {
  const reader = await place.broker.openReader();
  const member = new Member(place, subscription, reader);
  try {
    await member.run();
  } finally {
    member.leave();
    await reader.close();
  }
}

class Member {
  readonly #store: EmbeddedStore;
  readonly #changes: ChangeWatcher;
  readonly #subscription: TopicSubscription;
  readonly #reader: Reader;
  readonly #topicId: number;
  /** The group in this topic, as in the tables. */
  readonly #key: readonly [group: string, topicId: number];
  readonly #host: LocalHost;
  readonly #id: string;
  #heartbeatAtMs = -Infinity;
  /** The last heartbeat of each member, and when it was first seen. */
  #said = new Map<string, { readonly aliveUntilMs: number; readonly sinceMs: number }>();
  /** The next offset to read in each leased partition. */
  #positions = new Map<number, number>();
  /** Whether the consumer has stopped. */
  #sated = false;

  constructor({ store, changes }: Place, subscription: TopicSubscription, reader: Reader) {
    this.#store = store;
    this.#changes = changes;
    this.#subscription = subscription;
    this.#reader = reader;
    this.#host = store.host;
    this.#id = store.host.newId();
    this.#topicId = topicOf(store, subscription.topic).id;
    this.#key = [subscription.group, this.#topicId];
  }

  async run(): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    // Heartbeats must continue while a slow reader of our output delays a step.
    await Promise.all([this.#beat(ended.signal).finally(end), this.#read(ended.signal).finally(end)]);
  }

  async #beat(ended: AbortSignal): Promise<void> {
    for (;;) {
      await this.#host.sleep(HEARTBEAT_MS, ended);
      if (ended.aborted) return;
      this.#heartbeat();
    }
  }

  async #read(ended: AbortSignal): Promise<void> {
    const { signal, until } = this.#subscription;
    while (!signal.aborted && !ended.aborted) {
      const wait = this.#changes.listen(HEARTBEAT_MS, signal);
      this.#heartbeat();
      const progressed = await this.#readStep();
      if (this.#sated || (until !== undefined && this.#reached(until))) {
        wait.cancel();
        return;
      }
      if (progressed) wait.cancel();
      else await wait.changed;
    }
  }

  leave(): void {
    this.#store.transaction(() => {
      for (const table of ["group_leases", "group_members"]) {
        this.#store.run(
          `DELETE FROM ${table} WHERE group_name = ? AND topic_id = ? AND member = ?`,
          ...this.#key,
          this.#id,
        );
      }
    });
    this.#store.notify();
  }

  /** Sends a heartbeat, at most once a second, and acquires or returns leases. */
  #heartbeat(): void {
    const nowMs = this.#host.monotonicMs();
    if (nowMs - this.#heartbeatAtMs < HEARTBEAT_MS / 2) return;
    this.#heartbeatAtMs = nowMs;
    const before = [...this.#positions.keys()].join();
    this.#store.transaction(() => {
      this.#showAlive();
      this.#removeSilent();
      this.#exchangeLeases();
    });
    if ([...this.#positions.keys()].join() !== before) {
      this.#subscription.onAssigned([...this.#positions.keys()]);
      this.#store.notify();
    }
  }

  #showAlive(): void {
    this.#store.run(
      `INSERT INTO group_members (group_name, topic_id, member, alive_until_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET alive_until_ms = excluded.alive_until_ms`,
      ...this.#key,
      this.#id,
      this.#host.nowMs() + SESSION_MS,
    );
  }

  /**
   * Removes members whose session has expired. Times are by the wall clock, which may have been changed; so a
   * member is considered dead only if it also sent nothing for two heartbeats.
   */
  #removeSilent(): void {
    const members = this.#store.all<{ member: string; aliveUntilMs: number }>(
      "SELECT member, alive_until_ms AS aliveUntilMs FROM group_members WHERE group_name = ? AND topic_id = ?",
      ...this.#key,
    );
    const [wallMs, nowMs] = [this.#host.nowMs(), this.#host.monotonicMs()];
    const before = this.#said;
    this.#said = new Map();
    for (const { member, aliveUntilMs } of members) {
      const known = before.get(member);
      const said = known?.aliveUntilMs === aliveUntilMs ? known : { aliveUntilMs, sinceMs: nowMs };
      this.#said.set(member, said);
      const isTimePast = aliveUntilMs < wallMs || aliveUntilMs > wallMs + SESSION_MS;
      if (!isTimePast || nowMs - said.sinceMs < 2 * HEARTBEAT_MS) continue;
      this.#store.run(
        "DELETE FROM group_members WHERE group_name = ? AND topic_id = ? AND member = ?",
        ...this.#key,
        member,
      );
    }
    this.#store.run(
      `DELETE FROM group_leases WHERE group_name = ? AND topic_id = ? AND member NOT IN
         (SELECT member FROM group_members WHERE group_name = ? AND topic_id = ?)`,
      ...this.#key,
      ...this.#key,
    );
  }

  #exchangeLeases(): void {
    const { group, autoOffsetReset } = this.#subscription;
    const members = this.#store.all<{ member: string }>(
      "SELECT member FROM group_members WHERE group_name = ? AND topic_id = ? ORDER BY member",
      ...this.#key,
    ).map(({ member }) => member);
    const latest = latestOffsets(this.#store, this.#topicId);
    const committedOffsets = committed(this.#store, group, this.#topicId);
    const held = new Set(
      this.#store.all<{ partition: number }>(
        "SELECT partition FROM group_leases WHERE group_name = ? AND topic_id = ? AND member = ?",
        ...this.#key,
        this.#id,
      ).map(({ partition }) => partition),
    );
    const positions = new Map<number, number>();
    for (const [index, [partition, end]] of [...latest].entries()) {
      if (members[index % members.length] !== this.#id) {
        if (held.has(partition)) this.#release(partition);
        continue;
      }
      if (!held.has(partition) && !this.#take(partition)) continue;
      const known = held.has(partition) ? this.#positions.get(partition) : undefined;
      const start = autoOffsetReset === "latest" ? end : 0;
      positions.set(partition, known ?? committedOffsets.get(partition) ?? start);
    }
    this.#positions = positions;
  }

  #take(partition: number): boolean {
    return this.#store.run(
      "INSERT INTO group_leases (group_name, topic_id, partition, member) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ...this.#key,
      partition,
      this.#id,
    ) > 0;
  }

  #release(partition: number): void {
    this.#store.run(
      "DELETE FROM group_leases WHERE group_name = ? AND topic_id = ? AND partition = ?",
      ...this.#key,
      partition,
    );
  }

  /** Reads and commits one step of every leased partition; returns whether there was any record. */
  async #readStep(): Promise<boolean> {
    const { topic, signal, until } = this.#subscription;
    let progressed = false;
    for (const [partition, end] of latestOffsets(this.#store, this.#topicId)) {
      const from = this.#positions.get(partition);
      const limit = Math.min(end, until?.get(partition) ?? end);
      if (from === undefined || from >= limit || this.#sated || signal.aborted) continue;
      const to = Math.min(limit, from + STEP_OFFSETS_MAX);
      for await (const chunk of this.#reader.read({ topic, partition, from, to })) {
        const position = this.#positions.get(partition);
        if (position === undefined || this.#sated || signal.aborted) break;
        const records = consumedRecords(chunk, { topic, partition, from: position, to });
        if (records.length > 0) await this.#deliver(partition, records);
      }
      progressed = true;
    }
    return progressed;
  }

  async #deliver(partition: number, records: readonly ConsumedRecord[]): Promise<void> {
    const { group, onRecords } = this.#subscription;
    const { count, wantsMore } = await onRecords(records);
    this.#sated = !wantsMore;
    if (count === 0) return;
    const next = records[count - 1]!.offset + 1;
    const held = this.#store.transaction(() => {
      // A process that was suspended for longer than its session may have lost the lease: then the new owner
      // commits.
      const lease = this.#store.get<{ member: string }>(
        "SELECT member FROM group_leases WHERE group_name = ? AND topic_id = ? AND partition = ?",
        ...this.#key,
        partition,
      );
      if (lease?.member !== this.#id) return false;
      commit(this.#store, { group, topicId: this.#topicId, partition }, { offset: next });
      return true;
    });
    if (held) this.#positions.set(partition, next);
    else this.#positions.delete(partition);
  }

  /** Whether all members of the group together have read up to the given offsets. */
  #reached(until: PartitionOffsets): boolean {
    const others = committed(this.#store, this.#subscription.group, this.#topicId);
    return [...until].every(([partition, end]) =>
      end <= (this.#positions.get(partition) ?? others.get(partition) ?? 0)
    );
  }
}
