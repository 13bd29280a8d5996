/**
 * A broker in memory, with what real ones do: several servers whose answers lag, topics that are deleted and created
 * again, retention, and partitions that are added. What it holds is the truth of a simulation.
 */
import type {
  Broker,
  OffsetRange,
  OffsetSpec,
  PartitionOffsets,
  RecordChunk,
  Staleness,
  TopicDescription,
  TopicOffsets,
} from "../../lib/broker/broker.ts";
import { hasArrived } from "../../lib/broker/broker.ts";
import { missingPartition, missingTopic, outOfRange, topicReplaced } from "../../lib/broker/failures.ts";
import { RecordsBuilder, setBaseOffset } from "../../lib/broker/record_batch/encode.ts";
import type { Process } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";

/** How old an answer may be. */
export const STALENESS: Staleness = { topicsMs: 500, endsMs: 5_000 };

/** A record, as the oracle sees it. */
export interface SimulatedRecord {
  readonly id: number;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly eventMs: number;
}

interface Batch {
  readonly base: number;
  readonly bytes: Uint8Array;
  readonly records: readonly SimulatedRecord[];
}

interface Partition {
  readonly start: number;
  readonly end: number;
}

/** A topic at some moment. */
interface TopicView {
  readonly id: string;
  readonly partitions: ReadonlyMap<number, Partition>;
}

/** What some server knows. */
type View = ReadonlyMap<string, TopicView>;

/** A leader that has just been elected, and does not know the high watermark yet. */
interface NewLeader {
  /** It knows what there was at this time. */
  readonly knowsMs: number;
  readonly untilMs: number;
}

/** The pause of a reader before it asks a leader again. */
const READ_PAUSE_MS = 50;

/** See the module's description. */
export class Cluster {
  readonly #scheduler: Scheduler;
  readonly #random: () => number;
  /** The share of answers that are old. */
  readonly #staleShare: () => number;
  /** By the id of the topic and the number of the partition. */
  readonly #logs = new Map<string, Batch[]>();
  /** The states since the beginning, the latest last. */
  readonly #views: { readonly atMs: number; readonly view: View }[] = [{ atMs: -Infinity, view: new Map() }];
  /** By the id of the topic and the number of the partition. */
  readonly #newLeaders = new Map<string, NewLeader>();
  readonly #waiting = new Set<() => void>();
  #topicsMade = 0;

  constructor(
    scheduler: Scheduler,
    { random, staleShare }: { readonly random: () => number; readonly staleShare: () => number },
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#staleShare = staleShare;
  }

  /** All records that were appended to a topic and are still there, by partition. */
  recordsOf(topic: string): SimulatedRecord[] {
    const { id, partitions } = this.#now.get(topic)!;
    return [...partitions].flatMap(([partition, { start }]) =>
      this.#logOf(id, partition).flatMap(({ base, records }) =>
        records.filter((_record, index) => base + index >= start)
      )
    );
  }

  createTopic(topic: string, partitions: number): void {
    const id = `topic-${this.#topicsMade++}`;
    const empty = Array.from(
      { length: partitions },
      (_, partition) => [partition, { start: 0, end: 0 }] as const,
    );
    this.#change(topic, { id, partitions: new Map(empty) });
  }

  /** Deletes a topic, and returns its records. */
  deleteTopic(topic: string): SimulatedRecord[] {
    const records = this.recordsOf(topic);
    this.#change(topic, undefined);
    return records;
  }

  addPartition(topic: string): void {
    const { id, partitions } = this.#now.get(topic)!;
    this.#change(topic, {
      id,
      partitions: new Map([...partitions, [partitions.size, { start: 0, end: 0 }]]),
    });
  }

  partitionsOf(topic: string): number {
    return this.#now.get(topic)?.partitions.size ?? 0;
  }

  /** Deletes the records of a partition before some offset between its start and its end, and returns them. */
  deleteRecords(topic: string, partition: number, share: number): SimulatedRecord[] {
    const { id, partitions } = this.#now.get(topic)!;
    const { start, end } = partitions.get(partition)!;
    const to = start + Math.floor((end - start) * share);
    const deleted = this.#logOf(id, partition).flatMap(({ base, records }) =>
      records.filter((_record, index) => base + index >= start && base + index < to)
    );
    this.#change(topic, { id, partitions: new Map([...partitions, [partition, { start: to, end }]]) });
    return deleted;
  }

  /** Another server leads a partition, and knows its high watermark only after a while. */
  moveLeader(topic: string, partition: number): void {
    const { id } = this.#now.get(topic)!;
    const knowsMs = this.#scheduler.nowMs - this.#random() * STALENESS.endsMs;
    const untilMs = knowsMs + STALENESS.endsMs;
    this.#newLeaders.set(`${id}-${partition}`, { knowsMs, untilMs });
    this.#scheduler.after(untilMs - this.#scheduler.nowMs, "a leader is up to date", () => this.#wake());
  }

  append(topic: string, partition: number, records: readonly SimulatedRecord[]): void {
    const { id, partitions } = this.#now.get(topic)!;
    const { start, end } = partitions.get(partition)!;
    const utf8 = new TextEncoder();
    const bytes = RecordsBuilder.of(records.map(({ id, type, eventMs }) => ({
      key: null,
      value: utf8.encode(JSON.stringify({ id, type, at: new Date(eventMs).toISOString() })),
      timestampMs: eventMs,
    }))).toBatch().slice();
    setBaseOffset(bytes, end);
    this.#logOf(id, partition).push({ base: end, bytes, records });
    const grown = { start, end: end + records.length };
    this.#change(topic, { id, partitions: new Map([...partitions, [partition, grown]]) });
  }

  /** The broker as a process sees it. */
  clientOf(process: Process): Broker {
    const missing = (name: string) => missingTopic(name, [...this.#now.keys()]);
    const listOffsets = (topic: string, at: OffsetSpec): Promise<PartitionOffsets> =>
      process.call(`lists offsets of ${topic}`, () => {
        const old = this.#view(at === "latest" ? STALENESS.endsMs : STALENESS.topicsMs).get(topic);
        // An old end, but no older topic or partition than other answers may have.
        const recent = this.#view(STALENESS.topicsMs).get(topic);
        const isOfTopic = old?.id === recent?.id && old?.partitions.size === recent?.partitions.size;
        const found = isOfTopic ? old : recent;
        if (found === undefined) throw missing(topic);
        const now = this.#now.get(topic);
        // Starts are never old: they come from the leader that deletes.
        const startOf = (number: number) =>
          now?.id === found.id ? now.partitions.get(number)?.start : undefined;
        return new Map([...found.partitions].map(([number, { start, end }]) => [
          number,
          at === "earliest" ? startOf(number) ?? start : Math.min(end, this.#endOf(topic, found.id, number)),
        ]));
      });
    return {
      description: "a simulated broker",
      staleness: STALENESS,
      hasTopicSettings: false,
      listTopics: () => process.call("lists topics", () => [...this.#view(STALENESS.topicsMs).keys()]),
      describeTopic: (topic) =>
        process.call(`describes ${topic}`, () => describe(topic, this.#view(STALENESS.topicsMs))),
      listOffsets,
      waitForData: (positions, { timeoutMs, signal }) =>
        this.#wait(process, positions, { timeoutMs, signal }),
      waitForEnds: (positions, options) => this.#waitForEnds(process, positions, options),
      openReader: () =>
        Promise.resolve({ read: (range) => this.#read(process, range), close: () => Promise.resolve() }),
      close: () => Promise.resolve(),
      ...UNUSED,
    };
  }

  get #now(): View {
    return this.#views.at(-1)!.view;
  }

  #logOf(id: string, partition: number): Batch[] {
    const key = `${id}-${partition}`;
    return this.#logs.get(key) ?? this.#logs.set(key, []).get(key)!;
  }

  #change(topic: string, changed: TopicView | undefined): void {
    const view = new Map(this.#now);
    if (changed === undefined) view.delete(topic);
    else view.set(topic, changed);
    this.#views.push({ atMs: this.#scheduler.nowMs, view });
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** The end of a partition, as far as its leader knows. */
  #endOf(topic: string, id: string, partition: number): number {
    const { nowMs } = this.#scheduler;
    const leader = this.#newLeaders.get(`${id}-${partition}`);
    const atMs = leader === undefined || leader.untilMs <= nowMs ? nowMs : leader.knowsMs;
    const then = this.#viewAt(atMs).get(topic);
    return then?.id === id ? then.partitions.get(partition)?.end ?? 0 : 0;
  }

  /** What some server knows, which may be old. */
  #view(staleMsMax: number): View {
    if (this.#random() >= this.#staleShare()) return this.#now;
    return this.#viewAt(this.#scheduler.nowMs - this.#random() * staleMsMax);
  }

  #viewAt(atMs: number): View {
    return this.#views.findLast((state) => state.atMs <= atMs)!.view;
  }

  async #wait(process: Process, positions: TopicOffsets, options: WaitOptions): Promise<TopicOffsets> {
    await this.#untilArrived(process, positions, options);
    return options.signal.aborted ? new Map() : await process.call("ends", () => this.#endsOf(positions));
  }

  /** What the leaders report after a wait; undefined where they have other topics, or not these positions. */
  async #waitForEnds(
    process: Process,
    positions: TopicOffsets,
    { ids, ...options }: WaitOptions & { readonly ids: Readonly<Record<string, string>> },
  ): Promise<TopicOffsets | undefined> {
    await this.#untilArrived(process, positions, options);
    if (options.signal.aborted) return undefined;
    return await process.call("reports ends", () => {
      for (const [topic, partitions] of positions) {
        const found = this.#now.get(topic);
        if (found === undefined || found.id !== ids[topic]) return undefined;
        if (found.partitions.size !== partitions.size) return undefined;
        for (const [number, position] of partitions) {
          if (found.partitions.get(number)!.start > position) return undefined;
          if (this.#endOf(topic, found.id, number) < position) return undefined;
        }
      }
      const ends = this.#endsOf(positions);
      return hasArrived(ends, positions) ? ends : undefined;
    });
  }

  #endsOf(positions: TopicOffsets): TopicOffsets {
    return new Map([...positions.keys()].map((topic) => {
      const found = this.#now.get(topic);
      if (found === undefined) throw missingTopic(topic, [...this.#now.keys()]);
      const numbers = [...found.partitions.keys()];
      return [topic, new Map(numbers.map((number) => [number, this.#endOf(topic, found.id, number)]))];
    }));
  }

  async #untilArrived(
    process: Process,
    positions: TopicOffsets,
    { timeoutMs, signal }: WaitOptions,
  ): Promise<void> {
    const isOver = () => {
      try {
        return hasArrived(this.#endsOf(positions), positions);
      } catch {
        return true;
      }
    };
    await process.waitFor<void>((resolve) => {
      const end = () => {
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (isOver()) process.later(0, "hears of data", end);
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
      process.later(timeoutMs, "waited for data", end);
      look();
    });
  }

  async *#read(process: Process, range: OffsetRange): AsyncIterable<RecordChunk> {
    const { topic, topicId, partition, to } = range;
    for (let from = range.from; from < to;) {
      const batches = await process.call(`reads ${topic}-${partition} from ${from}`, () => {
        const found = this.#now.get(topic);
        if (topicId !== undefined && found?.id !== topicId) {
          throw topicReplaced(topic, { before: topicId, now: found?.id, read: new Map([[partition, from]]) });
        }
        if (found === undefined) throw missingTopic(topic, []);
        const { start, end } = found.partitions.get(partition) ?? {};
        if (start === undefined || end === undefined) throw missingPartition(topic, partition);
        if (from < start || to > end) throw outOfRange({ topic, partition, from, to }, { start, end });
        // A new leader may not show yet what another one has shown.
        if (from >= this.#endOf(topic, found.id, partition)) return [];
        const log = this.#logOf(found.id, partition);
        const first = log.findIndex(({ base, records }) => base + records.length > from);
        return log.slice(first, first + 1 + Math.floor(this.#random() * 3)).filter(({ base }) => base < to);
      });
      for (const { bytes } of batches) yield { bytes: bytes.slice(), aborted: [] };
      const last = batches.at(-1);
      if (last === undefined) await process.clock.sleep(READ_PAUSE_MS);
      else from = last.base + last.records.length;
    }
  }
}

/** How long a wait may take. */
interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function describe(topic: string, view: View): TopicDescription | undefined {
  const found = view.get(topic);
  if (found === undefined) return undefined;
  const servers = { leader: 0, replicas: [0], inSync: [0] };
  return {
    name: topic,
    id: found.id,
    partitions: [...found.partitions.keys()].map((partition) => ({ partition, ...servers })),
  };
}

function unused(): never {
  throw new Error("An analysis does not call this.");
}

/** What an analysis with a sink of its own does not use. */
const UNUSED = {
  createTopic: unused,
  topicDefaults: unused,
  topicConfig: unused,
  deleteTopic: unused,
  openAppender: unused,
  openBatchTopic: unused,
  lastBatchOf: unused,
  committedOffsets: unused,
  commitOffsets: unused,
  subscribe: unused,
  admin: unused,
};
