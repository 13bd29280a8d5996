/** Expressions that give ARRAYs. */
import type { Kind, Templates } from "./mod.ts";

/** What takes an ARRAY of any elements, and gives one. */
function changed(kind: Kind): string[] {
  return [
    `array_distinct({${kind}})`,
    `array_sort({${kind}})`,
    `sort_array({${kind}})`,
    `sort_array({${kind}}, {ascending})`,
    `reverse({${kind}})`,
    ...["array_union", "array_intersect", "array_except", "concat"].map((name) =>
      `${name}({${kind}}, {${kind}})`
    ),
    `array_compact({${kind}})`,
    `filter({${kind}}, x -> x IS {not}NULL)`,
    `filter({${kind}}, (x, i) -> i % 2 = 0)`,
    `flatten(array({${kind}}, {${kind}}))`,
    `slice({${kind}}, {1..4}, {0..3})`,
    `array_sort({${kind}}, (x, y) -> CASE WHEN x > y THEN -1 WHEN x < y THEN 1 ELSE 0 END)`,
  ];
}

const LISTS: Templates = {
  leaves: ["split($s, '')", "split($k, 'b')", "split($s, ' ', 2)", "array($k, $s, NULL, $k)"],
  calls: [
    "split({text}, {replaced})",
    "split({text}, {replaced}, {-1..3})",
    "array({text}, {text}, 'a')",
    "regexp_extract_all({text}, '([a-z])(.)?', {0..2})",
    "regexp_extract_all({text}, '(\\\\d)')",
    "array_append({list}, {text})",
    "array_prepend({list}, {text})",
    "array_remove({list}, {text})",
    "array_insert({list}, {-3..-1}, {text})",
    "array_repeat({text}, {-1..3})",
    "transform({list}, x -> concat(x, {text}))",
    "transform({list}, (x, i) -> concat(x, i))",
    "zip_with({list}, {numbers}, (x, y) -> concat(x, y))",
    "map_keys(map('a', {integer}, 'b', {integer}))",
    "map_values(map_from_arrays(array(1, 2), array({text}, {text})))",
    "map_values(map_concat(map(1, {text}), map(2, {text})))",
    "map_keys(str_to_map(concat('x:', $i), ',', ':'))",
    "transform(map_entries(map(1, {text}, 2, $k)), entry -> entry.value)",
    "transform(arrays_zip({list}, {numbers}), pair -> to_json(pair))",
    ...changed("list"),
  ],
};

const ARRAYS_OF_NUMBERS: Templates = {
  leaves: ["array($l % 1000, NULL, 5L, $l % 3)", "array($l % 7)"],
  calls: [
    "array(CAST({integer} AS BIGINT), $l % 9, NULL)",
    "array_append({numbers}, {big})",
    "transform({numbers}, x -> x % 5)",
    "sequence(CAST($h AS BIGINT), $h + {0..4})",
    "map_values(map_filter(map('a', {big}, 'b', $l), (k, v) -> v > 0))",
    "map_values(transform_values(map(1L, {big}), (k, v) -> k + v % 9))",
    "map_keys(transform_keys(map(1L, {text}, 2L, $k), (k, v) -> k * 2))",
    "map_values(map_zip_with(map(1L, {big}), map(2L, $l), (k, x, y) -> coalesce(x, y)))",
    "map_values(map_from_entries(array(named_struct('a', 'x', 'b', {big}), named_struct('a', 'y', 'b', $l))))",
    "array(-1L, CAST({integer} AS BIGINT), CAST($h AS BIGINT))",
    ...changed("numbers"),
  ],
};

/** See `mod.ts`. */
export const ARRAYS = { list: LISTS, numbers: ARRAYS_OF_NUMBERS } satisfies Partial<Record<Kind, Templates>>;
