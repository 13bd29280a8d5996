/**
 * The host of `json_kernel.as`: a WebAssembly memory with all tables, and the calls into the module. A kernel
 * reads one set of columns.
 *
 * The memory starts with the events of a record, the columns, and the members, each with the opening of its
 * name. After them, memory is allocated as needed: for the bytes that are read, and for repeated texts with
 * their hash tables. Nothing is freed: what grows doubles, up to a bound.
 */
import { Buffer } from "node:buffer";
import type { DataType } from "../../data_type.ts";
import type { DecimalType } from "../../values/decimal.ts";
import { JSON_KERNEL } from "./json_kernel.wasm.ts";

/** The kinds of events. */
export const EventKind = {
  /** A cached string, by its number. */
  known: 0,
  /** A string, by what its bytes are. */
  ascii: 1,
  utf8: 2,
  /** A string that is not UTF-8, or is not known to be. */
  string: 3,
  whole: 4,
  fraction: 5,
  true: 6,
  false: 7,
  null: 8,
  /** A value, as a double. */
  value: 9,
  /** A value of 64 bits. */
  long: 10,
  /** A time in the session's zone, in microseconds as if it were UTC, as a double. */
  localTime: 11,
} as const;

/** The offsets of the parts of an event. */
export const EVENT_KIND = 1;
export const EVENT_START = 2;
export const EVENT_END = 3;
export const EVENT_WORDS = 4;

/** The types that the kernel reads, by their numbers in `value_kernel.as`. */
const TYPE_NUMBERS = {
  /** Strings, which are cached. */
  TEXT: 0,
  TIMESTAMP: 1,
  DATE: 2,
  TINYINT: 3,
  SMALLINT: 4,
  INT: 5,
  BIGINT: 6,
  FLOAT: 7,
  DOUBLE: 8,
  DECIMAL: 9,
  /** Values of which only the position is wanted. */
  OTHER: 10,
} as const;

/** One of the types that the kernel reads. */
export type KernelType = Exclude<keyof typeof TYPE_NUMBERS, "DECIMAL"> | DecimalType;

/** A key, and the type of its values. */
export interface KernelColumn {
  readonly name: string;
  readonly type: KernelType;
}

/** Whether the kernel reads values of a type. */
export function isKernelType(type: DataType): type is DataType & KernelType {
  return typeof type === "string" ? Object.hasOwn(TYPE_NUMBERS, type) : type.kind === "DECIMAL";
}

interface Exports {
  readonly place: (firstAt: number, columnsAt: number, eventsAt: number, eventsMax: number) => void;
  readonly read: (start: number, end: number) => number;
  readonly keep: (column: number, text: number, length: number, number: number) => void;
  readonly grow: (column: number, table: number, slots: number) => void;
  readonly useZone: (hasOffset: boolean, offsetSeconds: number) => void;
}

const PAGE_BYTES = 65_536;
/** How far a load may reach past its target. */
const SPARE_BYTES = 32;
const ALIGNMENT = 16;

const MEMBER_BYTES = 64;
const OPENING_HERE = 32;
const [FIRST_BITS, SECOND_BITS, OPENING_BYTES, REST, COLUMN, NEXT, OTHER_NEXT] = [32, 36, 40, 44, 48, 52, 56];
/** A member that never matches: a byte of its opening never starts a character. */
const NO_MEMBER = 0;
const NO_BYTE = 0xff;
/** The maximum number of distinct keys; records with ever new keys are unusual. */
const MEMBERS_MAX = 2_000;

const EVENTS_AT = NO_MEMBER + MEMBER_BYTES;
const EVENTS_MAX = 1_024;
const COLUMNS_AT = EVENTS_AT + EVENTS_MAX * EVENT_WORDS * 4;
const COLUMN_BYTES = 32;
const [TABLE, LOOKUPS, TYPE, SCALE, LIMIT] = [0, 8, 12, 16, 24];
/** The most digits of a DECIMAL that is read in 64 bits. */
const LONG_DIGITS_MAX = 18;
const SLOT_BYTES = 16;
/** Room for the part of openings that does not fit in a member. */
const RESTS_BYTES = 65_536;

/** How much is copied at once, unless a record is longer: small enough for the cache of a core. */
const INPUT_BYTES = 1 << 17;

let compiled: WebAssembly.Module | undefined;

/** See the module's description. */
export class JsonKernel {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: Exports;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #members = new Map<string, number>();
  readonly #membersAt: number;
  readonly #restsAt: number;
  #restsUsed = 0;
  #isFull = false;
  #bytes: Buffer = Buffer.alloc(0);
  #words: Int32Array = new Int32Array();
  #doubles: Float64Array = new Float64Array();
  #longs: BigInt64Array = new BigInt64Array();
  #top: number;
  #inputAt = 0;
  #inputRoom = 0;
  /** What was copied last, and by how much it was shifted. */
  #input: Uint8Array | undefined;
  #loadedFrom = 0;
  #loadedTo = 0;
  #shift = 0;

  /**
   * @param columns The wanted keys; an event names a column by its index here.
   * @param offsetSeconds The offset of the session's zone, if it has a single one.
   */
  constructor(columns: readonly KernelColumn[], offsetSeconds: number | undefined) {
    this.#columns = new Map(columns.map(({ name }, column) => [name, column]));
    this.#membersAt = aligned(COLUMNS_AT + columns.length * COLUMN_BYTES);
    this.#restsAt = this.#membersAt + (MEMBERS_MAX + 1) * MEMBER_BYTES;
    this.#top = aligned(this.#restsAt + RESTS_BYTES + SPARE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(this.#top / PAGE_BYTES) });
    compiled ??= new WebAssembly.Module(Buffer.from(JSON_KERNEL, "base64"));
    const instance = new WebAssembly.Instance(compiled, {
      env: { memory: this.#memory },
      host: { memberOf: (start: number, end: number) => this.#memberOf(start, end) },
    });
    this.#kernel = instance.exports as unknown as Exports;
    this.#kernel.place(this.#membersAt, COLUMNS_AT, EVENTS_AT, EVENTS_MAX);
    this.#kernel.useZone(offsetSeconds !== undefined, offsetSeconds ?? 0);
    this.#look();
    for (const [index, { type }] of columns.entries()) this.#declare(index, type);
    this.#bytes[NO_MEMBER] = NO_BYTE;
    this.#words[(NO_MEMBER + FIRST_BITS) >> 2] = 1;
  }

  /**
   * Reads the object in `bytes[start, end)`, which must not change while records are read from them.
   *
   * @returns The number of events, which are in {@link events} until the next call; negative if the kernel is
   * not sure.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (this.#isFull) this.#forgetMembers();
    if (bytes !== this.#input || end > this.#loadedTo || start < this.#loadedFrom) {
      this.#take(bytes, start, end);
    }
    return this.#kernel.read(start + this.#shift, end + this.#shift);
  }

  /** The events, from {@link firstEvent} on: four words each. */
  get events(): Int32Array {
    return this.#words;
  }

  readonly firstEvent = EVENTS_AT / 4;

  /** The memory; another one once it has grown. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The value of an event that starts at this word. */
  doubleAt(event: number): number {
    return this.#doubles[(event + EVENT_START) >> 1]!;
  }

  /** The same for a value of 64 bits. */
  longAt(event: number): bigint {
    return this.#longs[(event + EVENT_START) >> 1]!;
  }

  /** How often a text of the column was looked up. */
  lookups(column: number): number {
    return this.#words[(columnAt(column) + LOOKUPS) >> 2]!;
  }

  /** Caches the text in `[start, end)` of an event under a number, at `room`, which is large enough. */
  keep(column: number, { start, end, room, number }: {
    readonly start: number;
    readonly end: number;
    readonly room: number;
    readonly number: number;
  }): void {
    this.#bytes.copyWithin(room, start, end);
    this.#kernel.keep(columnAt(column), room, end - start, number);
  }

  /** Gives a column a table with this many slots, a power of two, with the entries of the previous one. */
  growTable(column: number, slots: number): void {
    this.#kernel.grow(columnAt(column), this.allocate(slots * SLOT_BYTES), slots);
  }

  /** Clears the table of a column, which has this many slots. */
  clearTable(column: number, slots: number): void {
    const table = this.#words[(columnAt(column) + TABLE) >> 2]!;
    this.#bytes.fill(0, table, table + slots * SLOT_BYTES);
  }

  /** Stops caching texts of a column. */
  stopKeeping(column: number): void {
    this.#words[(columnAt(column) + TABLE) >> 2] = 0;
  }

  /** Allocates zeroed bytes. */
  allocate(bytes: number): number {
    const at = this.#top;
    this.#top = aligned(at + bytes + SPARE_BYTES);
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#look();
    }
    return at;
  }

  /** Refreshes the views of the memory after it has grown. */
  #look(): void {
    this.#bytes = Buffer.from(this.#memory.buffer);
    this.#words = new Int32Array(this.#memory.buffer);
    this.#doubles = new Float64Array(this.#memory.buffer);
    this.#longs = new BigInt64Array(this.#memory.buffer);
  }

  #declare(index: number, type: KernelType): void {
    const column = columnAt(index);
    const set = (field: number, value: number) => this.#words[(column + field) >> 2] = value;
    if (typeof type === "string") return void set(TYPE, TYPE_NUMBERS[type]);
    set(TYPE, TYPE_NUMBERS.DECIMAL);
    set(SCALE, type.scale);
    this.#longs[(column + LIMIT) >> 3] = 10n ** BigInt(Math.min(type.precision, LONG_DIGITS_MAX));
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    const to = Math.max(end, Math.min(bytes.length, start + INPUT_BYTES));
    if (to - start > this.#inputRoom) {
      this.#inputRoom = Math.max(INPUT_BYTES, this.#inputRoom * 2, to - start);
      this.#inputAt = this.allocate(this.#inputRoom);
    }
    this.#bytes.set(bytes.subarray(start, to), this.#inputAt);
    this.#input = bytes;
    this.#loadedFrom = start;
    this.#loadedTo = to;
    this.#shift = this.#inputAt - start;
  }

  /** The member for a name in plain ASCII; 0 if there is no room for another one. */
  #memberOf(start: number, end: number): number {
    const name = String.fromCharCode(...this.#bytes.subarray(start, end));
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const opening = Buffer.from(`"${name}":`, "latin1");
    const rest = opening.subarray(OPENING_HERE);
    this.#isFull = this.#members.size === MEMBERS_MAX || this.#restsUsed + rest.length > RESTS_BYTES;
    if (this.#isFull) return NO_MEMBER;
    const member = this.#membersAt + (this.#members.size + 1) * MEMBER_BYTES;
    this.#bytes.fill(0, member, member + MEMBER_BYTES);
    this.#bytes.set(opening.subarray(0, OPENING_HERE), member);
    this.#bytes.set(rest, this.#restsAt + this.#restsUsed);
    const set = (field: number, value: number) => this.#words[(member + field) >> 2] = value;
    set(FIRST_BITS, lowBits(Math.min(16, opening.length)));
    set(SECOND_BITS, lowBits(Math.min(16, Math.max(0, opening.length - 16))));
    set(OPENING_BYTES, opening.length);
    set(REST, this.#restsAt + this.#restsUsed);
    set(COLUMN, this.#columns.get(name) ?? -1);
    set(NEXT, NO_MEMBER);
    set(OTHER_NEXT, NO_MEMBER);
    this.#restsUsed += rest.length;
    this.#members.set(name, member);
    return member;
  }

  #forgetMembers(): void {
    this.#isFull = false;
    this.#members.clear();
    this.#restsUsed = 0;
    this.#words[(this.#membersAt + NEXT) >> 2] = NO_MEMBER;
    this.#words[(this.#membersAt + OTHER_NEXT) >> 2] = NO_MEMBER;
  }
}

/** The address of a column. */
function columnAt(column: number): number {
  return COLUMNS_AT + column * COLUMN_BYTES;
}

function lowBits(count: number): number {
  return (1 << count) - 1;
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}
