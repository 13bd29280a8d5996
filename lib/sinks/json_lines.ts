/**
 * Rows as lines of JSON, gathered as bytes. Values come again and again, so the bytes of a member, which are its
 * name and its value, are kept and copied: no text is made of a value that was written a moment ago.
 */
import { WRITTEN_MEMBERS_MAX } from "../base/bounds.ts";
import { LruCache } from "../base/lru_cache.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Column, DataType, Row, Schema, Value } from "../records/data_type.ts";
import { jsonValueWriter } from "./json_row.ts";

/** Values of these types are looked up by what they are; of numbers, 0.0 and −0.0 would be the same. */
const KEPT_TYPES: readonly DataType[] = ["STRING", "TIMESTAMP", "DATE"];
/** Longer members come again too seldom. */
const KEPT_BYTES_MAX = 128;
/** After so many look-ups it is decided whether keeping pays. */
const TRIAL_LOOKUPS = 20_000;
/** Of which so many at least must have been hits. */
const HIT_SHARE_MIN = 0.3;
const BYTES_FIRST = 4_096;

const utf8 = new TextEncoder();

/** See the module's description. */
export class JsonLines {
  readonly #members: readonly WrittenMembers[];
  #bytes = new Uint8Array();
  #length = 0;
  #rowCount = 0;

  constructor(schema: Schema, zone: TimeZone) {
    this.#members = schema.map((column, index) => new WrittenMembers(column, index === 0, zone));
  }

  /** Rows gathered since the last call of {@link take}. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of the lines gathered since then. */
  get byteCount(): number {
    return this.#length;
  }

  /** Adds a row. @param end What comes behind its columns, the end of the line included; see {@link lineEnd}. */
  add(row: Row, end: Uint8Array): void {
    for (let index = 0; index < this.#members.length; index++) {
      this.#append(this.#members[index]!.of(row[index]!));
    }
    this.#append(end);
    this.#rowCount++;
  }

  /** The lines that were gathered, in memory of their own, and begins anew. */
  take(): Uint8Array {
    const lines = this.#bytes.subarray(0, this.#length);
    // The next ones are about as long.
    this.#bytes = new Uint8Array(this.#length + (this.#length >> 3));
    this.#length = 0;
    this.#rowCount = 0;
    return lines;
  }

  #append(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(BYTES_FIRST, end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }
}

/** The end of a line, behind the columns of a row. @param tags Members that every row carries, as `,"name":value` */
export function lineEnd(tags = ""): Uint8Array {
  return utf8.encode(`${tags}}\n`);
}

/** The members of one column. */
class WrittenMembers {
  readonly #name: string;
  readonly #write: (value: Value) => string;
  readonly #null: Uint8Array;
  /** By value; undefined where keeping does not pay. */
  #kept: LruCache<Value, Uint8Array> | undefined;
  #lookups = 0;
  #misses = 0;

  constructor({ name, type }: Column, isFirst: boolean, zone: TimeZone) {
    this.#name = `${isFirst ? "{" : ","}${JSON.stringify(name)}:`;
    this.#write = jsonValueWriter(type, zone);
    this.#null = utf8.encode(`${this.#name}null`);
    this.#kept = KEPT_TYPES.includes(type) ? new LruCache(WRITTEN_MEMBERS_MAX) : undefined;
  }

  of(value: Value): Uint8Array {
    if (value === null) return this.#null;
    if (this.#kept === undefined) return this.#encode(value);
    this.#lookups++;
    return this.#kept.get(value) ?? this.#keep(this.#kept, value);
  }

  #keep(kept: LruCache<Value, Uint8Array>, value: Value): Uint8Array {
    const member = this.#encode(value);
    this.#misses++;
    if (this.#lookups >= TRIAL_LOOKUPS) this.#decide();
    if (member.length <= KEPT_BYTES_MAX) kept.set(value, member);
    return member;
  }

  #decide(): void {
    if (this.#lookups - this.#misses < this.#lookups * HIT_SHARE_MIN) this.#kept = undefined;
    this.#lookups = 0;
    this.#misses = 0;
  }

  #encode(value: Value): Uint8Array {
    return utf8.encode(this.#name + this.#write(value));
  }
}
