/**
 * The functions and operators of the dialect: what types they take and give. How they are computed is known
 * to the engine (`stream/scalar_functions.ts`); a test holds the two lists together.
 */
import { type DataType, typeName } from "../records/data_type.ts";
import type { BinaryOperator } from "./ast.ts";
import {
  castTo,
  commonType,
  decimalOf,
  isDecimal,
  isFloating,
  isIntegral,
  isNumeric,
  isOrdered,
} from "./coercion.ts";
import { likeProblem, regexProblem } from "./pattern.ts";
import type { Expression } from "./plan.ts";

/** Why a call cannot be, as the end of a sentence that begins with the function's name. */
export class Refusal extends Error {}

/** Makes a typed call of resolved arguments. @throws {Refusal} */
type Signature = (args: readonly Expression[]) => Expression;

function call(name: string, args: readonly Expression[], type: DataType): Expression {
  return { kind: "call", name, args, type };
}

function requireCount(args: readonly Expression[], least: number, most = least): void {
  if (args.length >= least && args.length <= most) return;
  const expected = least === most
    ? String(least)
    : most === Infinity
    ? `${least} or more`
    : `${least} to ${most}`;
  throw new Refusal(`takes ${expected} argument${expected === "1" ? "" : "s"}, not ${args.length}`);
}

/** A function whose arguments are of the given types; the last ones may be left out. */
function typed(name: string, parameters: readonly DataType[], result: DataType, optional = 0): Signature {
  return (args) => {
    requireCount(args, parameters.length - optional, parameters.length);
    return call(name, args.map((arg, index) => argument(arg, parameters[index]!, index)), result);
  };
}

/** An argument as the wanted type, where that needs no CAST of the user's. */
function argument(arg: Expression, wanted: DataType, index: number): Expression {
  const fits = arg.type === "VOID" || wanted === "STRING" || typeName(arg.type) === typeName(wanted) ||
    (isNumeric(arg.type) && isNumeric(wanted) && commonType(arg.type, wanted) === wanted) ||
    (arg.type === "STRING" && typeof wanted === "string" && wanted !== "INTERVAL") ||
    (arg.type === "DATE" && wanted === "TIMESTAMP") || (arg.type === "TIMESTAMP" && wanted === "DATE");
  if (fits) return castTo(arg, wanted);
  throw new Refusal(`takes ${typeName(wanted)} as argument ${index + 1}, not ${typeName(arg.type)}`);
}

/** All arguments as the type that they have in common. */
function unify(
  args: readonly Expression[],
): { readonly args: readonly Expression[]; readonly type: DataType } {
  const type = args.map((arg) => arg.type).reduce((left, right) => {
    const common = commonType(left, right);
    if (common === undefined) {
      throw new Refusal(`takes arguments of one type, not ${typeName(left)} and ${typeName(right)}`);
    }
    return common;
  });
  return { args: args.map((arg) => castTo(arg, type)), type };
}

/** Functions by their name in lower case. */
export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  coalesce: (args) => {
    requireCount(args, 1, Infinity);
    const unified = unify(args);
    return call("coalesce", unified.args, unified.type);
  },
  upper: typed("upper", ["STRING"], "STRING"),
  lower: typed("lower", ["STRING"], "STRING"),
  trim: typed("trim", ["STRING"], "STRING"),
  length: typed("length", ["STRING"], "INT"),
  window_time: windowTime,
  concat: (args) => call("concat", args.map((arg, index) => argument(arg, "STRING", index)), "STRING"),
};

/** `window_time(window)`: the last moment that is in a window. */
function windowTime(args: readonly Expression[]): Expression {
  requireCount(args, 1);
  const { type } = args[0]!;
  if (typeName(type) === "STRUCT<start: TIMESTAMP, end: TIMESTAMP>") {
    return call("window_time", args, "TIMESTAMP");
  }
  throw new Refusal(`takes a window, not ${typeName(type)}`);
}

/** `list[index]`, from 0. @throws {Refusal} */
export function element(list: Expression, index: Expression): Expression {
  if (typeof list.type === "string" || list.type.kind !== "ARRAY") {
    throw new Refusal(`takes an ARRAY, not ${typeName(list.type)}`);
  }
  if (!isIntegral(index.type) && index.type !== "VOID") {
    throw new Refusal(`takes a whole number, not ${typeName(index.type)}`);
  }
  return call("element", [list, castTo(index, "BIGINT")], list.type.element);
}

/** Other names of the same functions. */
export const SYNONYMS: Readonly<Record<string, string>> = {
  ucase: "upper",
  lcase: "lower",
  char_length: "length",
  character_length: "length",
  len: "length",
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

/** A condition. @throws {Refusal} where it is no BOOLEAN. */
export function boolean(expression: Expression): Expression {
  if (expression.type === "BOOLEAN" || expression.type === "VOID" || expression.type === "STRING") {
    return castTo(expression, "BOOLEAN");
  }
  throw new Refusal(`takes BOOLEAN, not ${typeName(expression.type)}`);
}

function number(expression: Expression): Expression {
  if (isNumeric(expression.type)) return expression;
  if (expression.type === "STRING" || expression.type === "VOID") return castTo(expression, "DOUBLE");
  throw new Refusal(`takes numbers, not ${typeName(expression.type)}`);
}

/** Both sides as numbers: a string takes the kind of number that the other side is, NULL its type. */
function operands(left: Expression, right: Expression): [Expression, Expression] {
  if (left.type === "STRING" && right.type === "STRING") {
    throw new Refusal("takes numbers, not STRING and STRING");
  }
  const other = (own: Expression, beside: Expression) =>
    (own.type === "STRING" || own.type === "VOID") && isNumeric(beside.type)
      ? castTo(own, commonType(own.type, beside.type)!)
      : number(own);
  return [other(left, right), other(right, left)];
}

function arithmetic(op: string): Signature {
  return (args) => {
    const [left, right] = operands(args[0]!, args[1]!);
    const type = commonType(left.type, right.type)!;
    if (isDecimal(type)) return decimalArithmetic(op, left, right);
    if (op === "DIV" && !isIntegral(type)) throw new Refusal(`takes whole numbers, not ${typeName(type)}`);
    if (op === "/" && isIntegral(type)) {
      return call(op, [castTo(left, "DOUBLE"), castTo(right, "DOUBLE")], "DOUBLE");
    }
    if (op === "/" && isFloating(type)) {
      return call(op, [castTo(left, "DOUBLE"), castTo(right, "DOUBLE")], "DOUBLE");
    }
    if (op === "DIV") return call(op, [castTo(left, "BIGINT"), castTo(right, "BIGINT")], "BIGINT");
    return call(op, [castTo(left, type), castTo(right, type)], type);
  };
}

function decimalArithmetic(op: string, left: Expression, right: Expression): Expression {
  const [a, b] = [decimalOf(left.type)!, decimalOf(right.type)!];
  throw new Refusal(
    `of ${typeName(a)} and ${typeName(b)} is not supported (${op}); cast one of them to DOUBLE`,
  );
}

/** The signature of each binary operator. */
export const BINARY_OPERATORS: Readonly<Record<Exclude<BinaryOperator, "|" | "^" | "&">, Signature>> = {
  OR: logic("or"),
  AND: logic("and"),
  "=": comparison("="),
  "!=": (args) => call("not", [comparison("=")(args)], "BOOLEAN"),
  "<": comparison("<"),
  "<=": comparison("<="),
  ">": comparison(">"),
  ">=": comparison(">="),
  "<=>": comparison("<=>"),
  "+": arithmetic("+"),
  "-": arithmetic("-"),
  "*": arithmetic("*"),
  "/": arithmetic("/"),
  "%": arithmetic("%"),
  DIV: arithmetic("DIV"),
  "||": (args) => FUNCTIONS.concat!(args),
};

/** NOT and the signs. */
export const UNARY_OPERATORS: Readonly<Record<"NOT" | "+" | "-", Signature>> = {
  NOT: logic("not"),
  "+": ([arg]) => number(arg!),
  "-": ([arg]) => call("negative", [number(arg!)], number(arg!).type),
};

/** `argument IN (list)`. */
export function inList(argument: Expression, list: readonly Expression[]): Expression {
  const { args } = unify([argument, ...list]);
  return call("in", args, "BOOLEAN");
}

/** `argument LIKE pattern`. A pattern that is a constant is checked here, any other one when it comes. */
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

/** The opposite of a BOOLEAN. */
export function not(argument: Expression): Expression {
  return call("not", [argument], "BOOLEAN");
}

export { unify };
