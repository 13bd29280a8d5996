/**
 * The types of JSON values, as Spark infers them (`schema_of_json`, and reading JSON without a schema): whole numbers
 * are BIGINT or, if they are too large, DECIMAL; other numbers DOUBLE; what differs from value to value is STRING. An
 * empty text is taken for an absent value. Source: Spark's JsonInferSchema.
 */
import { type Column, type DataType, DECIMAL_PRECISION_MAX, sameType } from "../data_type.ts";
import type { DecimalType } from "../values/decimal.ts";

/** A number as it is written. */
class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value whose numbers are as they are written. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** The digits of a BIGINT as a DECIMAL. */
const LONG_DIGITS = 20;

/** Parses JSON; undefined if it is not valid, or not an object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as JsonValue;
    return value instanceof Map ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Called for the parts of a value before the value itself. */
function reviver(_key: string, value: unknown, { source }: { readonly source?: string }): JsonValue {
  if (typeof value === "number") return new JsonNumber(source!);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? new Map(Object.entries(value as Record<string, JsonValue>)) : value as JsonValue;
}

/** The type of a value; VOID for null. */
export function typeOf(value: JsonValue): DataType {
  if (value === null || value === "") return "VOID";
  if (typeof value === "string") return "STRING";
  if (typeof value === "boolean") return "BOOLEAN";
  if (value instanceof Map) {
    return { kind: "STRUCT", fields: [...value].map(([name, of]) => ({ name, type: typeOf(of) })) };
  }
  if (value instanceof JsonNumber) return typeOfNumber(value.text);
  return { kind: "ARRAY", element: (value as readonly JsonValue[]).map(typeOf).reduce(mergedType, "VOID") };
}

/** The type of a number, as it is written. */
export function typeOfNumber(text: string): DataType {
  if (!/^-?\d+$/.test(text)) return "DOUBLE";
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) return "BIGINT";
  const digits = value.toString().replace("-", "").length;
  return digits <= DECIMAL_PRECISION_MAX ? { kind: "DECIMAL", precision: digits, scale: 0 } : "DOUBLE";
}

/** The type of values that have either of two types. */
export function mergedType(left: DataType, right: DataType): DataType {
  if (left === "VOID") return right;
  if (right === "VOID" || sameType(left, right)) return left;
  const [one, other] = [asDecimal(left), asDecimal(right)];
  if (one !== undefined && other !== undefined) return widerDecimal(one, other);
  if (left === "DOUBLE" && other !== undefined || right === "DOUBLE" && one !== undefined) return "DOUBLE";
  if (typeof left === "object" && typeof right === "object") {
    if (left.kind === "STRUCT" && right.kind === "STRUCT") {
      return { kind: "STRUCT", fields: mergedFields(left.fields, right.fields) };
    }
    if (left.kind === "ARRAY" && right.kind === "ARRAY") {
      return { kind: "ARRAY", element: mergedType(left.element, right.element) };
    }
  }
  return "STRING";
}

/** The fields of both, in the order in which they were first seen. */
function mergedFields(left: readonly Column[], right: readonly Column[]): Column[] {
  const types = new Map(left.map(({ name, type }) => [name, type]));
  for (const { name, type } of right) types.set(name, mergedType(types.get(name) ?? "VOID", type));
  return [...types].map(([name, type]) => ({ name, type }));
}

function asDecimal(type: DataType): DecimalType | undefined {
  if (type === "BIGINT") return { kind: "DECIMAL", precision: LONG_DIGITS, scale: 0 };
  return typeof type === "object" && type.kind === "DECIMAL" ? type : undefined;
}

function widerDecimal(left: DecimalType, right: DecimalType): DataType {
  const scale = Math.max(left.scale, right.scale);
  const precision = Math.max(left.precision - left.scale, right.precision - right.scale) + scale;
  return precision <= DECIMAL_PRECISION_MAX ? { kind: "DECIMAL", precision, scale } : "DOUBLE";
}

/**
 * A type of which no value is left unknown: what was always null is a STRING, and an object without fields is none; it is
 * undefined.
 */
export function knownType(type: DataType): DataType | undefined {
  if (type === "VOID") return "STRING";
  if (typeof type === "string") return type;
  switch (type.kind) {
    case "ARRAY": {
      const element = knownType(type.element);
      return element && { kind: "ARRAY", element };
    }
    case "STRUCT": {
      const fields = type.fields.flatMap(({ name, type }) => {
        const known = knownType(type);
        return known === undefined || name === "" ? [] : [{ name, type: known }];
      });
      return fields.length === 0 ? undefined : { kind: "STRUCT", fields };
    }
    default:
      return type;
  }
}
