/** The types and values of number and time literals. */
import type { SfcrimeError } from "../../base/errors.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type DataType, DECIMAL_PRECISION_MAX, typeName } from "../../records/data_type.ts";
import type { DecimalType } from "../../records/values/decimal.ts";
import { microsToJson } from "../../records/values/micros.ts";
import { parseDate, parseLocalTimestamp, parseTimestamp } from "../../records/values/timestamp.ts";
import type { ExpressionNode } from "./ast.ts";
import type { Expression } from "../plan.ts";
import { sqlError } from "./sql_error.ts";

interface LiteralContext {
  readonly sql: string;
  readonly zone: TimeZone;
}

const SUFFIX_TYPES: Readonly<Record<string, DataType>> = {
  L: "BIGINT",
  S: "SMALLINT",
  Y: "TINYINT",
  D: "DOUBLE",
  F: "FLOAT",
};

const RANGES: readonly (readonly [DataType, bigint])[] = [
  ["TINYINT", 2n ** 7n],
  ["SMALLINT", 2n ** 15n],
  ["INT", 2n ** 31n],
  ["BIGINT", 2n ** 63n],
];

/** A number; `refuse` makes the error if it is out of range for the type of its suffix. */
export function numberLiteral(
  text: string,
  suffix: string,
  refuse: (problem: string) => SfcrimeError,
): Expression {
  const type = SUFFIX_TYPES[suffix];
  if (type === "DOUBLE" || type === "FLOAT" || (suffix === "" && /e/i.test(text))) {
    const value = type === "FLOAT" ? Math.fround(Number(text)) : Number(text);
    if (!isInRange(text, type ?? "DOUBLE")) {
      throw refuse(`numeric literal ${text} is outside the valid range for ${typeName(type ?? "DOUBLE")}.`);
    }
    return { kind: "literal", value, type: type ?? "DOUBLE" };
  }
  const isWhole = /^-?\d+$/.test(text);
  if (!isWhole || suffix === "BD") return fittingDecimal(text, refuse);
  const value = BigInt(text);
  const range = RANGES.find(([candidate, limit]) =>
    (type === undefined ? candidate === "INT" || candidate === "BIGINT" : candidate === type) &&
    value >= -limit && value < limit
  );
  if (range !== undefined) {
    return { kind: "literal", value: range[0] === "BIGINT" ? text : Number(text), type: range[0] };
  }
  if (type !== undefined) {
    throw refuse(`numeric literal ${text} is outside the valid range for ${typeName(type)}.`);
  }
  return fittingDecimal(text, refuse);
}

/** The largest FLOAT. Its shortest text, 3.4028235E38, is slightly larger, and Spark rejects it as well. */
const FLOAT_MAX = 3.4028234663852886e38;

function isInRange(text: string, type: DataType): boolean {
  const value = Math.abs(Number(text));
  return type === "FLOAT" ? value <= FLOAT_MAX : Number.isFinite(value);
}

function fittingDecimal(text: string, refuse: (problem: string) => SfcrimeError): Expression {
  const literal = decimalLiteral(text);
  const { precision, scale } = literal.type;
  if (precision <= DECIMAL_PRECISION_MAX && scale <= DECIMAL_PRECISION_MAX) return literal;
  throw refuse(
    `the precision of ${text} exceeds the maximum precision of a DECIMAL, ${DECIMAL_PRECISION_MAX}.`,
  );
}

/** A number with a decimal point is a DECIMAL with the precision and scale of its digits. */
export function decimalLiteral(
  text: string,
): { readonly kind: "literal"; readonly value: string; readonly type: DecimalType } {
  const [mantissa, exponent] = text.toLowerCase().split("e") as [string, string | undefined];
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".") as [string, string | undefined];
  const scale = Math.max(0, fraction.length - Number(exponent ?? 0));
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, "") +
    "0".repeat(Math.max(0, Number(exponent ?? 0) - fraction.length));
  const precision = Math.max(digits.length, scale);
  const sign = text.startsWith("-") ? "-" : "";
  return { kind: "literal", value: `${sign}${digits}`, type: { kind: "DECIMAL", precision, scale } };
}

/** `DATE '…'` or `TIMESTAMP '…'`. @throws {SfcrimeError} SQL, if the text is invalid. */
export function timeLiteral(
  node: ExpressionNode & { kind: "typed" },
  { sql, zone }: LiteralContext,
): Expression {
  const value = node.type === "DATE"
    ? parseDate(node.value)
    : node.type === "TIMESTAMP_NTZ"
    ? parseLocalTimestamp(node.value)
    : parseTimestamp(node.value, zone);
  if (value === null) {
    throw sqlError(sql, node.at, `the value of the ${node.type} literal is invalid: '${node.value}'.`);
  }
  return { kind: "literal", value: microsToJson(value), type: node.type as DataType };
}
