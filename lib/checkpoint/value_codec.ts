/**
 * Encodes values of known types as JSON, for state. JSON cannot represent BIGINT, NaN or −0, so numbers that
 * it would change are written as strings.
 */
import type { DataType, Value } from "../records/data_type.ts";

/** Encodes and decodes the values of some columns. */
export interface ValuesCodec {
  encode(values: readonly Value[]): string;
  decode(text: string): Value[];
}

type Json = null | string | number | boolean | readonly Json[];

interface Conversion {
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
  const conversions = types.map(conversionOf);
  if (conversions.every((conversion) => conversion === PLAIN)) {
    return { encode: (values) => JSON.stringify(values), decode: (text) => JSON.parse(text) as Value[] };
  }
  return {
    encode: (values) => JSON.stringify(values.map((value, index) => conversions[index]!.toJson(value))),
    decode: (text) =>
      (JSON.parse(text) as readonly Json[]).map((json, index) => conversions[index]!.fromJson(json)),
  };
}

const PLAIN: Conversion = { toJson: (value) => value as Json, fromJson: (json) => json as Value };

const WHOLE: Conversion = {
  toJson: (value) => value === null ? null : String(value),
  fromJson: (json) => json === null ? null : BigInt(json as string),
};

const FLOATING: Conversion = {
  toJson(value) {
    if (typeof value !== "number") return value as Json;
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? value : String(value);
  },
  fromJson: (json) => json === null ? null : Number(json),
};

function conversionOf(type: DataType): Conversion {
  if (typeof type === "string") {
    if (type === "BIGINT") return WHOLE;
    return type === "DOUBLE" || type === "FLOAT" ? FLOATING : PLAIN;
  }
  switch (type.kind) {
    case "DECIMAL":
      return WHOLE;
    case "ARRAY":
      return listOf(() => conversionOf(type.element));
    case "STRUCT": {
      const fields = type.fields.map((field) => conversionOf(field.type));
      return fields.every((field) => field === PLAIN) ? PLAIN : listOf((index) => fields[index]!);
    }
  }
}

function listOf(conversionAt: (index: number) => Conversion): Conversion {
  return {
    toJson: (value) =>
      value === null
        ? null
        : (value as readonly Value[]).map((item, index) => conversionAt(index).toJson(item)),
    fromJson: (json) =>
      json === null
        ? null
        : (json as readonly Json[]).map((item, index) => conversionAt(index).fromJson(item)),
  };
}
