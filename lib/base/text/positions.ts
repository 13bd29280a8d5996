/** Positions in partitions, in the words that every message uses: `offset 17 of calls-3`. */

/** How many positions a list names. */
const LISTED_MAX = 12;

/** Offsets by topic and partition; each is that of the record that comes next. */
export type Positions = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Part of a partition: from an offset up to another, which is not included. */
export interface PositionRange {
  readonly topic: string;
  readonly partition: number | string;
  readonly from: number;
  readonly to: number;
}

/**
 * A range in words; its last offset is included, as in Kafka's own tools.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(rangeText({ topic: "calls", partition: 3, from: 10, to: 17 }), "offsets 10 to 16 of calls-3");
 * equal(rangeText({ topic: "calls", partition: 3, from: 10, to: 11 }), "offset 10 of calls-3");
 * equal(rangeText({ topic: "calls", partition: 3, from: 10, to: 10 }), "nothing of calls-3 from offset 10");
 * ```
 */
export function rangeText({ topic, partition, from, to }: PositionRange): string {
  if (to <= from) return `nothing of ${topic}-${partition} from offset ${from}`;
  return to === from + 1
    ? `offset ${from} of ${topic}-${partition}`
    : `offsets ${from} to ${to - 1} of ${topic}-${partition}`;
}

/** The ranges between two positions in every partition; a partition without a start is read from offset 0. */
export function rangesText({ from, to }: { readonly from: Positions; readonly to: Positions }): string {
  return listed(
    entriesOf(to).map(({ topic, partition, offset }) =>
      rangeText({ topic, partition, from: from[topic]?.[partition] ?? 0, to: offset })
    ),
  );
}

/**
 * Positions in words.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(positionsText({ calls: { 0: 17, 1: 9 } }), "offset 17 of calls-0, offset 9 of calls-1");
 * ```
 */
export function positionsText(positions: Positions): string {
  return listed(
    entriesOf(positions).map(({ topic, partition, offset }) => `offset ${offset} of ${topic}-${partition}`),
  );
}

function entriesOf(positions: Positions) {
  return Object.entries(positions).flatMap(([topic, partitions]) =>
    Object.entries(partitions).map(([partition, offset]) => ({ topic, partition, offset }))
  );
}

function listed(texts: readonly string[]): string {
  const rest = texts.length - LISTED_MAX;
  return texts.slice(0, LISTED_MAX).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
