/** The columns of a sample of records, and how many of them have each field. */
import { UTC } from "../../base/time_zone.ts";
import { type Column, type DataType } from "../data_type.ts";
import { parseTimestamp } from "../values/timestamp.ts";
import { type JsonObject, type JsonValue, knownType, mergedType, parseObject, typeOf } from "./json_type.ts";

/** A field of the records, also of objects inside of them. */
export interface SeenField {
  /** The names on the way to it. */
  readonly path: readonly string[];
  readonly type: DataType;
  /** The records in which it has a value that is not null. */
  readonly records: number;
}

/** See the module's description. */
export class RecordSchema {
  #type: DataType = { kind: "STRUCT", fields: [] };
  #objects = 0;
  #others = 0;
  /** By the path as JSON. */
  readonly #counts = new Map<string, number>();
  /** How many of them are texts of times. */
  readonly #times = new Map<string, number>();

  /** Looks at the value of a record. */
  add(text: string | null): void {
    const record = text === null ? undefined : parseObject(text);
    if (record === undefined) {
      this.#others++;
      return;
    }
    this.#objects++;
    this.#type = mergedType(this.#type, typeOf(record));
    this.#count(record, []);
  }

  /** The records that are JSON objects. */
  get objects(): number {
    return this.#objects;
  }

  /** The records that are not. */
  get others(): number {
    return this.#others;
  }

  /** The columns, in the order in which they were first seen. */
  get columns(): readonly Column[] {
    const known = knownType(this.#type);
    return typeof known === "object" && known.kind === "STRUCT" ? known.fields : [];
  }

  /** All fields, those of an object after it. */
  get fields(): readonly SeenField[] {
    const seen = (path: readonly string[], columns: readonly Column[]): SeenField[] =>
      columns.flatMap(({ name, type }) => {
        const at = [...path, name];
        const inner = typeof type === "object" && type.kind === "STRUCT" ? seen(at, type.fields) : [];
        return [{ path: at, type, records: this.#counts.get(JSON.stringify(at)) ?? 0 }, ...inner];
      });
    return seen([], this.columns);
  }

  /** Whether there is a field all of whose values are texts that are read as a TIMESTAMP, with a day. */
  get hasTime(): boolean {
    return [...this.#times].some(([path, times]) => times === this.#counts.get(path));
  }

  #count(object: JsonObject, path: readonly string[]): void {
    for (const [name, value] of object) {
      if (value === null) continue;
      const at = [...path, name];
      const key = JSON.stringify(at);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      if (isTime(value)) this.#times.set(key, (this.#times.get(key) ?? 0) + 1);
      if (isObject(value)) this.#count(value, at);
    }
  }
}

/** Spark also takes a year alone, and a time of the current day. */
function isTime(value: JsonValue): boolean {
  return typeof value === "string" && /^\d{4}-\d\d?-\d/.test(value) && parseTimestamp(value, UTC) !== null;
}

function isObject(value: JsonValue): value is JsonObject {
  return value instanceof Map;
}
