/** Function calls as Spark writes them in column names. */
import type { CallNode, ExpressionNode } from "../../syntax/ast.ts";
import { unitCall } from "../extract.ts";
import { isTypeFunction } from "../../functions/calls/type_functions.ts";

/** Calls that are named after the column that they add. */
const TIME_WINDOWS = ["window", "session_window"];

/** Functions that Spark writes in upper case. */
const CAPITALS: ReadonlySet<string> = new Set(
  ("floor ceil power sqrt cbrt exp log10 log2 signum log regexp_like acos acosh asin asinh atan atan2 atanh cos cosh " +
    "cot csc degrees e expm1 hypot log1p pi radians regexp rlike sec sin sinh tan tanh").split(" "),
);

/** The default comparison of array_sort, as Spark writes it. */
const V = "namedlambdavariable()";
const COMPARISON =
  `lambdafunction((IF(((${V} IS NULL) AND (${V} IS NULL)), 0, (IF((${V} IS NULL), 1, (IF((${V} IS NULL), -1, (IF((${V} < ${V}), -1, (IF((${V} > ${V}), 1, 0)))))))))), ${V}, ${V})`;

/** What aggregate does at the end by default. */
const IDENTITY = `lambdafunction(${V}, ${V})`;

/** Aggregates whose further arguments are no children of Spark's expression. */
const OF_ONE_ARGUMENT: ReadonlySet<string> = new Set(
  "approx_count_distinct first last any_value first_value last_value mode".split(" "),
);

const FORMAT = "yyyy-MM-dd HH:mm:ss";

/** The text for an omitted last argument, and the number of arguments including it. */
const DEFAULTS: Readonly<Record<string, readonly [count: number, text: string]>> = {
  substring: [3, "2147483647"],
  substr: [3, "2147483647"],
  lpad: [3, " "],
  rpad: [3, " "],
  locate: [3, "1"],
  position: [3, "1"],
  replace: [3, ""],
  split: [3, "-1"],
  regexp_extract: [3, "1"],
  regexp_extract_all: [3, "1"],
  regexp_replace: [4, "1"],
  regexp_instr: [3, "0"],
  overlay: [4, "-1"],
  months_between: [3, "true"],
  sort_array: [2, "true"],
  round: [2, "0"],
  bround: [2, "0"],
  array_sort: [2, COMPARISON],
  percentile: [3, "1"],
  percentile_approx: [3, "10000"],
  approx_percentile: [3, "10000"],
  listagg: [2, "NULL"],
  string_agg: [2, "NULL"],
  aggregate: [4, IDENTITY],
  reduce: [4, IDENTITY],
  unix_timestamp: [2, FORMAT],
  to_unix_timestamp: [2, FORMAT],
  from_unixtime: [2, FORMAT],
};

/** All arguments of the functions that make INTERVALs, where they are omitted. */
const OF_INTERVALS: Readonly<Record<string, readonly string[]>> = {
  make_interval: ["0", "0", "0", "0", "0", "0", "0.000000"],
  try_make_interval: ["0", "0", "0", "0", "0", "0", "0.000000"],
  make_dt_interval: ["0", "0", "0", "0.000000"],
  make_ym_interval: ["0", "0"],
};

/** Functions that Spark renames. */
const RENAMED: Readonly<Record<string, string>> = {
  array_agg: "collect_list",
  curdate: "current_date",
  random: "rand",
  dateadd: "date_add",
};

const WITH_OPTIONS: ReadonlySet<string> = new Set(
  "from_json to_json schema_of_json from_csv to_csv schema_of_csv".split(" "),
);

const TRIMS: Readonly<Record<string, string>> = { trim: "BOTH", ltrim: "LEADING", rtrim: "TRAILING" };

/** The text of a call. `pretty` returns the text of an argument. */
export function callName(node: CallNode, pretty: (node: ExpressionNode) => string): string {
  const { name } = node;
  if (TIME_WINDOWS.includes(name)) return name;
  const withUnit = unitCall(node);
  if (withUnit !== undefined) return callName(withUnit, pretty);
  const args = node.args.map((arg) => arg.kind === "star" ? "1" : pretty(arg));
  if (isTypeFunction(name)) return args[0] ?? name;
  const [count, text] = DEFAULTS[name] ?? [0, ""];
  if (args.length === count - 1) args.push(text);
  args.push(...OF_INTERVALS[name]?.slice(args.length) ?? []);
  // Schemas and options are no arguments of Spark's expressions.
  if (WITH_OPTIONS.has(name)) args.splice(1);
  if (name === "from_json" && node.args[1]?.kind === "string" && /^\s*map\s*</i.test(node.args[1].value)) {
    return "entries";
  }
  // The seeds of these are no arguments, either.
  if (name === "uuid") args.splice(0);
  if (name === "shuffle") args.splice(1);
  if (name === "convert_timezone" && args.length === 2) args.unshift("current_timezone()");
  if (name === "str_to_map") args.push(...[",", ":"].slice(args.length - 1));
  const filter = node.filter === null ? "" : ` FILTER (WHERE ${pretty(node.filter)})`;
  if (name === "mode" && args[1] === "true") return `mode() WITHIN GROUP (ORDER BY ${args[0]} DESC)${filter}`;
  if (OF_ONE_ARGUMENT.has(name)) args.splice(1);
  if (name === "unix_timestamp" && args.length === 0) args.push("current_timestamp()", FORMAT);
  if (node.ignoreNulls === true && /^(?:first|last)_value$/.test(name)) {
    return callName({ ...node, name: name.replace("_value", "") }, pretty);
  }
  const list = args.join(", ");
  const isRounded = (name === "ceil" || name === "floor" || name === "ceiling") && node.args.length === 2;
  if (isRounded) return `${name}(${list})`;
  switch (name) {
    case "div":
      return `(${args.join(" div ")})`;
    case "like":
      return `${args[0]} LIKE ${args[1]}${args.length === 3 ? ` ESCAPE '${args[2]}'` : ""}`;
    case "mask":
      return `mask(${[...args, ...["X", "x", "n", "NULL"].slice(args.length - 1)].join(", ")})`;
    case "assert_true":
      return `assert_true(${args[0]}, ${args[1] ?? `'${args[0]}' is not true!`})`;
    case "raise_error":
      return `raise_error(USER_RAISED_EXCEPTION, map(errorMessage, ${args[0]}))`;
    case "isnull":
      return `(${list} IS NULL)`;
    case "isnotnull":
      return `(${list} IS NOT NULL)`;
    case "positive":
      return `(+ ${list})`;
    case "if":
      return `(IF(${list}))`;
    case "extract":
    case "datepart":
      return `${name}(${args.join(" FROM ")})`;
    case "log":
      return `LOG(${args.length === 1 ? `E(), ${list}` : list})`;
    case "trim":
    case "ltrim":
    case "rtrim":
      if (args.length === 2) return `TRIM(${TRIMS[name]} ${args.join(" FROM ")})`;
  }
  return `${writtenName(node)}(${node.distinct ? "DISTINCT " : ""}${list})${
    orderName(node, pretty)
  }${filter}`;
}

/** With WITHIN GROUP Spark forgets by which name the aggregate was called. */
function writtenName({ name, order }: CallNode): string {
  if (name === "string_agg" && order !== undefined) return "listagg";
  return CAPITALS.has(name) ? name.toUpperCase() : RENAMED[name] ?? name;
}

/** WITHIN GROUP; of modes Spark writes the opposite order. */
function orderName({ name, order }: CallNode, pretty: (node: ExpressionNode) => string): string {
  if (order === undefined) return "";
  const isJoined = name === "listagg" || name === "string_agg";
  const keys = order.map(({ expression, descending, nullsFirst }) => {
    const nulls = isJoined ? ` NULLS ${nullsFirst ? "FIRST" : "LAST"}` : "";
    const isDescending = descending !== (name === "mode");
    return `${pretty(expression)}${isDescending ? " DESC" : isJoined ? " ASC" : ""}${nulls}`;
  });
  return ` WITHIN GROUP (ORDER BY ${keys.join(", ")})`;
}
