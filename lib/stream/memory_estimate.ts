/**
 * What values and groups take in memory, about: an engine that says when it has enough must count. The figures are
 * those of V8 with pointers of eight bytes; `tests/unit/stream/state_memory_test.ts` holds them to what a process
 * really takes.
 */
import type { DataType, Value } from "../records/data_type.ts";

/** Of a group: its entry in a map, which has room to spare, its object, and the array of its values. */
export const GROUP_BYTES = 148;
/** Of a map for the next column of keys. */
export const LEVEL_BYTES = 216;
/** A place in an array, with the number that it may hold outside of it. */
const PLACE_BYTES = 16;
const STRING_BYTES = 24;
const BIGINT_BYTES = 24;
const ARRAY_BYTES = 56;
/** A place in an array that grows, with its room to spare. */
const ELEMENT_BYTES = 10;
/** Characters that are looked at to know whether a text takes one byte for each, or two. */
const SAMPLES = 8;

/** What a value takes beside its place. */
export function bytesOfValue(value: Value): number {
  if (typeof value === "string") return STRING_BYTES + (isWide(value) ? 2 * value.length : value.length);
  if (typeof value === "bigint") return BIGINT_BYTES;
  if (typeof value !== "object" || value === null) return 0;
  return ARRAY_BYTES + bytesOfElements(value, 0);
}

/** What the first `count` values take, with their places; all of them where it is absent. */
export function bytesOfValues(values: readonly Value[], count = values.length): number {
  let bytes = count * PLACE_BYTES;
  for (let index = 0; index < count; index++) bytes += bytesOfValue(values[index]!);
  return bytes;
}

/** What the elements of an array take, from one of them on. */
function bytesOfElements(values: readonly Value[], from: number): number {
  let bytes = (values.length - from) * ELEMENT_BYTES;
  for (let index = from; index < values.length; index++) bytes += bytesOfValue(values[index]!);
  return bytes;
}

/** V8 keeps a text in one byte for each character, unless one of them is beyond Latin-1. */
function isWide(text: string): boolean {
  const step = Math.max(1, Math.floor(text.length / SAMPLES));
  for (let at = 0; at < text.length; at += step) if (text.charCodeAt(at) > 0xff) return true;
  return false;
}

/**
 * What the buffers of aggregates take, and how they grow: texts are replaced, and lists get longer. Whatever else they
 * hold counts the same from the beginning, so that most aggregates need no look at their buffers.
 */
export class BufferMeter {
  readonly #fixedBytes: number;
  readonly #slots: readonly number[];
  readonly #isList: readonly boolean[];
  /** What each element of a list takes besides, where something is kept to find it. */
  readonly #elementBytes: readonly number[];
  /** By slot: the size of a text, or the number of a list's elements; −1 where there is no list. */
  readonly #before: number[];

  /** @param slots Where the buffers are, of which types they are, and what their elements take besides. */
  constructor(
    slots: readonly { readonly at: number; readonly type: DataType; readonly elementBytes: number }[],
  ) {
    this.#fixedBytes = slots.reduce(
      (sum, { type }) => sum + PLACE_BYTES + (type === "BIGINT" || isDecimal(type) ? BIGINT_BYTES : 0),
      0,
    );
    const sized = slots.filter(({ type }) =>
      type === "STRING" || (typeof type !== "string" && !isDecimal(type))
    );
    this.#slots = sized.map(({ at }) => at);
    this.#isList = sized.map(({ type }) => typeof type !== "string" && type.kind === "ARRAY");
    this.#elementBytes = sized.map(({ elementBytes }) => elementBytes);
    this.#before = sized.map(() => 0);
  }

  /** Whether nothing ever grows. */
  get isIdle(): boolean {
    return this.#slots.length === 0;
  }

  /** Takes down how large the values are. */
  begin(values: readonly Value[]): void {
    for (let index = 0; index < this.#slots.length; index++) {
      const value = values[this.#slots[index]!]!;
      this.#before[index] = this.#isList[index] ? value === null ? -1 : lengthOf(value) : bytesOfValue(value);
    }
  }

  /** By how many bytes they have grown since. */
  grown(values: readonly Value[]): number {
    let bytes = 0;
    for (let index = 0; index < this.#slots.length; index++) {
      const value = values[this.#slots[index]!]!;
      const before = this.#before[index]!;
      bytes += this.#isList[index]
        ? this.#growthOfList(value as readonly Value[] | null, index)
        : bytesOfValue(value) - before;
    }
    return bytes;
  }

  /** What the buffers take. */
  bytesOf(values: readonly Value[]): number {
    let bytes = this.#fixedBytes;
    for (let index = 0; index < this.#slots.length; index++) {
      const value = values[this.#slots[index]!]!;
      bytes += bytesOfValue(value);
      if (this.#isList[index]) bytes += this.#elementBytes[index]! * lengthOf(value);
    }
    return bytes;
  }

  #growthOfList(list: readonly Value[] | null, index: number): number {
    if (list === null) return 0;
    const from = Math.max(0, this.#before[index]!);
    const elements = bytesOfElements(list, from) + (list.length - from) * this.#elementBytes[index]!;
    return this.#before[index]! < 0 ? ARRAY_BYTES + elements : elements;
  }
}

function isDecimal(type: DataType): boolean {
  return typeof type !== "string" && type.kind === "DECIMAL";
}

function lengthOf(value: Value): number {
  return value === null ? 0 : (value as readonly Value[]).length;
}
