/**
 * What random expressions are made of, by the kind of value that they give. In a template, `$k` is a column,
 * `{text}` an expression of a kind that is less deep, `{any}` one of any kind, `{1..5}` a number between two, and
 * `{op}` one of the words of a list; `#` is what the function of any type is asked for.
 */
import { ARRAYS } from "./arrays.ts";
import { CALENDAR, CALENDAR_WORDS } from "./calendar.ts";
import { CHARACTERS } from "./characters.ts";
import { INTERVALS, OF_INTERVALS } from "./intervals.ts";
import { MATHEMATICS } from "./mathematics.ts";
import { NUMBERS } from "./numbers.ts";
import { STRUCTURES } from "./structures.ts";
import { TEXTS } from "./texts.ts";
import { TIMES } from "./times.ts";

/**
 * `single` is FLOAT; `integer` is INT or BIGINT, of moderate size; `big` is a BIGINT; `list` is an ARRAY of text,
 * `numbers` one of BIGINTs of moderate size; `span` is an INTERVAL of days and smaller units, `months` one of years and
 * months; `local` is TIMESTAMP_NTZ.
 */
export type Kind =
  | "text"
  | "integer"
  | "big"
  | "double"
  | "single"
  | "decimal"
  | "date"
  | "time"
  | "condition"
  | "list"
  | "numbers"
  | "span"
  | "months"
  | "local";

/** The templates of a kind. */
export interface Templates {
  /** Without a part that is less deep. */
  readonly leaves: readonly string[];
  readonly calls: readonly string[];
}

const CONDITIONS: Templates = {
  leaves: [
    "$b",
    "$b",
    "$i {op} {-500..500}",
    "$k {op} 'b'",
    "$k IS NULL",
    "$k IS NOT NULL",
    "$at {op} '2018-12-31 11:00:00'",
    "$y {op} DATE '2018-12-31'",
    "$e {op} TIMESTAMP '9999-12-31T23:59:59.999999Z'",
    "$e {op} $at",
    "try_cast($d AS DECIMAL(9,2)) {op} 0.5",
  ],
  calls: [
    "({condition} AND {condition})",
    "({condition} OR {condition})",
    "NOT ({condition})",
    "({condition}) IS {not}{truth}",
    "({condition}) IS {not}{truth}",
    "({text} {op} {text})",
    "({integer} {op} {double})",
    "({big} {op} {integer})",
    "({decimal} {op} {integer})",
    "({decimal} {op} {decimal})",
    "({decimal} {op} {double})",
    "({single} {op} {integer})",
    "({date} {op} {date})",
    "({time} {op} {time})",
    "({date} {op} {time})",
    "({list} {op} {list})",
    "({text} IS {not}DISTINCT FROM {text})",
    "({date} IS {not}DISTINCT FROM {date})",
    "({integer} {not}IN (1, 2, {-9..9}))",
    "({integer} IN ({integer}, NULL, 3))",
    "({text} {not}IN ('a', 'B', ''))",
    "({date} IN ('2018-12-31', {date}))",
    "({decimal} IN (0, 1.5, {decimal}))",
    "({integer} {not}BETWEEN {-300..0} AND {0..300})",
    "({text} BETWEEN 'a' AND 'c')",
    "({time} BETWEEN $at - INTERVAL 1 HOUR AND {time})",
    "({decimal} BETWEEN -10.25 AND {integer})",
    "({text} {not}LIKE {like})",
    "({text} {not}ILIKE {like})",
    "({text} LIKE '%!%%' ESCAPE '!')",
    "({text} {not}{rlike} {pattern})",
    "({any}) IS {not}NULL",
    "isnull({any})",
    "isnotnull({any})",
    "isnan({double})",
    "isnan({single})",
    "regexp_like({text}, {pattern})",
    "array_contains({list}, {text})",
    "arrays_overlap({list}, {list})",
    "exists({numbers}, x -> x {op} {integer})",
    "forall({numbers}, x -> x {op} {integer})",
    "map_contains_key(map('a', 1, 'b', 2), {text})",
    "(named_struct('a', {text}, 'b', $i).b {op} {integer})",
    "array_contains(array($i, $h, 3), $i)",
    "({numbers} {op} {numbers})",
    "startswith({text}, {part})",
    "endswith({text}, {part})",
    "contains({text}, {part})",
    "contains({text}, {text})",
    "CAST({integer} AS BOOLEAN)",
    "try_cast({text} AS BOOLEAN)",
  ],
};

const PLAIN: Readonly<Record<Kind, Templates>> = {
  text: TEXTS,
  ...NUMBERS,
  ...TIMES,
  ...ARRAYS,
  ...INTERVALS,
  condition: CONDITIONS,
};

/** Calls of more functions, by the kind that they give. */
const MORE: readonly Partial<Record<Kind, readonly string[]>>[] = [
  CALENDAR,
  CHARACTERS,
  MATHEMATICS,
  OF_INTERVALS,
  STRUCTURES,
];

/** The templates of a kind with the calls of {@link MORE}. */
function withMore(kind: Kind): Templates {
  const { leaves, calls } = PLAIN[kind];
  return { leaves, calls: [...calls, ...MORE.flatMap((group) => group[kind] ?? [])] };
}

/** By kind. */
export const TEMPLATES = Object.fromEntries(
  (Object.keys(PLAIN) as Kind[]).map((kind) => [kind, withMore(kind)]),
) as Record<Kind, Templates>;

/** Lists of words, by the name of their place. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  ...CALENDAR_WORDS,
  op: ["=", "==", "<", "<=", ">", ">=", "<>", "!=", "<=>"],
  sign: ["+", "-"],
  arithmetic: ["+", "-", "*"],
  datepart: "year quarter month day dayofmonth dayofweek weekday dayofyear weekofyear".split(" "),
  not: ["", "", "NOT "],
  side: ["BOTH", "LEADING", "TRAILING"],
  truth: ["TRUE", "FALSE", "UNKNOWN"],
  rlike: ["RLIKE", "REGEXP"],
  like: ["'a%'", "'%_'", "'%a%'", "'_'", "'100\\%%'", "'%é%'", "''", "'A_%'"],
  part: ["'a'", "''", "'é'", "'b '", "'😀'", "'-'"],
  // The end of a line belongs to what $ finds here, which only a replacement shows.
  replaced: ["'[a-c]'", "'\\\\d+'", "'[^a]'", "'a|b'", "'\\\\s'", "''", "'.'", "'-'"],
  // Spark refuses an element that is not there, and number 0.
  intwo: ["1", "2", "-1", "-2"],
  place: ["1", "2", "3", "-1", "-2"],
  delimiter: ["'a'", "'b '", "'-'", "' '", "'é'", "''"],
  ascending: ["true", "false"],
  format: [
    "'yyyy-MM-dd HH:mm:ss.SSSSSS'",
    "'dd.MM.yy h:m a'",
    "'EEEE, d MMMM y'",
    "'E DDD QQQ kk:K'",
    "\"yyyyMMdd'T'HHmmssXXX\"",
    "'HH:mm:ss.SSS Z'",
    "'Q L D S'",
  ],
  pattern: ["'^[a-c]$'", "'\\\\d+'", "'^$'", "'[^a]'", "'a|b'", "'\\\\s'", "''", "'.'", "'-'"],
  dateunit: ["'year'", "'QUARTER'", "'mon'", "'week'", "'MM'", "'yy'"],
  timeunit: ["'year'", "'QUARTER'", "'month'", "'week'", "'DAY'", "'hour'", "'minute'", "'second'", "'dd'"],
  dateinterval: [
    "INTERVAL 1 DAY",
    "INTERVAL '3' DAYS",
    "INTERVAL 2 WEEKS",
    "INTERVAL 1 MONTH",
    "INTERVAL '1 year 2 months'",
  ],
  timeinterval: [
    "INTERVAL 1 DAY",
    "INTERVAL 90 MINUTES",
    "INTERVAL '1.5' SECONDS",
    "INTERVAL '1 day 2 hours'",
    "INTERVAL 1 MONTH",
    "INTERVAL -1 YEAR",
    "2 * INTERVAL 12 HOURS",
  ],
  field: ["YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFWEEK", "DOW", "DOY", "HOUR", "MINUTE"],
};
