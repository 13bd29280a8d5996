/**
 * Encodes values of known types as JSON, for state and for keys. JSON cannot represent BIGINT, NaN or −0, so numbers that
 * it would change are written as strings.
 */
import { Buffer } from "node:buffer";
import type { DataType, Value } from "../data_type.ts";
import { isDuration } from "../types/interval_types.ts";
import { type Micros, microsFromJson, microsToJson } from "./micros.ts";

/** Encodes and decodes the values of some columns. */
export interface ValuesCodec {
  encode(values: readonly Value[]): string;
  decode(text: string): Value[];
}

type Json = null | string | number | boolean | readonly Json[];

interface Conversion {
  /** Whether each value is its own JSON, unless it holds a bigint. */
  readonly isPlain: boolean;
  readonly toJson: (value: Value) => Json;
  readonly fromJson: (json: Json) => Value;
}

/**
 * A codec for columns of the given types. Equal values have equal encodings, so these can be used as keys.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * const codec = valuesCodec(["STRING", "BIGINT", "DOUBLE"]);
 * deepEqual(codec.encode(["a", 5n, NaN]), '["a","5","NaN"]');
 * deepEqual(codec.decode('["a","5","NaN"]'), ["a", 5n, NaN]);
 * ```
 */
export function valuesCodec(types: readonly DataType[]): ValuesCodec {
  const { isPlain, toJson, fromJson } = listOf(types.map(conversionOf));
  return {
    encode: (values) =>
      JSON.stringify(isPlain && !values.some(holdsBigint) ? values : toJson(values as Value)),
    decode: (text) => fromJson(JSON.parse(text) as Json) as Value[],
  };
}

function holdsBigint(value: Value): boolean {
  return typeof value === "bigint" || (Array.isArray(value) && value.some(holdsBigint));
}

const PLAIN: Conversion = {
  isPlain: true,
  toJson: (value) => value as Json,
  fromJson: (json) => json as Value,
};

const WHOLE: Conversion = {
  isPlain: false,
  toJson: (value) => value === null ? null : String(value),
  fromJson: (json) => json === null ? null : BigInt(json as string),
};

const TIME: Conversion = {
  isPlain: true,
  toJson: (value) => value === null ? null : microsToJson(value as Micros),
  fromJson: (json) => json === null ? null : microsFromJson(json as number | string),
};

const FLOATING: Conversion = {
  isPlain: false,
  toJson(value) {
    if (typeof value !== "number") return value as Json;
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? value : String(value);
  },
  fromJson: (json) => json === null ? null : Number(json),
};

/** Bytes as base64. */
const BYTES: Conversion = {
  isPlain: false,
  toJson: (value) => value === null ? null : Buffer.from(value as Uint8Array).toString("base64"),
  fromJson: (json) => json === null ? null : Uint8Array.from(Buffer.from(json as string, "base64")),
};

function conversionOf(type: DataType): Conversion {
  if (typeof type === "string") {
    if (type === "BIGINT" || isDuration(type)) return WHOLE;
    if (type === "INTERVAL") return listOf([PLAIN, PLAIN, WHOLE]);
    if (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ") return TIME;
    if (type === "BINARY") return BYTES;
    return type === "DOUBLE" || type === "FLOAT" ? FLOATING : PLAIN;
  }
  switch (type.kind) {
    case "DECIMAL":
      return WHOLE;
    case "ARRAY": {
      const element = conversionOf(type.element);
      return listOf([element], () => element);
    }
    case "MAP": {
      const entry = listOf([conversionOf(type.key), conversionOf(type.value)]);
      return listOf([entry], () => entry);
    }
    case "STRUCT":
      return listOf(type.fields.map((field) => conversionOf(field.type)));
  }
}

/** @param items The conversions that `at` returns for the items of a list. */
function listOf(items: readonly Conversion[], at = (index: number) => items[index]!): Conversion {
  if (items.every((item) => item === PLAIN)) return PLAIN;
  return {
    isPlain: items.every((item) => item.isPlain),
    toJson: (value) =>
      value === null ? null : (value as readonly Value[]).map((item, index) => at(index).toJson(item)),
    fromJson: (json) =>
      json === null ? null : (json as readonly Json[]).map((item, index) => at(index).fromJson(item)),
  };
}
