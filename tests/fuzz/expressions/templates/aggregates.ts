/** Calls of aggregates. What they give does not depend on the order of the rows, but for the last digits of a double. */

/** Lists are in no set order: a column of them is named so, and compared as a bag. */
export const BAG = "bag";

const SUMMED = [
  ..."$i $l $d $f {decimal} $h {integer} {decimal} {single}".split(" "),
  ..."$p {span} {months} $p".split(" "),
];
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

/** Where a FILTER can stand, if not at the end. */
export const FILTER_PLACE = "@";

/** What cancels out where rows come in another order has fewer digits, and no sign of zero. */
function rounded(call: string): string {
  return `round(${call}${FILTER_PLACE}, 6) + 0.0`;
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
  each(["try_sum", "try_avg"], ["$i", "$l", "{decimal}", "$h", "$p"]),
  each(["bit_and", "bit_or", "bit_xor"], ["$i", "$l", "$h", "{integer}"]),
  ["median($i)", "median($h)", "percentile($i, 0.25)", "percentile($l % 100, array(0.1, 0.5, 1))"],
  ["skewness", "kurtosis"].map((name) => rounded(`${name}($i % 7)`)),
  "covar_pop covar_samp corr regr_slope regr_intercept regr_r2 regr_sxx regr_sxy regr_syy".split(" ")
    .map((name) => rounded(`${name}($i % 7, $h % 5)`)),
  each(["regr_count", "regr_avgx", "regr_avgy"], ["$i, $h", "$h, {decimal}"]),
  each(["collect_list", "collect_set", "array_agg"], ["{simple}"]),
  [
    "percentile_cont(0.25) WITHIN GROUP (ORDER BY $i)",
    "percentile_disc(array(0.2, 0.9)) WITHIN GROUP (ORDER BY $h DESC)",
    "percentile_cont(0.5) WITHIN GROUP (ORDER BY $p DESC)",
  ],
  [
    "approx_percentile($i, 0.5)",
    "percentile_approx($d, array(0.25, 0.9), 1000)",
    "approx_percentile($at, 0.5)",
    "approx_percentile($p, 0.5)",
    "approx_percentile($z, array(0.2, 0.8))",
  ],
  // The value of one row or another: what is asked of it is true of all.
  each("first last any_value first_value last_value".split(" "), [
    "$k = $k OR $k IS NULL",
    "length($s) >= 0, TRUE",
  ]),
  ["histogram_numeric($i % 3, 5)", "histogram_numeric(length($k) % 4, 7)"],
  ["mode($p, TRUE)", "mode($k, TRUE)", "mode() WITHIN GROUP (ORDER BY $i DESC)", "mode($h % 3, TRUE)"],
  ["listagg($k, ',') WITHIN GROUP (ORDER BY $k)", "string_agg($s, '-') WITHIN GROUP (ORDER BY $s DESC)"],
  ["approx_count_distinct({simple})", "approx_count_distinct($i, 0.05)"],
  ["count_if($s IN (SELECT k FROM codes))", "sum($i % 9 + (SELECT max(rank) FROM codes))"],
];

/** What they give depends on the order of the rows. */
export const ORDERED_AGGREGATES = [
  "first({simple})",
  "last({simple})",
  "first($s, TRUE)",
  "last_value($i) IGNORE NULLS",
  "any_value($dev)",
  "first($h) FILTER (WHERE {condition})",
  "collect_list($k)",
  "listagg($k, '-')",
  "max_by($k, $b)",
];
