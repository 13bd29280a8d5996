/** INTERVAL literals: their types and values, and their text in Spark. */
import {
  fieldsOfInterval,
  INTERVAL_FIELDS,
  type IntervalField,
  intervalOfFields,
  isMonths,
  type MonthInterval,
  type TimeInterval,
} from "../../records/types/interval_types.ts";
import {
  FIELD_MICROS,
  fitted,
  intervalText,
  readIntervalFields,
  type SqlIntervalValue,
} from "../../records/values/interval_text.ts";
import { withoutControls } from "../../records/values/trimmed.ts";
import type { Expression } from "../plan.ts";
import type { IntervalNode } from "./ast.ts";

/** What a literal stands for. */
interface IntervalLiteral {
  readonly type: MonthInterval | TimeInterval;
  readonly value: SqlIntervalValue;
}

/** The months or microseconds in a unit, and the field that it belongs to. */
const UNITS: Readonly<Record<string, readonly [length: bigint, field: IntervalField]>> = {
  year: [12n, "YEAR"],
  month: [1n, "MONTH"],
  week: [7n * FIELD_MICROS.DAY, "DAY"],
  day: [FIELD_MICROS.DAY, "DAY"],
  hour: [FIELD_MICROS.HOUR, "HOUR"],
  minute: [FIELD_MICROS.MINUTE, "MINUTE"],
  second: [FIELD_MICROS.SECOND, "SECOND"],
  millisecond: [1_000n, "SECOND"],
  microsecond: [1n, "SECOND"],
};

const PART = /^\s*([+-]?)\s*(?:(\d+)(?:\.(\d{0,9}))?|\.(\d{1,9}))\s+([a-z]+?)s?(?=\s|$)/i;
const MICRO_DIGITS = 6;
const TOO_LONG = "is too long";

/** The literal of a node, or what is wrong with it, as the end of a sentence. */
export function intervalLiteral({ text, fields }: IntervalNode): IntervalLiteral | string {
  if (fields === null) return literalOfUnits(text);
  const type = intervalOfFields(...fields);
  if (type === undefined || fields[0] === fields[1]) return `has no fields ${fields.join(" TO ")}`;
  const value = readIntervalFields(withSign(text), type);
  return value === undefined ? `'${text}' does not have the fields ${fields.join(" TO ")}` : { type, value };
}

/** A text whose sign was written before its quotes is without two signs. */
function withSign(text: string): string {
  const [, before, rest] = /^([+-]?)(.*)$/s.exec(text) as unknown as [string, string, string];
  if (!/^[+-]/.test(rest)) return before + rest;
  return (before === "-") === rest.startsWith("-") ? rest.slice(1) : `-${rest.slice(1)}`;
}

function literalOfUnits(text: string): IntervalLiteral | string {
  let rest = withoutControls(text).replace(/^interval(?=\s)/i, "");
  let length = 0n;
  const written: IntervalField[] = [];
  while (rest.trim() !== "") {
    const [whole, sign, count = "0", fraction, bareFraction, unit = ""] = PART.exec(rest) ?? [];
    if (whole === undefined) return `'${text.trim()}' is invalid`;
    const name = unit.toLowerCase();
    const known = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
    if (known === undefined) return `does not support the unit ${unit}`;
    const digits = fraction ?? bareFraction;
    if (digits !== undefined && name !== "second") {
      return `supports a fraction only for seconds, not for ${name}s`;
    }
    const size = BigInt(count) * known[0] +
      BigInt((digits ?? "").slice(0, MICRO_DIGITS).padEnd(MICRO_DIGITS, "0"));
    length += sign === "-" ? -size : size;
    written.push(known[1]);
    rest = rest.slice(whole.length);
  }
  return typed(length, written);
}

function typed(length: bigint, written: readonly IntervalField[]): IntervalLiteral | string {
  const fields = INTERVAL_FIELDS.filter((field) => written.includes(field));
  const [first, last] = [fields[0], fields.at(-1)];
  if (first === undefined || last === undefined) {
    return "requires a number and a unit, such as INTERVAL 10 MINUTES";
  }
  const type = intervalOfFields(first, last);
  if (type === undefined) return "cannot mix years and months with smaller units";
  const value = fitted(length, type);
  return value === undefined ? TOO_LONG : { type, value };
}

/** A literal as Spark writes it in a column name: `INTERVAL '1 02' DAY TO HOUR`. */
export function intervalName(node: IntervalNode): string {
  const literal = intervalLiteral(node);
  return typeof literal === "string" ? `INTERVAL '${node.text}'` : intervalText(literal.value, literal.type);
}

/** A value of an interval as a literal of a plan. */
export function intervalExpression(
  value: SqlIntervalValue,
  type: MonthInterval | TimeInterval,
): Expression & { readonly kind: "literal" } {
  return { kind: "literal", value: typeof value === "bigint" ? String(value) : value, type };
}

/** The value of a literal of a plan; undefined if an expression is none, or NULL. */
export function intervalValue(expression: Expression): bigint | undefined {
  if (expression.kind !== "literal" || expression.value === null) return undefined;
  return BigInt(expression.value as string | number);
}

/** Whether an interval has days as its only field, so that a DATE that it is added to stays one. */
export function isOfDays(type: MonthInterval | TimeInterval): boolean {
  return !isMonths(type) && fieldsOfInterval(type).every((field) => field === "DAY");
}
