/**
 * INTERVALs: constants that are added to times. Rows have no values of this type: `time + INTERVAL …` is a
 * call that adds calendar months, or days in the time zone of the session and smaller units.
 */
import { typeName } from "../../records/data_type.ts";
import type { BinaryNode, ExpressionNode } from "../syntax/ast.ts";
import { chainedCall, chainOf } from "../functions/chains.ts";
import { castTo } from "../functions/coercion.ts";
import { type Interval, MICROS_PER_DAY, parseInterval } from "../syntax/interval_text.ts";
import type { Expression } from "../plan.ts";
import { call, Refusal } from "../functions/signature.ts";
import { sqlError } from "../syntax/sql_error.ts";

/**
 * Cached results for operators: chains ask for their left sides repeatedly. Null if it is not an INTERVAL.
 */
const known = new WeakMap<ExpressionNode, Interval | null>();

/** The value of an expression that is a constant INTERVAL. @throws {SfcrimeError} SQL */
function intervalOf(node: ExpressionNode, sql: string): Interval | undefined {
  switch (node.kind) {
    case "interval": {
      const interval = parseInterval(node.text);
      if (typeof interval !== "string") return interval;
      throw sqlError(sql, node.at, `INTERVAL ${interval}.`);
    }
    case "unary": {
      const interval = node.op === "-" || node.op === "+" ? intervalOf(node.argument, sql) : undefined;
      return interval && times(interval, node.op === "-" ? -1n : 1n);
    }
    case "binary":
      return intervalOfChain(node, sql);
    default:
      return undefined;
  }
}

function intervalOfChain(last: BinaryNode, sql: string): Interval | undefined {
  const found = known.get(last);
  if (found !== undefined) return found ?? undefined;
  const chain = chainOf(last, (node) => known.has(node));
  const [{ left }] = chain as [BinaryNode];
  const first = known.has(left) ? known.get(left)! ?? undefined : intervalOf(left, sql);
  return chain.reduce((interval, node) => {
    const after = intervalOf(node.right, sql);
    const whole = node.op === "*"
      ? multiplied(node, [interval, after], sql)
      : added(node, [interval, after], sql);
    known.set(node, whole ?? null);
    return whole;
  }, first);
}

type Sides = readonly [left: Interval | undefined, right: Interval | undefined];

function multiplied(node: BinaryNode, [a, b]: Sides, sql: string): Interval | undefined {
  if ((a === undefined) === (b === undefined)) return undefined;
  const factor = a === undefined ? node.left : node.right;
  if (factor.kind === "number" && /^-?\d+$/.test(factor.text)) return times((a ?? b)!, BigInt(factor.text));
  throw sqlError(sql, node.at, "an INTERVAL can only be multiplied by an integer constant.");
}

function added(node: BinaryNode, [a, right]: Sides, sql: string): Interval | undefined {
  if (node.op !== "+" && node.op !== "-") return undefined;
  if (a === undefined || right === undefined) return undefined;
  const b = times(right, node.op === "-" ? -1n : 1n);
  const [months, micros] = [a.months + b.months, a.micros + b.micros];
  if (months !== 0n && micros !== 0n) {
    throw sqlError(sql, node.at, "an INTERVAL cannot mix years and months with smaller units.");
  }
  return { months, micros, isDays: a.isDays && b.isDays };
}

function times({ months, micros, isDays }: Interval, factor: bigint): Interval {
  return { months: months * factor, micros: micros * factor, isDays };
}

/** Whether an expression is a constant INTERVAL. @throws {SfcrimeError} SQL, for an invalid INTERVAL. */
export function isInterval(node: ExpressionNode, sql: string): boolean {
  return intervalOf(node, sql) !== undefined;
}

/** `time ± INTERVAL …`, or undefined if there is no INTERVAL. @throws {Refusal} */
export function movedByInterval(
  { op, left, right }: BinaryNode,
  sql: string,
  resolve: (node: ExpressionNode) => Expression,
): Expression | undefined {
  if (op !== "+" && op !== "-") return undefined;
  const after = intervalOf(right, sql);
  if (after !== undefined) return movedTime(resolve(left), times(after, op === "-" ? -1n : 1n));
  const before = op === "+" ? intervalOf(left, sql) : undefined;
  return before && movedTime(resolve(right), before);
}

function movedTime(time: Expression, { months, micros, isDays }: Interval): Expression {
  if (time.type === "STRING") {
    throw new Refusal("does not support a STRING with an INTERVAL; CAST it to a TIMESTAMP");
  }
  if (time.type !== "DATE" && time.type !== "TIMESTAMP" && time.type !== "VOID") {
    throw new Refusal(`requires a DATE or TIMESTAMP with an INTERVAL, but got ${typeName(time.type)}`);
  }
  if (time.type === "DATE") {
    if (months !== 0n) return call("add_months", [time, whole(months)], "DATE");
    if (isDays) return chainedCall("date_add", [time, whole(micros / MICROS_PER_DAY)], "DATE");
  }
  const from = castTo(time, "TIMESTAMP");
  if (months !== 0n) return call("plus_months", [from, whole(months)], "TIMESTAMP");
  const length: Expression = { kind: "literal", value: String(micros), type: "BIGINT" };
  return chainedCall("plus_micros", [from, length], "TIMESTAMP");
}

function whole(value: bigint): Expression {
  if (BigInt.asIntN(32, value) === value) return { kind: "literal", value: Number(value), type: "INT" };
  throw new Refusal("supports only an INTERVAL of less than 2^31 days or months");
}
