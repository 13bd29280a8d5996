/** UNION ALL of several SELECTs, some of which read the same stream. */
import type { Random } from "../random.ts";
import { where } from "./where.ts";

/** The columns of `COLUMNS`, some of them computed. */
export const COMPUTED =
  "at, upper(k) AS k, s, i + 1 AS i, l, -d AS d, NOT b AS b, date_add(y, 1) AS y, h, f, e, dev, items, attrs, z, -p AS p";

/** Conditions that send a row to one branch at most, to none, or to several. */
const SPLITS = [
  ["k = 'a'", "k = 'b'", "k = 'c'", "k IS NULL"],
  ["b", "NOT b", "b IS NULL", "b IS NOT NULL"],
  ["i > 0", "i <= 0", "i IS NULL", "i % 2 = 0"],
  ["true", "k <> 'c'", "k = 'nothing'", "length(s) > 1"],
];

/** What reads no row at all. */
const NEVER = ["false", "false", "1 > 2", "k = 'a' AND false"];

/** The branches: each stream is read in one of them at least, and one is read in several. */
export function branches(random: Random, streams: readonly string[]): string {
  const count = random.int(Math.max(2, streams.length), 4);
  const read = random.shuffled([
    ...streams,
    ...random.times(count - streams.length, () => random.pick(streams)),
  ]);
  const split = random.shuffled(random.pick(SPLITS));
  return read.map((stream, index) => {
    const columns = random.pick(["*", "*", "*", COMPUTED]);
    return `SELECT ${columns} FROM ${stream}${branchWhere(random, split[index]!)}`;
  }).join(" UNION ALL ");
}

function branchWhere(random: Random, split: string): string {
  return random.oneOf(
    () => "",
    () => ` WHERE ${split}`,
    () => ` WHERE ${split}`,
    () => random.chance(0.6) ? ` WHERE ${random.pick(NEVER)}` : where(random),
  );
}
