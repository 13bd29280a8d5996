/** The operators of the dialect, and the functions that are the same, with their argument and result types. */
import { type DataType, typeName } from "../../records/data_type.ts";
import { likeProblem, regexProblem } from "../patterns/pattern.ts";
import type { Expression } from "../plan.ts";
import type { BinaryOperator } from "../syntax/ast.ts";
import { chainedCall } from "./chains.ts";
import { castTo, comparedType, isOrdered } from "./coercion.ts";
import { arithmetic } from "./math/arithmetic_signatures.ts";
import { BIT_FUNCTIONS, bitwise, complement } from "./math/bit_signatures.ts";
import { number } from "./math/number_signatures.ts";
import { argument, call, counted, Refusal, requireCount, type Signature, unify } from "./signature.ts";

function comparison(op: string): Signature {
  return ([left, right]) => {
    const type = comparedType(left!.type, right!.type);
    if (type === undefined || !isOrdered(type)) {
      throw new Refusal(`cannot compare ${typeName(left!.type)} with ${typeName(right!.type)}`);
    }
    return call(op, [castTo(left!, type), castTo(right!, type)], "BOOLEAN");
  };
}

function logic(op: string): Signature {
  return (args) => call(op, args.map((arg) => boolean(arg)), "BOOLEAN");
}

/** Texts, bytes or ARRAYs, one after the other. */
function concat(args: readonly Expression[]): Expression {
  if (args.length > 0 && args.every(({ type }) => typeof type !== "string" && type.kind === "ARRAY")) {
    const lists = unify(args);
    return call("concat_arrays", lists.args, lists.type);
  }
  const areBytes = args.length > 0 && args.every(({ type }) => type === "BINARY");
  const type = areBytes ? "BINARY" : "STRING";
  const parts = args.map((arg, index) => argument(arg, type, index));
  return parts.length === 2
    ? chainedCall("concat", parts as [Expression, Expression], type)
    : call("concat", parts, type);
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
  "<<": (args) => BIT_FUNCTIONS.shiftleft!(args),
  ">>": (args) => BIT_FUNCTIONS.shiftright!(args),
  ">>>": (args) => BIT_FUNCTIONS.shiftrightunsigned!(args),
  "||": concat,
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
  const type = list.reduce<DataType>((left, { type: right }) => {
    const common = comparedType(left, right);
    if (common !== undefined) return common;
    throw new Refusal(
      `requires arguments of the same type, but got ${typeName(left)} and ${typeName(right)}`,
    );
  }, argument.type);
  return call("in", [argument, ...list].map((each) => castTo(each, type)), "BOOLEAN");
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

function likeFunction(op: "LIKE" | "ILIKE"): Signature {
  return (args) => {
    requireCount(args, 2, 3);
    const escape = args[2];
    if (escape !== undefined && (escape.kind !== "literal" || [...String(escape.value)].length !== 1)) {
      throw new Refusal("requires a constant character for argument 3");
    }
    return like(op, args);
  };
}

/** By name in lower case. */
export const OPERATOR_FUNCTIONS: Readonly<Record<string, Signature>> = {
  concat,
  negative: counted(1, (args) => UNARY_OPERATORS["-"](args)),
  positive: counted(1, (args) => UNARY_OPERATORS["+"](args)),
  try_add: counted(2, sum("+", "try_add")),
  try_subtract: counted(2, sum("-", "try_subtract")),
  like: likeFunction("LIKE"),
  ilike: likeFunction("ILIKE"),
  rlike: counted(2, (args) => like("RLIKE", args)),
  regexp_like: counted(2, (args) => like("RLIKE", args)),
  isnull: counted(1, ([arg]) => isNull(arg!)),
  isnotnull: counted(1, ([arg]) => not(isNull(arg!))),
  equal_null: counted(2, (args) => BINARY_OPERATORS["<=>"](args)),
};
