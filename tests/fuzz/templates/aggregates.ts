/** Calls of aggregates. What they give does not depend on the order of the rows, but for the last digits of a double. */

/** Lists are in no set order: a column of them is named so, and compared as a bag. */
export const BAG = "bag";

const SUMMED = ["$i", "$l", "$d", "$f", "{decimal}", "$h", "{integer}", "{decimal}", "{single}"];
const MOMENTS = ["$i", "$d", "$f", "{decimal}", "($i % 3)"];
/** A value and an order that decides on it: of rows that are equal in the order, either one may be taken. */
const ORDERED = [
  "upper($k), $k",
  "length($s), $s",
  "($i % 3), $i",
  "CAST($at AS DATE), $at",
  "$h, $h",
  "($d + 1), $d",
  "$y, $y",
  "$e, $e",
  "(NOT $b), $b",
];
const MOMENT_NAMES = "var_pop var_samp variance stddev stddev_pop stddev_samp std".split(" ");

function each(names: readonly string[], args: readonly string[]): string[] {
  return names.flatMap((name) => args.map((arg) => `${name}(${arg})`));
}

/** By groups: a random one is chosen first, so that no aggregate is rare for having few forms. */
export const AGGREGATE_GROUPS: readonly (readonly string[])[] = [
  ["count(*)", "count({any})", "count($k, $i)", "count(1)"],
  each(["sum"], SUMMED),
  each(["avg", "mean"], SUMMED),
  each(["min", "max"], ["{any}"]),
  each(["min_by", "max_by"], ORDERED),
  each("count_if bool_and bool_or every some any".split(" "), ["{condition}", "$b"]),
  each(MOMENT_NAMES, MOMENTS),
  each(["collect_list", "collect_set", "array_agg"], ["{simple}"]),
  ["approx_count_distinct({simple})", "approx_count_distinct($i, 0.05)"],
];
