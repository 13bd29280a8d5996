/** The implementations of functions and operators, by their names in plans. */
import { RE2JS } from "re2js";
import { SfcrimeError } from "../../base/errors.ts";
import type { Value } from "../../records/data_type.ts";
import { add, floorModulo, type Micros, subtract } from "../../records/values/micros.ts";
import { re2Pattern } from "../../sql/patterns/java_regex.ts";
import { likeProblem, regexProblem } from "../../sql/patterns/pattern.ts";
import type { Expression } from "../../sql/plan.ts";
import { ARRAY_FUNCTIONS } from "./array_functions.ts";
import { compareOf, equalOf } from "../values/compare.ts";
import { DATE_FUNCTIONS } from "./time/date_functions.ts";
import { type Implementation, strict } from "./implementation.ts";
import { ARITHMETIC_FUNCTIONS } from "./math/arithmetic_functions.ts";
import { BIT_FUNCTIONS } from "./math/bit_functions.ts";
import { MATH_FUNCTIONS } from "./math/math_functions.ts";
import { ARRAY_BUILDERS } from "./nested/array_builders.ts";
import { CSV_FUNCTIONS } from "./records/csv_functions.ts";
import { JSON_FUNCTIONS } from "./records/json_functions.ts";
import { LAMBDA_FUNCTIONS } from "./nested/lambdas.ts";
import { MAP_FUNCTIONS } from "./nested/maps.ts";
import { NUMBER_FUNCTIONS } from "./math/number_functions.ts";
import { RANDOM_FUNCTIONS } from "./random/random_functions.ts";
import { REGEX_FUNCTIONS } from "./text/regex_functions.ts";
import { BINARY_FUNCTIONS, textOrBytes } from "./text/binary_functions.ts";
import { DIGEST_FUNCTIONS } from "./text/digest_functions.ts";
import { ENCODING_FUNCTIONS } from "./text/encoding_functions.ts";
import { formatNumber } from "./text/formats/format_number.ts";
import { formatString } from "./text/formats/format_string.ts";
import { NUMBER_TEXT_FUNCTIONS } from "./text/formats/number_text.ts";
import { SPELLING_FUNCTIONS } from "./text/spelling_functions.ts";
import { URL_FUNCTIONS } from "./text/url_functions.ts";
import { STRING_FUNCTIONS } from "./text/string_functions.ts";
import { fitTimestamp } from "../values/fit.ts";
import { boundedText } from "../values/text_bound.ts";

function comparison(holds: (order: number) => boolean): Implementation {
  return (args, call, zone) => {
    const compare = compareOf(call.args[0]!.type);
    return strict((left: Value, right: Value) => holds(compare(left, right)))(args, call, zone);
  };
}

/** The value of a constant argument, or undefined. */
function constant(expression: Expression | undefined): Value | undefined {
  return expression?.kind === "literal" ? expression.value : undefined;
}

/** A matcher that is compiled once if the pattern is a constant, else once per pattern. */
function matching(compile: (pattern: string, escape: string) => (text: string) => boolean): Implementation {
  return (args, call, zone) => {
    const escape = (constant(call.args[2]) as string | undefined) ?? "\\";
    const known = constant(call.args[1]);
    if (typeof known === "string") return strict(compile(known, escape))(args.slice(0, 1), call, zone);
    const matches = (value: string, written: string) => compile(written, escape)(value);
    return strict(matches)(args.slice(0, 2), call, zone);
  };
}

function requirePattern(operator: string, problem: string | undefined): void {
  if (problem !== undefined) throw new SfcrimeError("QUERY_FAILED", `${operator} ${problem}.`);
}

/** LIKE: `%` matches any string, `_` any character; the escape character makes them literal. */
function likeMatcher(flags: number): (pattern: string, escape: string) => (text: string) => boolean {
  return (pattern, escape) => {
    requirePattern("LIKE", likeProblem(pattern, escape));
    let source = "";
    const characters = [...pattern];
    for (let at = 0; at < characters.length; at++) {
      const character = characters[at]!;
      if (character === escape) source += RE2JS.quote(characters[++at] ?? escape);
      else source += character === "%" ? ".*" : character === "_" ? "." : RE2JS.quote(character);
    }
    const compiled = RE2JS.compile(source, RE2JS.DOTALL | flags);
    return (text) => compiled.matcher(text).matches();
  };
}

/** Three-valued logic: `false AND NULL` is false, `true AND NULL` is NULL. */
function threeValued(decisive: boolean): Implementation {
  return ([left, right]) => (row) => {
    const first = left!(row);
    if (first === decisive) return decisive;
    const second = right!(row);
    if (second === decisive) return decisive;
    return first === null || second === null ? null : !decisive;
  };
}

/** The best of several values, the first one of equals; NULL is ignored. */
function extreme(isBetter: (order: number) => boolean): Implementation {
  return (args, call) => {
    const compare = compareOf(call.type);
    return (row) => {
      let best: Value = null;
      for (const arg of args) {
        const value = arg(row);
        if (value !== null && (best === null || isBetter(compare(value, best)))) best = value;
      }
      return best;
    };
  };
}

/** @throws {SfcrimeError} QUERY_FAILED */
function failWith(message: Value): never {
  throw new SfcrimeError("QUERY_FAILED", String(message ?? "NULL"));
}

const concat: Implementation = (args) => (row) => {
  let whole = "";
  for (const arg of args) {
    const text = arg(row);
    if (text === null) return null;
    whole = boundedText(whole + (text as string));
  }
  return whole;
};

/** All functions and operators. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  "=": comparison((order) => order === 0),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  "<=>": ([left, right], call) => {
    const compare = compareOf(call.args[0]!.type);
    return (row) => {
      const [a, b] = [left!(row), right!(row)];
      return a === null || b === null ? a === b : compare(a, b) === 0;
    };
  },
  and: threeValued(false),
  or: threeValued(true),
  not: strict((value: boolean) => !value),
  isnull: ([argument]) => (row) => argument!(row) === null,
  in: (args, call) => {
    const compare = compareOf(call.args[0]!.type);
    const [argument, ...list] = args;
    return (row) => {
      const value = argument!(row);
      if (value === null) return null;
      let unknown = false;
      for (const item of list) {
        const candidate = item(row);
        if (candidate === null) unknown = true;
        else if (compare(value, candidate) === 0) return true;
      }
      return unknown ? null : false;
    };
  },
  like: matching(likeMatcher(0)),
  ilike: matching(likeMatcher(RE2JS.CASE_INSENSITIVE)),
  rlike: matching((pattern) => {
    requirePattern("RLIKE", regexProblem(pattern));
    const compiled = RE2JS.compile(re2Pattern(pattern));
    return (text) => compiled.matcher(text).find();
  }),
  coalesce: (args) => (row) => {
    for (const arg of args) {
      const value = arg(row);
      if (value !== null) return value;
    }
    return null;
  },
  upper: strict((text: string) => boundedText(text.toUpperCase())),
  lower: strict((text: string) => text.toLowerCase()),
  tumbling_window: strict((time: Micros, size: bigint, start: bigint) => {
    const from = subtract(time, floorModulo(subtract(time, Number(start)), Number(size)));
    return [fitTimestamp(from), fitTimestamp(add(from, Number(size)))];
  }),
  window_time: strict(([, end]: readonly [Micros, Micros]) => subtract(end, 1)),
  element: strict((list: readonly Value[], index: bigint) => {
    const value = list[Number(index)];
    if (value !== undefined) return value;
    throw new SfcrimeError(
      "QUERY_FAILED",
      `The index ${index} is out of bounds: the ARRAY has ${list.length} elements.`,
      { hint: "Use get() to get NULL instead." },
    );
  }),
  map_element: (args, call, zone) => {
    const isSame = equalOf(call.args[1]!.type);
    return strict((map: readonly Value[][], key: Value) =>
      map.find(([other]) => isSame(other!, key))?.[1] ?? null
    )(
      args,
      call,
      zone,
    );
  },
  nullif: ([left, right, value], call) => {
    const compare = compareOf(call.args[0]!.type);
    return (row) => {
      const [a, b] = [left!(row), right!(row)];
      return a !== null && b !== null && compare(a, b) === 0 ? null : value!(row);
    };
  },
  try: ([argument]) => (row) => {
    try {
      return argument!(row);
    } catch (error) {
      if (error instanceof SfcrimeError && error.code === "QUERY_FAILED") return null;
      throw error;
    }
  },
  if: ([condition, yes, no]) => (row) => condition!(row) === true ? yes!(row) : no!(row),
  assert_true: ([condition, message]) => (row) => {
    if (condition!(row) === true) return null;
    return failWith(message === undefined ? "The condition of assert_true is not true." : message(row));
  },
  raise_error: ([message]) => (row) => failWith(message!(row)),
  nvl2: ([value, yes, no]) => (row) => value!(row) === null ? no!(row) : yes!(row),
  greatest: extreme((order) => order > 0),
  least: extreme((order) => order < 0),
  ...ARITHMETIC_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...RANDOM_FUNCTIONS,
  ...BIT_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...SPELLING_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...DIGEST_FUNCTIONS,
  ...URL_FUNCTIONS,
  format_string: formatString,
  format_number: formatNumber,
  ...NUMBER_TEXT_FUNCTIONS,
  ...REGEX_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...ARRAY_BUILDERS,
  ...MAP_FUNCTIONS,
  ...LAMBDA_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...CSV_FUNCTIONS,
  struct: (args) => (row) => args.map((arg) => arg(row)),
  // A batch puts its time in the place of the call.
  current_timestamp: () => () => {
    throw new SfcrimeError("INTERNAL", "The time of the batch is not known.");
  },
  ...DATE_FUNCTIONS,
  length: textOrBytes(strict((text: string) => [...text].length), BINARY_FUNCTIONS.length),
  concat: textOrBytes(concat, BINARY_FUNCTIONS.concat),
};
