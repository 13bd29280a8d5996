/**
 * The functions and operators of the dialect, with their argument and result types. The engine implements
 * them (`stream/functions/scalar_functions.ts`); a test keeps the two lists in sync.
 */
import { type DataType, typeName } from "../../records/data_type.ts";
import type { BinaryOperator } from "../syntax/ast.ts";
import { chainedCall } from "./chains.ts";
import { castTo, commonType, isIntegral, isOrdered } from "./coercion.ts";
import { likeProblem, regexProblem } from "../patterns/pattern.ts";
import { ARRAY_FUNCTIONS } from "./array_signatures.ts";
import { DATE_FUNCTIONS } from "./time/date_signatures.ts";
import { arithmetic, ARITHMETIC_FUNCTIONS } from "./math/arithmetic_signatures.ts";
import { BIT_FUNCTIONS, bitwise, complement } from "./math/bit_signatures.ts";
import { MATH_FUNCTIONS } from "./math/math_signatures.ts";
import { number, NUMBER_FUNCTIONS } from "./math/number_signatures.ts";
import type { Expression } from "../plan.ts";
import { argument, call, counted, Refusal, requireCount, type Signature, typed, unify } from "./signature.ts";
import { STRING_FUNCTIONS } from "./text/string_signatures.ts";

/** The functions, by name in lower case. */
export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  coalesce: (args) => {
    requireCount(args, 1, Infinity);
    const unified = unify(args);
    return call("coalesce", unified.args, unified.type);
  },
  upper: typed("upper", ["STRING"], "STRING"),
  lower: typed("lower", ["STRING"], "STRING"),
  trim: (args) => {
    const signature = typed("btrim", ["STRING", "STRING"], "STRING");
    // The characters come first, as in ltrim.
    return args.length === 2 ? signature([args[1]!, args[0]!]) : typed("trim", ["STRING"], "STRING")(args);
  },
  length: typed("length", ["STRING"], "INT"),
  window_time: windowTime,
  nullif: ([left, right, ...more]) => {
    requireCount([left!, right!, ...more].filter((arg) => arg !== undefined), 2);
    const { args } = unify([left!, right!]);
    return call("nullif", [...args, left!], left!.type);
  },
  nvl: counted(2, (args) => FUNCTIONS.coalesce!(args)),
  if: counted(3, ([condition, ...results]) => {
    const unified = unify(results);
    return call("if", [boolean(condition!), ...unified.args], unified.type);
  }),
  nvl2: counted(3, ([value, ...results]) => {
    const unified = unify(results);
    return call("nvl2", [value!, ...unified.args], unified.type);
  }),
  greatest: (args) => extreme("greatest", args),
  least: (args) => extreme("least", args),
  ...NUMBER_FUNCTIONS,
  ...ARITHMETIC_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...BIT_FUNCTIONS,
  try_add: counted(2, sum("+", "try_add")),
  try_subtract: counted(2, sum("-", "try_subtract")),
  negative: counted(1, (args) => UNARY_OPERATORS["-"](args)),
  positive: counted(1, (args) => UNARY_OPERATORS["+"](args)),
  regexp_like: counted(2, (args) => like("RLIKE", args)),
  isnull: counted(1, ([arg]) => isNull(arg!)),
  isnotnull: counted(1, ([arg]) => not(isNull(arg!))),
  ...STRING_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...DATE_FUNCTIONS,
  add_months: typed("add_months", ["DATE", "INT"], "DATE"),
  concat: (args) => {
    const texts = args.map((arg, index) => argument(arg, "STRING", index));
    return texts.length === 2
      ? chainedCall("concat", texts as [Expression, Expression], "STRING")
      : call("concat", texts, "STRING");
  },
};

function extreme(name: string, args: readonly Expression[]): Expression {
  requireCount(args, 2, Infinity);
  const texts = args.filter(({ type }) => type === "STRING").length;
  // Unlike comparisons, they do not cast strings to the type of the others.
  if (texts > 0 && texts + args.filter(({ type }) => type === "VOID").length < args.length) {
    throw new Refusal("requires arguments of the same type; CAST the STRING to the type of the others");
  }
  const unified = unify(args);
  if (!isOrdered(unified.type)) throw new Refusal(`cannot compare ${typeName(unified.type)}`);
  return call(name, unified.args, unified.type);
}

/** `window_time(window)`: the last instant in a window. */
function windowTime(args: readonly Expression[]): Expression {
  requireCount(args, 1);
  const { type } = args[0]!;
  if (typeName(type) === "STRUCT<start: TIMESTAMP, end: TIMESTAMP>") {
    return call("window_time", args, "TIMESTAMP");
  }
  throw new Refusal(`requires a window, but got ${typeName(type)}`);
}

/** `list[index]`, from 0. @throws {Refusal} */
export function element(list: Expression, index: Expression): Expression {
  if (typeof list.type === "string" || list.type.kind !== "ARRAY") {
    throw new Refusal(`requires an ARRAY, but got ${typeName(list.type)}`);
  }
  if (!isIntegral(index.type) && index.type !== "VOID") {
    throw new Refusal(`requires an integer index, but got ${typeName(index.type)}`);
  }
  return call("element", [list, castTo(index, "BIGINT")], list.type.element);
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
  array_size: "size",
};

function comparison(op: string): Signature {
  return ([left, right]) => {
    const type = commonType(left!.type, right!.type);
    if (type === undefined || !isOrdered(type)) {
      throw new Refusal(`cannot compare ${typeName(left!.type)} with ${typeName(right!.type)}`);
    }
    return call(op, [castTo(left!, type), castTo(right!, type)], "BOOLEAN");
  };
}

function logic(op: string): Signature {
  return (args) => call(op, args.map((arg) => boolean(arg)), "BOOLEAN");
}

/** A condition. @throws {Refusal} If it is not a BOOLEAN. */
export function boolean(expression: Expression): Expression {
  if (expression.type === "BOOLEAN" || expression.type === "VOID" || expression.type === "STRING") {
    return castTo(expression, "BOOLEAN");
  }
  throw new Refusal(`requires BOOLEAN, but got ${typeName(expression.type)}`);
}

/** `+` and `-` also add days to a DATE. */
function sum(op: "+" | "-", name: string = op): Signature {
  return (args) => {
    const [left, right] = args as [Expression, Expression];
    if (left.type === "DATE" && DAYS.includes(right.type)) {
      return chainedCall(op === "+" ? "date_add" : "date_sub", [left, castTo(right, "INT")], "DATE");
    }
    if (op === "+" && right.type === "DATE" && DAYS.includes(left.type)) {
      return call("date_add", [right, castTo(left, "INT")], "DATE");
    }
    if (op === "-" && (isTime(left) || isTime(right)) && [left, right].every(mayBeTime)) {
      throw new Refusal(
        "does not support the difference of two times, an INTERVAL; use datediff or unix_timestamp",
      );
    }
    return arithmetic(op, name)(args);
  };
}

/** The types of days that can be added to a DATE. */
const DAYS: readonly DataType[] = ["INT", "SMALLINT", "TINYINT"];

function isTime({ type }: Expression): boolean {
  return type === "DATE" || type === "TIMESTAMP";
}

function mayBeTime(expression: Expression): boolean {
  return isTime(expression) || expression.type === "STRING" || expression.type === "VOID";
}

/** The signatures of the binary operators. */
export const BINARY_OPERATORS: Readonly<Record<BinaryOperator, Signature>> = {
  OR: logic("or"),
  AND: logic("and"),
  "=": comparison("="),
  "!=": (args) => call("not", [comparison("=")(args)], "BOOLEAN"),
  "<": comparison("<"),
  "<=": comparison("<="),
  ">": comparison(">"),
  ">=": comparison(">="),
  "<=>": comparison("<=>"),
  "+": sum("+"),
  "-": sum("-"),
  "*": arithmetic("*"),
  "/": arithmetic("/"),
  "%": arithmetic("%"),
  DIV: arithmetic("DIV"),
  "&": bitwise("&"),
  "|": bitwise("|"),
  "^": bitwise("^"),
  "<<": (args) => FUNCTIONS.shiftleft!(args),
  ">>": (args) => FUNCTIONS.shiftright!(args),
  ">>>": (args) => FUNCTIONS.shiftrightunsigned!(args),
  "||": (args) => FUNCTIONS.concat!(args),
};

/** The signatures of the unary operators. */
export const UNARY_OPERATORS: Readonly<Record<"NOT" | "+" | "-" | "~", Signature>> = {
  NOT: logic("not"),
  "+": ([arg]) => number(arg!),
  "-": ([arg]) => call("negative", [number(arg!)], number(arg!).type),
  "~": complement,
};

/** `argument IN (list)`. */
export function inList(argument: Expression, list: readonly Expression[]): Expression {
  const { args } = unify([argument, ...list]);
  return call("in", args, "BOOLEAN");
}

/** `argument LIKE pattern`. A constant pattern is checked here, any other one when it is evaluated. */
export function like(op: "LIKE" | "ILIKE" | "RLIKE", args: readonly Expression[]): Expression {
  const [, pattern, escape] = args;
  if (pattern?.kind === "literal" && typeof pattern.value === "string") {
    const problem = op === "RLIKE"
      ? regexProblem(pattern.value)
      : likeProblem(pattern.value, escape?.kind === "literal" ? String(escape.value) : "\\");
    if (problem !== undefined) throw new Refusal(problem);
  }
  return call(op.toLowerCase(), args.map((arg, index) => argument(arg, "STRING", index)), "BOOLEAN");
}

/** `argument IS NULL`. */
export function isNull(argument: Expression): Expression {
  return call("isnull", [argument], "BOOLEAN");
}

/** The negation of a condition. */
export function not(argument: Expression): Expression {
  return call("not", [argument], "BOOLEAN");
}
