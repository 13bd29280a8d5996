/**
 * The lag in time of what is not yet read: of each partition, how old the oldest record is that waits. Where nothing
 * waits it is 0. Elsewhere that record is looked up in the background, with a small fetch of its own, and not often; in
 * between, the last one that was looked up is taken, which was before it in its partition, so the lag is not less than
 * what is reported by more than it takes to look again.
 */
import { LAG_LOOK_MS_MIN, LOOKS_AT_ONCE_MAX } from "../../base/bounds.ts";
import { type Clock, OVER } from "../../base/clock.ts";
import type { Broker, OffsetRange, Reader, TopicOffsets } from "../../broker/broker.ts";
import { BatchDecoder } from "../../broker/record_batch/decode.ts";
import type { PartitionLag, RunListener } from "../../monitoring/run_listener.ts";
import type { TopicIds } from "./topic_offsets.ts";

/** The options of a probe. */
export interface LagProbeOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly listener: RunListener;
  /** Ends the looks. */
  readonly signal: AbortSignal;
}

/** What is read, and what there is. */
export interface ReadPosition {
  readonly queries: readonly string[];
  /** Up to where each partition is read. */
  readonly positions: TopicOffsets;
  readonly latest: TopicOffsets;
  readonly ids: TopicIds;
}

/** The oldest record of a partition that waited when it was looked up. */
interface WaitingRecord {
  readonly offset: number;
  readonly timestampMs: number;
}

/** See the module's description. It never fails: what cannot be looked up is not reported. */
export class LagProbe {
  readonly #options: LagProbeOptions;
  readonly #known = new Map<string, WaitingRecord>();
  readonly #closed = new AbortController();
  readonly #signal: AbortSignal;
  #reader: Promise<Reader> | undefined;
  /** The latest position. */
  #position: ReadPosition | undefined;
  /** Whether a look is under way, or about to be. */
  #isLooking = false;
  #lookedAtMs = -Infinity;

  constructor(options: LagProbeOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#closed.signal]);
  }

  /** Reports the lag as far as it is known, and looks up what is not; if it has just done that, a little later. */
  report(position: ReadPosition): void {
    this.#position = position;
    this.#tell(position);
    if (!this.#isLooking && this.#unknown(position).length > 0) void this.#lookAndTell();
  }

  /** Ends the looks. */
  close(): void {
    this.#closed.abort(OVER);
  }

  async #lookAndTell(): Promise<void> {
    const { clock } = this.#options;
    this.#isLooking = true;
    await clock.sleep(this.#lookedAtMs + LAG_LOOK_MS_MIN - clock.monotonicMs(), this.#signal);
    if (this.#signal.aborted) return;
    this.#lookedAtMs = clock.monotonicMs();
    const position = this.#position!;
    await this.#lookAll(this.#unknown(position));
    this.#isLooking = false;
    if (this.#signal.aborted) return;
    if (this.#position === position) this.#tell(position);
    else this.report(this.#position!);
  }

  /** The ranges whose oldest record is not known. */
  #unknown(position: ReadPosition): OffsetRange[] {
    return partitionsOf(position).filter((range) =>
      range.from < range.to && (this.#known.get(keyOf(range))?.offset ?? -1) < range.from
    ).map((range) => ({ ...range, bytesMax: 1 }));
  }

  #tell(position: ReadPosition): void {
    const { clock, listener } = this.#options;
    const nowMs = clock.nowMs();
    const partitions = partitionsOf(position).flatMap(({ topic, partition, from, to }): PartitionLag[] => {
      const key = keyOf({ topic, partition });
      if (from >= to) {
        this.#known.delete(key);
        return [{ topic, partition, lagMs: 0 }];
      }
      const known = this.#known.get(key);
      return known === undefined ? [] : [{ topic, partition, lagMs: Math.max(0, nowMs - known.timestampMs) }];
    });
    listener.lagged?.({ queries: position.queries, partitions });
  }

  async #lookAll(ranges: readonly OffsetRange[]): Promise<void> {
    const left = [...ranges];
    const look = async () => {
      for (let range = left.pop(); range !== undefined; range = left.pop()) {
        const record = await this.#look(range).catch(() => undefined);
        if (record !== undefined) this.#known.set(keyOf(range), record);
      }
    };
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE_MAX, ranges.length) }, look));
  }

  /** The first record of a range. Its first offset may have none, such as the end of a transaction. */
  async #look(range: OffsetRange): Promise<WaitingRecord | undefined> {
    return await this.#firstOf({ ...range, to: range.from + 1 }) ?? await this.#firstOf(range);
  }

  async #firstOf(range: OffsetRange): Promise<WaitingRecord | undefined> {
    const { broker } = this.#options;
    const reader = await (this.#reader ??= broker.openReader());
    let found: WaitingRecord | undefined;
    for await (const { bytes, aborted } of reader.read(range, this.#signal)) {
      new BatchDecoder(bytes, { from: range.from, to: range.to, aborted }).run(({ offset, timestampMs }) => {
        found = { offset, timestampMs };
        return true;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** All partitions, from where they are read to their ends. */
function partitionsOf({ positions, latest, ids }: ReadPosition): OffsetRange[] {
  return [...latest].flatMap(([topic, ends]) =>
    [...ends].map(([partition, to]) => ({
      topic,
      ...(ids[topic] === undefined ? {} : { topicId: ids[topic] }),
      partition,
      from: positions.get(topic)?.get(partition) ?? to,
      to,
    }))
  );
}

function keyOf({ topic, partition }: Pick<OffsetRange, "topic" | "partition">): string {
  return `${topic} ${partition}`;
}
