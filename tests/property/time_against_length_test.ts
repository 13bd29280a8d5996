/**
 * Time against length: what walks a value takes time in proportion to it, so a long record holds nobody up. Texts of
 * a length and of four times as much are measured in turns, by the processor's time; a quadratic walk takes sixteen
 * times as long.
 */
import { UTC } from "../../lib/base/time_zone.ts";
import { compileBranch } from "../../lib/stream/branch.ts";
import type { Row } from "../../lib/records/data_type.ts";
import { processorMs } from "../support/growth.ts";
import { planOf } from "../support/plan_run.ts";
import { deepEqual } from "assert";

const LENGTH = 12_000;
const FACTOR = 4;
/** Between what is in proportion, 4, and what is quadratic, 16, with room for noise. */
const RATIO_MAX = 10;
/** Below that noise decides. */
const TOLD_MS_MIN = 30;
const ATTEMPTS_MAX = 8;

const SHAPES: Readonly<Record<string, (length: number) => string>> = {
  "one letter": (length) => "a".repeat(length),
  "blanks between letters": (length) => `x${" ".repeat(length - 2)}x`,
  "blanks before a letter": (length) => `${" ".repeat(length - 1)}x`,
  "words": (length) => "ab ".repeat(length / 3),
  "digits": (length) => "9".repeat(length),
  "a fraction": (length) => `0.${"9".repeat(length - 2)}`,
  "commas": (length) => ",".repeat(length),
  "different words": (length) =>
    Array.from({ length: length / 6 }, (_none, index) => index + 100_000).join(","),
  "characters of two units": (length) => "😀".repeat(length / 2),
  "controls": (length) => `x${"\u0001".repeat(length - 2)}x`,
};

const EXPRESSIONS = [
  ..."upper lower trim ltrim rtrim btrim length reverse initcap".split(" ").map((name) => `${name}(s)`),
  "trim('ab ' FROM s)",
  "replace(s, 'a', 'bb')",
  "replace(s, ' ', '')",
  "translate(s, 'ab', 'x')",
  "substring(s, 5)",
  "right(s, 10)",
  "lpad(s, length(s) + 10, 'ab')",
  "repeat(s, 2)",
  "s || s",
  "concat_ws(',', s, s)",
  "instr(s, 'zz')",
  "locate('zz', s, 10)",
  "startswith(s, s)",
  "contains(s, 'xyz')",
  "split_part(s, ',', -1)",
  "substring_index(s, ' ', -3)",
  "substring_index(s, 'aa', 100000)",
  "find_in_set('zz', s)",
  "s LIKE '%a%b%'",
  "s LIKE concat('%', 'zz')",
  "s ILIKE '%A%B'",
  "s RLIKE '(a+)+z'",
  "s = concat(s, 'x')",
  "regexp_replace(s, '[ a,]', 'xy')",
  "regexp_replace(s, ' +$', '')",
  "regexp_count(s, 'a')",
  "regexp_extract(s, '(a*)(z)', 2)",
  "regexp_substr(s, 'z')",
  "regexp_instr(s, 'z')",
  "size(split(s, ','))",
  "size(split(s, ''))",
  "array_distinct(split(s, ','))",
  "array_sort(split(s, ','))",
  "array_max(split(s, ','))",
  "array_contains(split(s, ','), 'zz')",
  "array_join(split(s, ','), ';')",
  ..."BOOLEAN INT BIGINT DOUBLE DECIMAL(38,10) DATE TIMESTAMP".split(" ").map((type) =>
    `try_cast(s AS ${type})`
  ),
  "try_to_timestamp(s, 'yyyy-MM-dd HH:mm')",
];

/** Makes a function that computes an expression over a text. */
function compiled(expression: string): (text: string) => void {
  const plan = planOf({
    sql: `SELECT ${expression} AS v FROM t`,
    schema: [{ name: "s", type: "STRING" }],
    outputMode: "append",
    timeZone: "UTC",
  });
  const take = (_row: Row) => {};
  const branch = compileBranch(plan.branches[0]!, { zone: UTC, tables: new Map() }, take);
  return (text) => {
    branch.row[0] = text;
    branch.run();
  };
}

/** Whether the time grows with the length and no faster; one good measurement shows it, noise only ever adds. */
function isInProportion(compute: (text: string) => void, shape: (length: number) => string): boolean {
  const [short, long] = [shape(LENGTH), shape(LENGTH * FACTOR)];
  // Compiled code first.
  compute(short);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const shortMs = Math.min(...Array.from({ length: 3 }, () => processorMs(() => compute(short))));
    const longMs = processorMs(() => compute(long));
    if (longMs < TOLD_MS_MIN || longMs <= shortMs * RATIO_MAX) return true;
  }
  return false;
}

Deno.test("The time that an expression takes over a text grows with the text's length and no faster", () => {
  const slow: string[] = [];
  for (const expression of EXPRESSIONS) {
    const compute = compiled(expression);
    for (const [name, shape] of Object.entries(SHAPES)) {
      if (!isInProportion(compute, shape)) slow.push(`${expression} over ${name}`);
    }
  }
  deepEqual(slow, []);
});
