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
    ...changed("list"),
  ],
};

const ARRAYS_OF_NUMBERS: Templates = {
  leaves: ["array($l % 1000, NULL, 5L, $l % 3)", "array($l % 7)"],
  calls: [
    "array(CAST({integer} AS BIGINT), $l % 9, NULL)",
    "array(-1L, CAST({integer} AS BIGINT), CAST($h AS BIGINT))",
    ...changed("numbers"),
  ],
};

/** See `mod.ts`. */
export const ARRAYS = { list: LISTS, numbers: ARRAYS_OF_NUMBERS } satisfies Partial<Record<Kind, Templates>>;
