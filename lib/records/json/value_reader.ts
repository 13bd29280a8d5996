/**
 * Reads the value of a field at the current token, as Spark's parser does: fields that do not fit leave the rest of a
 * STRUCT as it is, an element that does not fit makes all of its ARRAY not fit, and an entry all of its MAP. After an
 * error the tokens stand where Spark's parser stands.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Value } from "../data_type.ts";
import { scalarReader } from "./field_readers.ts";
import { BAD_FIELD, type FieldReader, type JsonToken, scalarOf } from "./json_token.ts";
import type { JsonTokens } from "./json_tokens.ts";
import { MALFORMED } from "./text/malformed.ts";
import { copyStructure } from "./text/copy_value.ts";

/** Whether all that has been read fits. */
export interface Fit {
  /** Whether a part of a value does not fit its type. The value has NULL in its place, or lacks it. */
  isPartial: boolean;
}

/**
 * Reads the value at the current token, or after it if that is a name.
 *
 * @returns {@link BAD_FIELD} if all of it does not fit.
 * @throws {@link MALFORMED} if it is not JSON.
 */
export type ValueReader = (tokens: JsonTokens, fit: Fit) => Value | typeof BAD_FIELD;

/** Makes the reader for values of a type that are no objects and no arrays. */
export type ScalarReaders = (type: DataType, zone: TimeZone) => FieldReader;

/** The reader for values of a type. @throws {SfcrimeError} CONFIG for a type that cannot be read from JSON. */
export function valueReader(
  type: DataType,
  zone: TimeZone,
  scalars: ScalarReaders = scalarReader,
): ValueReader {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "STRUCT":
        return structReader(
          type.fields.map(({ name, type: of }) => [name, valueReader(of, zone, scalars)] as const),
        );
      case "ARRAY":
        return arrayReader(valueReader(type.element, zone, scalars));
      case "MAP":
        return mapReader(valueReader(type.value, zone, scalars));
    }
  }
  return tokenReader(scalars(type, zone), type === "STRING");
}

/** @param isText Whether an object or array is read as its text. */
function tokenReader(read: FieldReader, isText: boolean): ValueReader {
  return (tokens) => {
    const token = readToken(tokens, isText);
    return token === null ? null : read(token);
  };
}

function structReader(readers: readonly (readonly [name: string, read: ValueReader])[]): ValueReader {
  const fields = new Map(readers.map(([name, read], index) => [name, { index, read }]));
  return (tokens, fit) => {
    const start = enter(tokens, "{");
    if (start !== true) return start;
    const values = new Array<Value>(readers.length).fill(null);
    while (isInside(tokens.next(), "}")) {
      const { name } = tokens;
      const field = name === undefined ? undefined : fields.get(name);
      if (field !== undefined) {
        const value = attempt(field.read, tokens, fit);
        if (value !== BAD_FIELD) values[field.index] = value;
      }
      tokens.skipChildren();
    }
    return values;
  };
}

function arrayReader(read: ValueReader): ValueReader {
  return (tokens, fit) => {
    const start = enter(tokens, "[");
    if (start !== true) return start;
    const values: Value[] = [];
    while (isInside(tokens.next(), "]")) {
      const value = read(tokens, fit);
      if (value === BAD_FIELD) return value;
      values.push(value);
    }
    return values;
  };
}

/** A key may be there more than once. */
function mapReader(read: ValueReader): ValueReader {
  return (tokens, fit) => {
    const start = enter(tokens, "{");
    if (start !== true) return start;
    const entries: Value[][] = [];
    let fits = true;
    while (isInside(tokens.next(), "}")) {
      const { name = "" } = tokens;
      const value = attempt(read, tokens, fit);
      if (value === BAD_FIELD) {
        fits = false;
        tokens.skipChildren();
      } else entries.push([name, value]);
    }
    return fits ? entries : BAD_FIELD;
  };
}

/** Reads a value; one that is not JSON does not fit. */
function attempt(read: ValueReader, tokens: JsonTokens, fit: Fit): Value | typeof BAD_FIELD {
  let value: Value | typeof BAD_FIELD = BAD_FIELD;
  try {
    value = read(tokens, fit);
  } catch (error) {
    if (error !== MALFORMED) throw error;
  }
  if (value === BAD_FIELD) fit.isPartial = true;
  return value;
}

/** Whether the value at the current token is a structure; NULL or BAD_FIELD if it is not. */
function enter(tokens: JsonTokens, opening: "{" | "["): true | null | typeof BAD_FIELD {
  if (tokens.current === "name") tokens.next();
  if (tokens.current === opening) return true;
  return tokens.current === undefined || tokens.current === "null" ? null : BAD_FIELD;
}

/** Whether a token is inside of the structure that ends with a bracket. */
function isInside(token: JsonTokens["current"], end: "}" | "]"): boolean {
  return token !== undefined && token !== end;
}

/** The value at the current token, or after it if that is a name. */
function readToken(tokens: JsonTokens, isText: boolean): JsonToken | null {
  if (tokens.current === "name") tokens.next();
  switch (tokens.current) {
    case undefined:
    case "null":
      return null;
    case "{":
    case "[":
      return { kind: "structure", text: isText ? copyStructure(tokens) : "" };
    case "}":
    case "]":
    case "name":
      throw MALFORMED;
    default:
      return scalarOf(tokens.current, tokens.value);
  }
}
