/**
 * The functions of the dialect, with their argument and result types. The engine implements
 * them (`stream/functions/scalar_functions.ts`); a test keeps the two lists in sync.
 */
import { typeName } from "../../records/data_type.ts";
import type { Expression } from "../plan.ts";
import { ARRAY_FUNCTIONS } from "./nested/array_signatures.ts";
import { CONDITION_FUNCTIONS } from "./condition_signatures.ts";
import { ARITHMETIC_FUNCTIONS } from "./math/arithmetic_signatures.ts";
import { BIT_FUNCTIONS } from "./math/bit_signatures.ts";
import { MATH_FUNCTIONS } from "./math/math_signatures.ts";
import { RANDOM_FUNCTIONS } from "./math/random_signatures.ts";
import { NESTED_FUNCTIONS } from "./nested/nested_functions.ts";
import { NUMBER_FUNCTIONS } from "./math/number_signatures.ts";
import { OPERATOR_FUNCTIONS } from "./operators.ts";
import { call, Refusal, requireCount, type Signature, typed } from "./signature.ts";
import { ENCODING_FUNCTIONS } from "./text/encoding_signatures.ts";
import { NUMBER_TEXT_FUNCTIONS } from "./text/number_text_signatures.ts";
import { SPELLING_FUNCTIONS, textOrBytes } from "./text/spelling_signatures.ts";
import { STRING_FUNCTIONS } from "./text/string_signatures.ts";
import { DATE_FUNCTIONS } from "./time/date_signatures.ts";
import { timeTypeOf } from "./time/window_types.ts";

/** The functions, by name in lower case. */
export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  upper: typed("upper", ["STRING"], "STRING"),
  lower: typed("lower", ["STRING"], "STRING"),
  trim: (args) => {
    const signature = typed("btrim", ["STRING", "STRING"], "STRING");
    // The characters come first, as in ltrim.
    return args.length === 2 ? signature([args[1]!, args[0]!]) : typed("trim", ["STRING"], "STRING")(args);
  },
  length: textOrBytes("length", ["STRING"], { result: "INT" }),
  window_time: windowTime,
  ...OPERATOR_FUNCTIONS,
  ...CONDITION_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...ARITHMETIC_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...BIT_FUNCTIONS,
  ...RANDOM_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...SPELLING_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...NUMBER_TEXT_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...NESTED_FUNCTIONS,
  ...DATE_FUNCTIONS,
  add_months: typed("add_months", ["DATE", "INT"], "DATE"),
};

/** `window_time(window)`: the last instant in a window. */
function windowTime(args: readonly Expression[]): Expression {
  requireCount(args, 1);
  const { type } = args[0]!;
  const time = timeTypeOf(type);
  if (time !== undefined) return call("window_time", args, time);
  throw new Refusal(`requires a window, but got ${typeName(type)}`);
}

/** Synonyms of functions. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  ucase: "upper",
  lcase: "lower",
  char_length: "length",
  character_length: "length",
  len: "length",
  ifnull: "nvl",
  ceiling: "ceil",
  signum: "sign",
  pow: "power",
  substr: "substring",
  dayofmonth: "day",
  position: "locate",
  cardinality: "size",
  getbit: "bit_get",
  char: "chr",
  sha: "sha1",
  printf: "format_string",
  regexp: "rlike",
  date_diff: "datediff",
  curdate: "current_date",
  now: "current_timestamp",
  dateadd: "date_add",
  make_timestamp_ltz: "make_timestamp",
  try_make_timestamp_ltz: "try_make_timestamp",
  to_timestamp_ltz: "to_timestamp",
  reduce: "aggregate",
  to_varchar: "to_char",
  random: "rand",
};
