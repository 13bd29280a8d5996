/**
 * Encodes rows as lines of JSON, as bytes. Values repeat, so the encoded bytes of a member (its name and its
 * value) are cached and copied: a value that was written a moment ago is not encoded again.
 */
import { WRITTEN_MEMBERS_MAX } from "../../base/bounds.ts";
import { LruCache } from "../../base/collections/lru_cache.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Column, DataType, Row, Schema, Value } from "../../records/data_type.ts";
import { jsonValueWriter } from "./json_row.ts";

/** Types whose values are cached. Numbers are not: 0.0 and −0.0 would be the same key. */
const KEPT_TYPES: readonly DataType[] = ["STRING", "TIMESTAMP", "DATE"];
/** Longer members repeat too rarely. */
const KEPT_BYTES_MAX = 128;
/** After this many look-ups it is decided whether caching pays. */
const TRIAL_LOOKUPS = 20_000;
/** The minimum share of hits. */
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

  /** Rows added since the last {@link take}. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes of the lines gathered since then. */
  get byteCount(): number {
    return this.#length;
  }

  /** Adds a row. @param end What follows its columns, including the line break; see {@link lineEnd}. */
  add(row: Row, end: Uint8Array): void {
    for (let index = 0; index < this.#members.length; index++) {
      this.#append(this.#members[index]!.of(row[index]!));
    }
    this.#append(end);
    this.#rowCount++;
  }

  /** Returns the lines, in a buffer of their own, and starts over. */
  take(): Uint8Array {
    const lines = this.#bytes.subarray(0, this.#length);
    // The next lines are probably about as long.
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

/**
 * The end of a line, after the columns of a row.
 *
 * @param tags Members that every row has, as `,"name":value`
 */
export function lineEnd(tags = ""): Uint8Array {
  return utf8.encode(`${tags}}\n`);
}

/** The members of one column. */
class WrittenMembers {
  readonly #name: string;
  readonly #write: (value: Value) => string;
  readonly #null: Uint8Array;
  /** By value; undefined if caching does not pay. */
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
    return this.#kept.get(value) ?? this.#cache(this.#kept, value);
  }

  #cache(kept: LruCache<Value, Uint8Array>, value: Value): Uint8Array {
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
