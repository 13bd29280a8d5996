/**
 * Reads lines that `lib/sinks/rows/json_lines.ts` has written, back into the values of their rows. It takes what that
 * writes, and nothing else: records, which may be anything, are read by `lib/records/`.
 */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../records/data_type.ts";
import { compactTokens } from "../../records/json/text/compact_tokens.ts";
import { parseDecimal } from "../../records/values/decimal.ts";
import { readFloat } from "../../records/values/floating_text.ts";
import { isDuration, isIntervalType, isMonths } from "../../records/types/interval_types.ts";
import { parseAnyInterval } from "../../records/values/interval_text.ts";
import { microsOf } from "../../records/values/micros.ts";
import { parseDate, parseLocalTimestamp, parseTimestamp } from "../../records/values/timestamp.ts";

/**
 * A parsed line. Numbers are their texts: they may have more digits than a number can. The members of an object keep
 * their order, which those of a JavaScript object would not if they look like integers.
 */
type Json = null | boolean | string | readonly Json[] | JsonObject;

interface JsonObject {
  readonly members: readonly (readonly [name: string, value: Json])[];
}

/** A reader of the lines of rows with a schema. */
export function jsonRowReader(schema: Schema, zone: TimeZone): (line: string) => Row {
  return (line) => fieldsOf(parse(line) as JsonObject, schema, zone);
}

function parse(text: string): Json {
  return jsonOf(compactTokens(text).values());
}

/** Reads the value of which the token is the first. */
function jsonOf(tokens: Iterator<string>, token = take(tokens)): Json {
  switch (token) {
    case "{": {
      const members: [string, Json][] = [];
      for (let name = take(tokens); name !== "}"; name = take(tokens)) {
        if (name === ",") name = take(tokens);
        take(tokens);
        members.push([JSON.parse(name) as string, jsonOf(tokens)]);
      }
      return { members };
    }
    case "[": {
      const elements: Json[] = [];
      for (let next = take(tokens); next !== "]"; next = take(tokens)) {
        elements.push(next === "," ? jsonOf(tokens) : jsonOf(tokens, next));
      }
      return elements;
    }
    case "true":
    case "false":
      return token === "true";
    case "null":
      return null;
    default:
      return token.startsWith('"') ? JSON.parse(token) as string : token;
  }
}

function take(tokens: Iterator<string>): string {
  return tokens.next().value as string;
}

function fieldsOf({ members }: JsonObject, schema: Schema, zone: TimeZone): Value[] {
  const values = new Map(members);
  return schema.map(({ name, type }) => valueOf(values.get(name) ?? null, type, zone));
}

function valueOf(json: Json, type: DataType, zone: TimeZone): Value {
  if (json === null) return null;
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return parseDecimal(json as string, type) ?? null;
      case "ARRAY":
        return (json as readonly Json[]).map((element) => valueOf(element, type.element, zone));
      case "MAP":
        return (json as JsonObject).members
          .map(([key, item]) => [keyOf(key, type.key, zone), valueOf(item, type.value, zone)]);
      case "STRUCT":
        return fieldsOf(json as JsonObject, type.fields, zone);
    }
  }
  switch (type) {
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "DOUBLE":
      return Number(json);
    case "FLOAT":
      return readFloat(json as string) ?? null;
    case "BIGINT":
      return BigInt(json as string);
    case "TIMESTAMP":
      return parseTimestamp(json as string, zone) ?? null;
    case "TIMESTAMP_NTZ":
      return parseLocalTimestamp(json as string) ?? null;
    case "DATE":
      return parseDate(json as string) ?? null;
    case "BINARY":
      return bytesOf(json as string);
    default:
      return isIntervalType(type) ? parseAnyInterval(json as string, type) ?? null : json as Value;
  }
}

/** The key of a MAP by its text. */
function keyOf(text: string, type: DataType, zone: TimeZone): Value {
  switch (type) {
    case "STRING":
      return text;
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return microsOf(BigInt(text));
    case "DATE":
      return Number(text);
    case "BINARY":
      return bytesOf(text);
    case "BOOLEAN":
      return text === "true";
    default: {
      if (isMonths(type)) return Number(text);
      if (isDuration(type)) return BigInt(text);
      const isNested = typeof type !== "string" && type.kind !== "DECIMAL";
      return valueOf(isNested ? parse(text) : text, type, zone);
    }
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}
