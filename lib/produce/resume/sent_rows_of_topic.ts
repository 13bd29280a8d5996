/**
 * What a topic has of the rows of a data set: the latest ones, and how far the data set was read when they were sent.
 *
 * The headers of its last records tell. In each partition, rows are in the order in which they were read: all rows before
 * one are no later than what had been seen when its page was asked for, or than itself. So reading back ends at a row for
 * which both are before the floor.
 */
import type { PartitionOffsets } from "../../broker/broker.ts";
import type { OffsetRange, Reader } from "../../broker/broker.ts";
import { consumedRecords } from "../../broker/consumed_records.ts";
import { producerAt } from "../../broker/record_batch/batch_header.ts";
import type { ProducerId } from "../../broker/writing/appender.ts";
import { type PlacedRow, placeIn } from "../input/data_set/row_place.ts";
import type { SentBefore } from "../input/data_set/sent_rows.ts";
import type { TrackedTarget } from "./record_gate.ts";

/** See the module's description. */
export interface TopicRows extends SentBefore {
  /** The producer of the last row, if it can be gone on as. */
  readonly producer: ProducerId | undefined;
}

/** How many offsets to look at first, and how much further back each step goes. */
const REACH_FIRST = 10_000;
const REACH_GROWTH = 4;

/** Undefined if there are none. @param header The name of the header with their places. */
export async function sentRowsOfTopic(
  header: string,
  { broker, topic: { name: topic }, signal }: Pick<TrackedTarget, "broker" | "topic" | "signal">,
): Promise<TopicRows | undefined> {
  const [begins, ends] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  const reader = await broker.openReader();
  try {
    const options = { topic, header, reader, signal };
    const tails = [...ends].map(([partition, to]) =>
      new RowsOfPartition({ topic, partition, from: startOf(begins, partition), to }, options)
    );
    for (const tail of tails) await tail.readBackUntil(() => tail.rows.length > 0);
    const floorMs = largest(tails.map(({ rows }) => rows.at(-1)?.floorMs));
    if (floorMs === undefined) return undefined;
    const isBefore = (row: PlacedRow) => row.seenMs < floorMs && row.timeMs < floorMs;
    for (const tail of tails) {
      await tail.readBackUntil(() => tail.rows.length > 0 && isBefore(tail.rows[0]!));
    }
    const last = tails.flatMap(({ rows }) => rows.at(-1) ?? [])
      .reduce((one, other) => other.seenMs > one.seenMs ? other : one);
    return {
      floorMs,
      seenMs: last.seenMs,
      rows: tails.flatMap(({ rows }) => rows.filter(({ timeMs }) => timeMs >= floorMs)),
      producer: last.producer,
    };
  } finally {
    await reader.close();
  }
}

function startOf(begins: PartitionOffsets, partition: number): number {
  return begins.get(partition) ?? 0;
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((one, other) => Math.max(one, other));
}

/** A row, and by whom it was sent. */
interface TopicRow extends PlacedRow {
  readonly producer: ProducerId | undefined;
}

/** How rows are read. */
interface ReadRowsOptions {
  readonly header: string;
  readonly reader: Reader;
  readonly signal: AbortSignal;
}

/** The rows at the end of a partition, as far back as they were read. */
class RowsOfPartition {
  readonly rows: TopicRow[] = [];
  readonly #range: OffsetRange;
  readonly #options: ReadRowsOptions;
  /** What is at this offset or later was read. */
  #readFrom: number;
  #reach = REACH_FIRST;

  constructor(range: OffsetRange, options: ReadRowsOptions) {
    this.#range = range;
    this.#options = options;
    this.#readFrom = range.to;
  }

  /** Reads back to the beginning, or until it is enough. */
  async readBackUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough() && this.#readFrom > this.#range.from && !this.#options.signal.aborted) {
      const to = this.#readFrom;
      this.#readFrom = Math.max(this.#range.from, this.#range.to - this.#reach);
      this.#reach *= REACH_GROWTH;
      const earlier: TopicRow[] = [];
      await this.#collect({ ...this.#range, from: this.#readFrom, to }, earlier);
      this.rows.unshift(...earlier);
    }
  }

  async #collect(range: OffsetRange, rows: TopicRow[]): Promise<void> {
    const { header: name, reader, signal } = this.#options;
    for await (const chunk of reader.read(range, signal)) {
      const placed = consumedRecords(chunk, range).flatMap(({ offset, headers }) => {
        const value = headers.find(({ key }) => key === name)?.value ?? null;
        const place = value === null ? undefined : placeIn(value);
        return place === undefined ? [] : [{ place, offset }];
      });
      const producer = placed.length === 0 ? undefined : producerAt(chunk.bytes, placed.at(-1)!.offset);
      for (const { place } of placed) rows.push({ ...place, producer });
    }
  }
}
