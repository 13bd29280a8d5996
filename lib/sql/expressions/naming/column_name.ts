/** The name of a column without an alias, as Spark derives it from the expression. */
import { type TimeZone, UTC } from "../../../base/time_zone.ts";
import { type DataType, typeName } from "../../../records/data_type.ts";
import { typeFromText } from "../../../records/types/type_text.ts";
import { decimalNotation } from "../../../records/values/decimal_text.ts";
import { doubleText, floatText } from "../../../records/values/double_text.ts";
import {
  dateText,
  parseDate,
  parseLocalTimestamp,
  parseTimestamp,
  timestampText,
} from "../../../records/values/timestamp.ts";
import type { BinaryNode, CallNode, ExpressionNode, SubqueryExpressionNode } from "../../syntax/ast.ts";
import { BATCH_TIME_FUNCTIONS } from "../../functions/time/batch_time.ts";
import { callName } from "./call_name.ts";
import { chainOf } from "../../functions/chains.ts";
import { isDecimal, isIntegral, isTime } from "../../functions/coercion.ts";
import { isIntervalType } from "../../../records/types/interval_types.ts";
import { intervalName } from "../../syntax/interval_literal.ts";
import { decimalLiteral } from "../../syntax/literals.ts";

/** What a name depends on in addition to the expression. */
export interface NamingContext {
  /** The names of relations, which are omitted. */
  readonly qualifiers: readonly string[];
  /** The names of columns, in lower case. */
  readonly columns: readonly string[];
  readonly zone: TimeZone;
  /** The parameters of the lambda functions around it, in lower case. */
  readonly variables?: readonly string[];
  /** The columns that a subquery reads of the row that it is for. */
  readonly outerNames: (node: SubqueryExpressionNode) => readonly string[];
  /** The type of a part of the expression; undefined if it has none. */
  readonly typeOf: (node: ExpressionNode) => DataType | undefined;
}

/**
 * A column has its own name, even if it is cast; a field that is not has its own; anything else has its
 * text in Spark's spelling: `count(*)` is `count(1)`.
 */
export function columnName(node: ExpressionNode, context: NamingContext): string {
  switch (node.kind) {
    case "column":
      return nameOf(node, context);
    case "field":
      return isPath(node) ? node.name : pretty(node, context);
    case "cast":
      return node.argument.kind === "column" ||
          (node.argument.kind === "field" && isRelation(node.argument.argument, context))
        ? node.argument.name
        : pretty(node, context);
    default:
      return pretty(node, context);
  }
}

/** The name of a column, or of the function that it is if there is no such column. */
function nameOf({ name }: { readonly name: string }, { columns }: NamingContext): string {
  const lower = name.toLowerCase();
  return Object.hasOwn(BATCH_TIME_FUNCTIONS, lower) && !columns.includes(lower) ? `${lower}()` : name;
}

/** Whether it is a column, or a field of one. */
function isPath(node: ExpressionNode): boolean {
  return node.kind === "column" || (node.kind === "field" && isPath(node.argument));
}

/** Whether it is a parameter of a lambda function around it. */
function isVariable(node: ExpressionNode, { variables }: NamingContext): boolean {
  return node.kind === "column" && variables?.includes(node.name.toLowerCase()) === true;
}

function isRelation(node: ExpressionNode, { qualifiers }: NamingContext): boolean {
  return node.kind === "column" && qualifiers.some((name) => name.toLowerCase() === node.name.toLowerCase());
}

function pretty(node: ExpressionNode, context: NamingContext): string {
  const inner = (child: ExpressionNode) => pretty(child, context);
  switch (node.kind) {
    case "column":
      return isVariable(node, context) ? "namedlambdavariable()" : nameOf(node, context);
    case "alias":
      return `${inner(node.argument)} AS ${node.name}`;
    case "lambda": {
      const variables = [
        ...context.variables ?? [],
        ...node.parameters.map(({ name }) => name.toLowerCase()),
      ];
      const parameters = node.parameters.map(() => "namedlambdavariable()");
      return `lambdafunction(${[pretty(node.body, { ...context, variables }), ...parameters].join(", ")})`;
    }
    case "field": {
      if (isRelation(node.argument, context)) return node.name;
      const type = context.typeOf(node.argument);
      const isOfMap = type !== undefined && isMap(type);
      return isOfMap ? `${inner(node.argument)}[${node.name}]` : `${inner(node.argument)}.${node.name}`;
    }
    case "element": {
      const type = node.index.kind === "string" ? context.typeOf(node.argument) : undefined;
      if (type !== undefined && !isMap(type)) return `${inner(node.argument)}.${inner(node.index)}`;
      return `${inner(node.argument)}[${inner(node.index)}]`;
    }
    case "number":
      return prettyNumber(node);
    case "string":
      return node.value;
    case "bytes":
      return `X'${node.digits}'`;
    case "boolean":
      return String(node.value);
    case "null":
      return "NULL";
    case "typed":
      return `${node.type} '${timeText(node, context)}'`;
    case "interval":
      return intervalName(node);
    case "call":
      return callName(replaced(node, context), inner);
    case "cast":
      if (isNested(node.type.text)) return inner(node.argument);
      return `${node.safe ? "TRY_CAST" : "CAST"}(${inner(node.argument)} AS ${castName(node.type.text)})`;
    case "unary":
      if (node.op === "~") return `~${inner(node.argument)}`;
      return node.op === "NOT" ? `(NOT ${inner(node.argument)})` : `(${node.op} ${inner(node.argument)})`;
    case "binary":
      return prettyChain(node, context);
    case "case": {
      const operand = node.operand === null ? undefined : inner(node.operand);
      const whens = node.whens.map(({ condition, result }) => {
        const holds = operand === undefined ? inner(condition) : `(${operand} = ${inner(condition)})`;
        return ` WHEN ${holds} THEN ${inner(result)}`;
      });
      const otherwise = node.otherwise === null ? "" : ` ELSE ${inner(node.otherwise)}`;
      return `CASE${whens.join("")}${otherwise} END`;
    }
    case "isNull":
      return `(${inner(node.argument)} IS ${node.negated ? "NOT " : ""}NULL)`;
    case "isDistinct":
      return negate(!node.negated, `(${inner(node.argument)} <=> ${inner(node.right)})`);
    case "isTruth":
      if (node.value === "UNKNOWN") return `(${inner(node.argument)} IS ${node.negated ? "NOT " : ""}NULL)`;
      return negate(node.negated, `(${inner(node.argument)} <=> ${node.value.toLowerCase()})`);
    case "between":
      return negate(
        node.negated,
        `between(${inner(node.argument)}, ${inner(node.low)}, ${inner(node.high)})`,
      );
    case "in":
      return negate(node.negated, `(${inner(node.argument)} IN (${node.list.map(inner).join(", ")}))`);
    case "inQuery":
      return negate(
        node.negated,
        `(${inner(node.argument)} IN (listquery(${context.outerNames(node).join(", ")})))`,
      );
    case "scalarQuery":
      return `scalarsubquery(${context.outerNames(node).join(", ")})`;
    case "exists":
      return `exists(${context.outerNames(node).join(", ")})`;
    case "like":
      return negate(
        node.negated,
        node.op === "RLIKE"
          ? `RLIKE(${inner(node.argument)}, ${inner(node.pattern)})`
          : node.op === "ILIKE"
          ? `ilike(${inner(node.argument)}, ${inner(node.pattern)})`
          : `${inner(node.argument)} LIKE ${inner(node.pattern)}${
            node.escape === null ? "" : ` ESCAPE '${node.escape}'`
          }`,
      );
    case "likeMany":
      return likeManyName(node, context);
  }
}

/** The call that Spark replaces one of `to_char` by, if its value is no number. */
function replaced(node: CallNode, { typeOf }: NamingContext): CallNode {
  const [value, format] = node.args;
  if (!/^to_(var)?char$/.test(node.name)) return node;
  if (value === undefined || value.kind === "star") return node;
  const type = typeOf(value);
  if (type !== undefined && isTime(type)) return { ...node, name: "date_format" };
  if (type !== "BINARY" || format?.kind !== "string") return { ...node, name: "to_char" };
  const name = format.value.toLowerCase();
  if (name === "utf-8") return { ...node, name: "decode" };
  return { ...node, name: name === "base64" ? node.name : name, args: [value] };
}

/** LIKE ANY or ALL: of constants a function of Spark's, else a chain of LIKEs. */
function likeManyName(node: ExpressionNode & { kind: "likeMany" }, context: NamingContext): string {
  const { op, all, negated, argument, patterns } = node;
  const text = pretty(argument, context);
  if (patterns.every((pattern) => !readsColumns(pattern) && context.typeOf(pattern) === "STRING")) {
    return `${negated ? "not" : ""}like${all ? "all" : "any"}(${op === "ILIKE" ? `lower(${text})` : text})`;
  }
  const term = (pattern: ExpressionNode) => {
    const right = pretty(pattern, context);
    return negate(negated, op === "ILIKE" ? `ilike(${text}, ${right})` : `${text} LIKE ${right}`);
  };
  return patterns.map(term).reduce((left, right) => `(${left} ${all ? "AND" : "OR"} ${right})`);
}

/** Whether a part of a syntax tree is not constant. */
function readsColumns(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  return ("kind" in part && part.kind === "column") || Object.values(part).some(readsColumns);
}

/** Negates a text. */
function negate(negated: boolean, text: string): string {
  return negated ? `(NOT ${text})` : text;
}

function isMap(type: DataType): boolean {
  return typeof type !== "string" && type.kind === "MAP";
}

/** Spark leaves casts to such types out of names. */
function isNested(type: string): boolean {
  return /^(?:ARRAY|MAP|STRUCT)\b/i.test(type);
}

/** A type by Spark's name for it, regardless of the synonym that was written. */
function castName(text: string): string {
  if (/^(?:var)?char/i.test(text)) return "STRING";
  const type = typeFromText(text);
  return type === undefined ? text.toUpperCase() : typeName(type);
}

/**
 * A number by its value: floating-point numbers as they are printed, DECIMALs with a digit before the point.
 */
function prettyNumber({ text, suffix }: ExpressionNode & { kind: "number" }): string {
  if (suffix === "F") return floatText(Math.fround(Number(text)));
  if (suffix === "D" || (suffix === "" && /e/i.test(text))) return doubleText(Number(text));
  if (/^-?\d+$/.test(text)) return String(BigInt(text));
  const { value, type } = decimalLiteral(text);
  return decimalNotation(BigInt(value), type.scale);
}

/** A time in the time zone of the session. */
function timeText({ type, value }: ExpressionNode & { kind: "typed" }, { zone }: NamingContext): string {
  if (type === "DATE") {
    const days = parseDate(value);
    return days === null ? value : dateText(days);
  }
  const isLocal = type === "TIMESTAMP_NTZ";
  const time = isLocal ? parseLocalTimestamp(value) : parseTimestamp(value, zone);
  return time === null ? value : timestampText(time, isLocal ? UTC : zone);
}

/** A chain of operators, innermost first. */
function prettyChain(last: BinaryNode, context: NamingContext): string {
  const chain = chainOf(last);
  return chain.reduce((leftText, node) => {
    const textOf = (side: ExpressionNode) => side === node.left ? leftText : pretty(side, context);
    return prettyBinary(node, context, textOf);
  }, pretty(chain[0]!.left, context));
}

function prettyBinary(
  node: BinaryNode,
  context: NamingContext,
  textOf: (side: ExpressionNode) => string,
): string {
  const { op } = node;
  const moved = prettyDate(node, context, textOf);
  if (moved !== undefined) return moved;
  // Spark puts an INTERVAL after a time and before a factor.
  const [isLeft, isRight] = [isInterval(node.left, context), isInterval(node.right, context)];
  const isMoved = (op === "+" || op === "-") && isLeft !== isRight &&
    !isNull(isLeft ? node.right : node.left, context);
  const isTurned = (op === "+" && isLeft && isMoved) || (op === "*" && isRight && !isLeft);
  const [left, right] = [node.left, node.right].map((side, index) =>
    wholeBound(node, index, context) ?? textOf(side)
  ) as [string, string];
  if (context.typeOf(node) === "INTERVAL" && (op === "*" || op === "/")) {
    return `${op === "*" ? "multiply" : "divide"}_interval(${
      isTurned ? `${right}, ${left}` : `${left}, ${right}`
    })`;
  }
  if (op === "||") return `concat(${left}, ${right})`;
  if (op === "!=") return `(NOT (${left} = ${right}))`;
  const whole = isTurned ? `${right} ${op} ${left}` : `${left} ${op === "DIV" ? "div" : op} ${right}`;
  return isMoved ? whole : `(${whole})`;
}

function isInterval(node: ExpressionNode, context: NamingContext): boolean {
  return isIntervalType(context.typeOf(node) ?? "VOID");
}

function isNull(node: ExpressionNode, context: NamingContext): boolean {
  return (context.typeOf(node) ?? "VOID") === "VOID";
}

/**
 * If an integer is compared with a DECIMAL, Spark replaces the DECIMAL with the equivalent integer bound.
 *
 * @param index The side of the comparison.
 */
function wholeBound(
  { op, left, right }: BinaryNode,
  index: number,
  context: NamingContext,
): string | undefined {
  const [literal, other] = index === 0 ? [left, right] : [right, left];
  const direction = { ">": 1, "<=": 1, ">=": -1, "<": -1 }[op as string];
  if (direction === undefined || literal.kind !== "number" || !isDecimal(context.typeOf(literal) ?? "VOID")) {
    return undefined;
  }
  if (!isIntegral(context.typeOf(other) ?? "VOID")) return undefined;
  const round = (index === 0) === (direction > 0) ? Math.ceil : Math.floor;
  return String(round(Number(literal.text)));
}

/** A DATE plus or minus days: a function call in Spark, however it is written. */
function prettyDate(
  { op, left, right }: BinaryNode,
  context: NamingContext,
  textOf: (side: ExpressionNode) => string,
): string | undefined {
  if (op !== "+" && op !== "-") return undefined;
  const isDate = (node: ExpressionNode) => context.typeOf(node) === "DATE";
  const [date, days] = op === "+" && !isDate(left) ? [right, left] : [left, right];
  if (!isDate(date)) return undefined;
  const type = context.typeOf(days) ?? "VOID";
  if (type === "INTERVAL DAY") {
    const count = `extractansiintervaldays(${textOf(days)})`;
    return `date_add(${textOf(date)}, ${op === "+" ? count : `(- ${count})`})`;
  }
  if (!isIntegral(type) && type !== "VOID") return undefined;
  return `${op === "+" ? "date_add" : "date_sub"}(${textOf(date)}, ${textOf(days)})`;
}
