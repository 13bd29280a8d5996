/**
 * The host of `json_kernel.as`: a WebAssembly memory with all tables, and the calls into the module. A kernel
 * reads one set of columns.
 *
 * The memory starts with the events of a record, the columns, and the members, each with the opening of its
 * name; each object that is read has one more, which stands for its beginning. After them, memory is allocated as needed: for the bytes that are read, and for repeated texts with
 * their hash tables. Nothing is freed: what grows doubles, up to a bound.
 */
import { Buffer } from "node:buffer";
import type { DataType } from "../../data_type.ts";
import type { DecimalType } from "../../values/decimal.ts";
import { MEMBER_BYTES, MemberTable } from "./member_table.ts";
import { JSON_KERNEL } from "./json_kernel.wasm.ts";

/** The kinds of events. */
export const EventKind = {
  /** An object or array; the events of its parts follow, up to the address in its first word of two. */
  structure: -1,
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
  /** The same. */
  BOOLEAN: 11,
  STRUCT: 12,
  ARRAY: 13,
  MAP: 14,
} as const;

/** One of the types that the kernel reads. */
export type KernelType = Exclude<keyof typeof TYPE_NUMBERS, "DECIMAL"> | DecimalType;

/** A key of a record, or a part of another column: a field, the elements or the values. */
export interface KernelColumn {
  /** The name of a key or a field. */
  readonly name: string;
  readonly type: KernelType;
  /** The index of the column that it is a part of, which comes before it. */
  readonly parent?: number;
  /** Whether its values are not wanted, but only have to fit where that changes how the rest is read. */
  readonly isChecked?: boolean;
}

/** The type as which the kernel reads values of a type. */
export function kernelType(type: DataType): KernelType {
  if (typeof type !== "string") return type.kind === "DECIMAL" ? type : type.kind;
  return type === "STRING" ? "TEXT" : Object.hasOwn(TYPE_NUMBERS, type) ? type as KernelType : "OTHER";
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

/** After the member that stands for none. */
const EVENTS_AT = MEMBER_BYTES;
const EVENTS_MAX = 1_024;
const COLUMNS_AT = EVENTS_AT + EVENTS_MAX * EVENT_WORDS * 4;
const COLUMN_BYTES = 32;
const [TABLE, LOOKUPS, TYPE, SCALE, IS_CHECKED, PART, LIMIT] = [0, 8, 12, 16, 16, 20, 24];
/** The most digits of a DECIMAL that is read in 64 bits. */
const LONG_DIGITS_MAX = 18;
const SLOT_BYTES = 16;

/** How much is copied at once, unless a record is longer: small enough for the cache of a core. */
const INPUT_BYTES = 1 << 17;

let compiled: WebAssembly.Module | undefined;

/** See the module's description. */
export class JsonKernel {
  readonly #memory: WebAssembly.Memory;
  readonly #kernel: Exports;
  readonly #members: MemberTable;
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
  /** What waits for the next record. */
  #tasks: (() => void)[] = [];

  /**
   * @param columns The wanted keys; an event names a column by its index here.
   * @param offsetSeconds The offset of the session's zone, if it has a single one.
   */
  constructor(columns: readonly KernelColumn[], offsetSeconds: number | undefined) {
    const objects = 1 + columns.filter(({ type }) => type === "STRUCT").length;
    const membersAt = aligned(COLUMNS_AT + columns.length * COLUMN_BYTES);
    this.#top = aligned(membersAt + MemberTable.bytesFor(objects) + SPARE_BYTES);
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(this.#top / PAGE_BYTES) });
    this.#members = new MemberTable(this, membersAt, objects);
    compiled ??= new WebAssembly.Module(Buffer.from(JSON_KERNEL, "base64"));
    const instance = new WebAssembly.Instance(compiled, {
      env: { memory: this.#memory },
      host: {
        memberOf: (begin: number, start: number, end: number) => this.#members.memberOf(begin, start, end),
      },
    });
    this.#kernel = instance.exports as unknown as Exports;
    this.#look();
    MemberTable.writeNone(this);
    const record = this.#members.addObject();
    this.#kernel.place(record, COLUMNS_AT, EVENTS_AT, EVENTS_MAX);
    this.#kernel.useZone(offsetSeconds !== undefined, offsetSeconds ?? 0);
    for (const [index, column] of columns.entries()) {
      const parent = column.parent === undefined ? undefined : columns[column.parent];
      this.#declareType(index, column);
      if (parent === undefined || parent.type === "STRUCT") {
        const begin = parent === undefined ? record : this.#words[(columnAt(column.parent!) + PART) >> 2]!;
        const { name, isChecked = false } = column;
        this.#members.declare(begin, { name, column: index, isChecked });
      } else this.#set(column.parent!, PART, index);
    }
  }

  /**
   * Reads the object in `bytes[start, end)`, which must not change while records are read from them.
   *
   * @returns The number of events, which are in {@link events} until the next call; negative if the kernel is
   * not sure.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (this.#members.isFull) this.#members.forget();
    if (this.#tasks.length > 0) this.#runTasks();
    if (bytes !== this.#input || end > this.#loadedTo || start < this.#loadedFrom) {
      this.#take(bytes, start, end);
    }
    return this.#kernel.read(start + this.#shift, end + this.#shift);
  }

  /** Does something before the next record is read, when no event refers to what is known of this one. */
  beforeNext(task: () => void): void {
    this.#tasks.push(task);
  }

  #runTasks(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }

  /** The memory as words; the events are there from {@link firstEvent} on, four words each. */
  get words(): Int32Array {
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

  #declareType(index: number, { type, isChecked = false }: KernelColumn): void {
    if (typeof type !== "string") {
      this.#set(index, TYPE, TYPE_NUMBERS.DECIMAL);
      this.#set(index, SCALE, type.scale);
      this.#longs[(columnAt(index) + LIMIT) >> 3] = 10n ** BigInt(Math.min(type.precision, LONG_DIGITS_MAX));
      return;
    }
    this.#set(index, TYPE, TYPE_NUMBERS[type]);
    if (type === "STRUCT") this.#set(index, PART, this.#members.addObject());
    if (type === "ARRAY" || type === "MAP") this.#set(index, IS_CHECKED, Number(isChecked));
  }

  #set(column: number, field: number, value: number): void {
    this.#words[(columnAt(column) + field) >> 2] = value;
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
}

/** The address of a column. */
function columnAt(column: number): number {
  return COLUMNS_AT + column * COLUMN_BYTES;
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}
