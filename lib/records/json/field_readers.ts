/**
 * Converts JSON values to the types of columns, as Spark's `from_json` in PERMISSIVE mode. A value that
 * cannot be converted is a bad field, never an error.
 */
import { Buffer } from "node:buffer";
import { type DataType, typeName, type Value } from "../data_type.ts";
import { type DecimalType, parseDecimal } from "../values/decimal.ts";
import { isIntervalType } from "../types/interval_types.ts";
import { parseAnyInterval } from "../values/interval_text.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { BAD_FIELD, type FieldReader, type JsonToken, tokenJson } from "./json_token.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { readFloat } from "../values/floating_text.ts";
import { MICROS_PER_SECOND, microsOf } from "../values/micros.ts";
import { parseDate, parseTimestamp, parseUnzonedTimestamp } from "../values/timestamp.ts";

/**
 * The reader for values of the given type that are no objects and no arrays; of types that have only those, no value
 * fits.
 *
 * @throws {SfcrimeError} INTERNAL for a type that cannot be read from JSON.
 */
export function scalarReader(type: DataType, zone: TimeZone): FieldReader {
  if (typeof type !== "string") {
    return type.kind === "DECIMAL" ? (token) => readDecimal(token, type) : () => BAD_FIELD;
  }
  switch (type) {
    case "STRING":
      return readString;
    case "TIMESTAMP":
      return (token) => readTimestamp(token, zone);
    case "TIMESTAMP_NTZ":
      return (token) => token.kind === "string" ? parseUnzonedTimestamp(token.text) ?? BAD_FIELD : BAD_FIELD;
    case "DATE":
      return readDate;
    case "TINYINT":
      return readTiny;
    case "SMALLINT":
      return (token) => readWhole(token, 16);
    case "INT":
      return (token) => readWhole(token, 32);
    case "BIGINT":
      return readBigint;
    case "FLOAT":
      return readSingle;
    case "DOUBLE":
      return readDouble;
    case "BINARY":
      return readBinary;
    case "BOOLEAN":
      return (token) => token.kind === "boolean" ? token.value : BAD_FIELD;
    default:
      if (isIntervalType(type)) return (token) => readInterval(token, type);
      throw new SfcrimeError("INTERNAL", `Type ${typeName(type)} cannot be read from JSON.`);
  }
}

/** Any JSON value can be read as a string: a string as its text, anything else as JSON. */
function readString(token: JsonToken): Value {
  const text = token.kind === "string" ? token.text : tokenJson(token);
  return text.isWellFormed() ? text : replaceLoneSurrogates(text);
}

/** A lone surrogate has no UTF-8 encoding; Java writes a question mark for it. */
function replaceLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "?");
}

/** Groups of four characters, with white space before each of them. */
const BASE64 = /^[\0- ]*(?:(?:[A-Za-z\d+/]{4}|[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)[\0- ]*)*$/;

/** Bytes are in base64; there may be several texts of it. */
function readBinary(token: JsonToken): Value | typeof BAD_FIELD {
  if (token.kind !== "string" || !BASE64.test(token.text)) return BAD_FIELD;
  const texts = token.text.match(/[A-Za-z\d+/]+=*/g) ?? [];
  return Uint8Array.from(Buffer.concat(texts.map((text) => Buffer.from(text, "base64"))));
}

function readTimestamp(token: JsonToken, zone: TimeZone): Value | typeof BAD_FIELD {
  if (token.kind === "string") return parseTimestamp(token.text, zone) ?? BAD_FIELD;
  const seconds = longOf(token);
  if (seconds === undefined) return BAD_FIELD;
  return microsOf(BigInt.asIntN(64, seconds * BigInt(MICROS_PER_SECOND)));
}

function readDate(token: JsonToken): Value | typeof BAD_FIELD {
  return token.kind === "string" ? parseDate(token.text) ?? BAD_FIELD : BAD_FIELD;
}

function readInterval(token: JsonToken, type: DataType): Value | typeof BAD_FIELD {
  return token.kind === "string" ? parseAnyInterval(token.text, type) ?? BAD_FIELD : BAD_FIELD;
}

function readWhole(token: JsonToken, bits: number): Value | typeof BAD_FIELD {
  if (token.kind !== "whole") return BAD_FIELD;
  const value = Number(token.text);
  const limit = 2 ** (bits - 1);
  return value >= -limit && value < limit ? value + 0 : BAD_FIELD;
}

/** Of numbers that take eight bits without a sign, the bits are taken, as Spark's parser does. */
function readTiny(token: JsonToken): Value | typeof BAD_FIELD {
  const value = readWhole(token, 16);
  if (typeof value !== "number" || value < -128 || value > 255) return BAD_FIELD;
  return value > 127 ? value - 256 : value;
}

function readBigint(token: JsonToken): Value | typeof BAD_FIELD {
  return longOf(token) ?? BAD_FIELD;
}

/** A token as a 64-bit integer, or undefined if it is not one. */
function longOf(token: JsonToken): bigint | undefined {
  if (token.kind !== "whole") return undefined;
  const value = BigInt(token.text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function readDecimal(token: JsonToken, type: DecimalType): Value | typeof BAD_FIELD {
  switch (token.kind) {
    case "whole":
    case "fraction":
      return parseDecimal(token.text, type) ?? BAD_FIELD;
    case "string":
      // Commas are thousands separators, in any position.
      return parseDecimal(token.text.replaceAll(",", ""), type) ?? BAD_FIELD;
    default:
      return BAD_FIELD;
  }
}

const NOT_FINITE_WORDS: Readonly<Record<string, number>> = {
  NaN,
  Infinity,
  "+INF": Infinity,
  "+Infinity": Infinity,
  "-INF": -Infinity,
  "-Infinity": -Infinity,
};

function readDouble(token: JsonToken): number | typeof BAD_FIELD {
  switch (token.kind) {
    case "whole":
      return token.text === "-0" ? 0 : Number(token.text);
    case "fraction":
      return Number(token.text);
    case "not-finite":
      return token.value;
    case "string":
      return NOT_FINITE_WORDS[token.text] ?? BAD_FIELD;
    default:
      return BAD_FIELD;
  }
}

function readSingle(token: JsonToken): number | typeof BAD_FIELD {
  if (token.kind === "fraction") return readFloat(token.text) ?? BAD_FIELD;
  const value = token.kind === "whole" && token.text !== "-0" ? readFloat(token.text)! : readDouble(token);
  return typeof value === "number" ? Math.fround(value) : value;
}
