/**
 * INTERVALs: constants that are added to times. There are no values of this type in a row: `time + INTERVAL …` is a
 * call that moves the time, by months in the calendar, or by days of the session's zone and what is below a day.
 */
import { typeName } from "../records/data_type.ts";
import type { BinaryNode, ExpressionNode } from "./ast.ts";
import { chainedCall, chainOf } from "./chains.ts";
import { castTo } from "./coercion.ts";
import { type Interval, MICROS_PER_DAY, parseInterval } from "./interval_text.ts";
import type { Expression } from "./plan.ts";
import { call, Refusal } from "./signature.ts";
import { sqlError } from "./sql_error.ts";

/** What is known of operators: chains ask for their left sides again and again. Null is no INTERVAL. */
const known = new WeakMap<ExpressionNode, Interval | null>();

/** The constant length that an expression stands for, if it does for one. @throws {SfcrimeError} SQL */
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
    const behind = intervalOf(node.right, sql);
    const whole = node.op === "*"
      ? multiplied(node, [interval, behind], sql)
      : added(node, [interval, behind], sql);
    known.set(node, whole ?? null);
    return whole;
  }, first);
}

type Sides = readonly [left: Interval | undefined, right: Interval | undefined];

function multiplied(node: BinaryNode, [a, b]: Sides, sql: string): Interval | undefined {
  if ((a === undefined) === (b === undefined)) return undefined;
  const factor = a === undefined ? node.left : node.right;
  if (factor.kind === "number" && /^-?\d+$/.test(factor.text)) return times((a ?? b)!, BigInt(factor.text));
  throw sqlError(sql, node.at, "an INTERVAL can only be multiplied by a whole number that is a constant.");
}

function added(node: BinaryNode, [a, right]: Sides, sql: string): Interval | undefined {
  if (node.op !== "+" && node.op !== "-") return undefined;
  if (a === undefined || right === undefined) return undefined;
  const b = times(right, node.op === "-" ? -1n : 1n);
  const [months, micros] = [a.months + b.months, a.micros + b.micros];
  if (months !== 0n && micros !== 0n) {
    throw sqlError(sql, node.at, "an INTERVAL has years and months, or weeks and below, not both.");
  }
  return { months, micros, isDays: a.isDays && b.isDays };
}

function times({ months, micros, isDays }: Interval, factor: bigint): Interval {
  return { months: months * factor, micros: micros * factor, isDays };
}

/** Whether an expression is a constant INTERVAL. @throws {SfcrimeError} SQL, where it is one that cannot be. */
export function isInterval(node: ExpressionNode, sql: string): boolean {
  return intervalOf(node, sql) !== undefined;
}

/** `time ± INTERVAL …`, or undefined where no INTERVAL stands there. @throws {Refusal} */
export function movedByInterval(
  { op, left, right }: BinaryNode,
  sql: string,
  resolve: (node: ExpressionNode) => Expression,
): Expression | undefined {
  if (op !== "+" && op !== "-") return undefined;
  const behind = intervalOf(right, sql);
  if (behind !== undefined) return movedTime(resolve(left), times(behind, op === "-" ? -1n : 1n));
  const before = op === "+" ? intervalOf(left, sql) : undefined;
  return before && movedTime(resolve(right), before);
}

function movedTime(time: Expression, { months, micros, isDays }: Interval): Expression {
  if (time.type === "STRING") throw new Refusal("takes no STRING beside an INTERVAL; CAST it to a TIMESTAMP");
  if (time.type !== "DATE" && time.type !== "TIMESTAMP" && time.type !== "VOID") {
    throw new Refusal(`takes a DATE or a TIMESTAMP beside an INTERVAL, not ${typeName(time.type)}`);
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
  throw new Refusal("takes an INTERVAL of less than 2^31 days or months");
}
