/** The operators of the dialect, and the functions that are the same, with their argument and result types. */
import { type DataType, typeName } from "../../records/data_type.ts";
import { likeProblem, regexProblem } from "../patterns/pattern.ts";
import type { Expression } from "../plan.ts";
import type { BinaryOperator } from "../syntax/ast.ts";
import { chainedCall } from "./chains.ts";
import { isIntervalType } from "../../records/types/interval_types.ts";
import { castTo, comparedType, isNumeric, isOrdered } from "./coercion.ts";
import { arithmetic } from "./math/arithmetic_signatures.ts";
import { BIT_FUNCTIONS, bitwise, complement } from "./math/bit_signatures.ts";
import { number } from "./math/number_signatures.ts";
import {
  intervalDivision,
  intervalProduct,
  intervalQuotient,
  intervalSum,
  negative,
} from "./time/interval_arithmetic.ts";
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

/** `+` and `-` also add days to a DATE, and INTERVALs to times and to each other. */
function sum(op: "+" | "-"): Signature {
  return (args) => {
    const [left, right] = args as [Expression, Expression];
    if (left.type === "DATE" && DAYS.includes(right.type)) {
      return chainedCall(op === "+" ? "date_add" : "date_sub", [left, castTo(right, "INT")], "DATE");
    }
    if (op === "+" && right.type === "DATE" && DAYS.includes(left.type)) {
      return call("date_add", [right, castTo(left, "INT")], "DATE");
    }
    return intervalSum(op, [left, right]) ?? arithmetic(op)(args);
  };
}

/** The types of days that can be added to a DATE. */
const DAYS: readonly DataType[] = ["INT", "SMALLINT", "TINYINT", "VOID"];

/** An operator on numbers, or on what it does with INTERVALs. */
function withIntervals(
  op: string,
  ofIntervals: (sides: readonly [Expression, Expression]) => Expression | undefined,
): Signature {
  return (args) =>
    ofIntervals(args as readonly [Expression, Expression] & typeof args) ?? arithmetic(op)(args);
}

/** A function that is an operator, and returns NULL where it fails: not only of numbers. */
function tried(op: "+" | "-" | "*" | "/", name: string): Signature {
  return counted(2, (args) => {
    if (args.every(({ type }) => isNumeric(type) || type === "STRING" || type === "VOID")) {
      return arithmetic(op, name)(args);
    }
    const result = BINARY_OPERATORS[op](args);
    return call("try", [result], result.type);
  });
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
  "*": withIntervals("*", intervalProduct),
  "/": withIntervals("/", intervalQuotient),
  "%": arithmetic("%"),
  DIV: withIntervals("DIV", intervalDivision),
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
  "+": ([arg]) => isIntervalType(arg!.type) ? arg! : number(arg!),
  "-": ([arg]) => {
    if (isIntervalType(arg!.type)) return negative(arg!);
    return call("negative", [number(arg!)], number(arg!).type);
  },
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
  div: counted(2, (args) => BINARY_OPERATORS.DIV(args)),
  try_add: tried("+", "try_add"),
  try_subtract: tried("-", "try_subtract"),
  try_multiply: tried("*", "try_multiply"),
  try_divide: tried("/", "try_divide"),
  like: likeFunction("LIKE"),
  ilike: likeFunction("ILIKE"),
  rlike: counted(2, (args) => like("RLIKE", args)),
  regexp_like: counted(2, (args) => like("RLIKE", args)),
  isnull: counted(1, ([arg]) => isNull(arg!)),
  isnotnull: counted(1, ([arg]) => not(isNull(arg!))),
  equal_null: counted(2, (args) => BINARY_OPERATORS["<=>"](args)),
};
