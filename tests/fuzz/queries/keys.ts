/** GROUP BY in all of its forms. */
import type { Random } from "../random.ts";

/** The keys as they stand, by their positions, by their aliases `g0`, `g1` …, or as sets of them. */
export function groupBy(random: Random, keys: readonly string[]): string {
  const written = keys.map((key, index) => random.chance(0.7) ? key : String(index + 1));
  return random.oneOf(
    () => keys.join(", "),
    () => keys.join(", "),
    () => keys.map((_key, index) => index + 1).join(", "),
    () => keys.map((_key, index) => `g${index}`).join(", "),
    () =>
      random.chance(0.5) || keys.some((key) => key.startsWith("session_")) ? "ALL" : sets(random, written),
  );
}

function sets(random: Random, keys: readonly string[]): string {
  const list = keys.join(", ");
  return random.oneOf(
    () => `ROLLUP (${list})`,
    () => `CUBE (${list})`,
    () => `${list} WITH ROLLUP`,
    () => `GROUPING SETS ((${list}), (${random.pick(keys)}))`,
    () => `GROUPING SETS (${list}, ())`,
  );
}
