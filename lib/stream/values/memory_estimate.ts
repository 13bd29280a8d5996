/**
 * Estimates the memory of values, to enforce the limit on state. The figures are those of V8 with
 * pointers of eight bytes; `tests/unit/stream/state_memory_test.ts` checks them against the real memory of a
 * process.
 */
import type { DataType, Value } from "../../records/data_type.ts";
import { isDuration } from "../../records/types/interval_types.ts";
import { isDecimal } from "../../sql/functions/coercion.ts";

/** An array slot, with the boxed number that it may reference. */
const PLACE_BYTES = 16;
const STRING_BYTES = 24;
/** A typed array with a buffer of its own. */
const BYTES_BYTES = 200;
const BIGINT_BYTES = 24;
const ARRAY_BYTES = 56;
/** A slot of a growing array, with spare capacity; and what it has to spare while it is short. */
const ELEMENT_BYTES = 10;
const LIST_BYTES = 64;
/** Characters that are sampled to tell whether a string takes one or two bytes per character. */
const SAMPLES = 8;

/** The memory of a value, without its slot. */
export function bytesOfValue(value: Value): number {
  if (typeof value === "string") return STRING_BYTES + (isWide(value) ? 2 * value.length : value.length);
  if (typeof value === "bigint") return BIGINT_BYTES;
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof Uint8Array) return BYTES_BYTES + value.length;
  return ARRAY_BYTES + bytesOfElements(value, 0);
}

/** The memory of the first `count` values, with their slots; of all values by default. */
export function bytesOfValues(values: readonly Value[], count = values.length): number {
  let bytes = count * PLACE_BYTES;
  for (let index = 0; index < count; index++) bytes += bytesOfValue(values[index]!);
  return bytes;
}

/** The memory of rows, each an array of its own. */
export function bytesOfRows(rows: readonly (readonly Value[])[]): number {
  let bytes = rows.length * ARRAY_BYTES;
  for (const row of rows) bytes += bytesOfValues(row);
  return bytes;
}

/** The memory of the elements of an array, from an index on. */
function bytesOfElements(values: readonly Value[], from: number): number {
  let bytes = (values.length - from) * ELEMENT_BYTES;
  for (let index = from; index < values.length; index++) bytes += bytesOfValue(values[index]!);
  return bytes;
}

/** V8 stores a string with one byte per character, unless one of them is outside Latin-1. */
function isWide(text: string): boolean {
  const step = Math.max(1, Math.floor(text.length / SAMPLES));
  for (let at = 0; at < text.length; at += step) if (text.charCodeAt(at) > 0xff) return true;
  return false;
}

/**
 * Tracks the memory of aggregate buffers: strings are replaced, and lists grow. Everything else has a fixed
 * size, so that most aggregates need no tracking.
 */
export class BufferMeter {
  readonly #fixedBytes: number;
  readonly #slots: readonly number[];
  readonly #isList: readonly boolean[];
  /** The additional memory per element of a list, such as that of an index. */
  readonly #elementBytes: readonly number[];
  /** By slot: the size of a string, or the length of a list; −1 if there is no list. */
  readonly #before: number[];

  /** @param slots The positions and types of the buffers, and the additional memory per element. */
  constructor(
    slots: readonly { readonly at: number; readonly type: DataType; readonly elementBytes: number }[],
  ) {
    this.#fixedBytes = slots.reduce(
      (sum, { type }) =>
        sum + PLACE_BYTES + (type === "BIGINT" || isDecimal(type) || isDuration(type) ? BIGINT_BYTES : 0),
      0,
    );
    const sized = slots.filter(({ type }) =>
      type === "STRING" || type === "BINARY" || (typeof type !== "string" && !isDecimal(type))
    );
    this.#slots = sized.map(({ at }) => at);
    this.#isList = sized.map(({ type }) => typeof type !== "string" && type.kind === "ARRAY");
    this.#elementBytes = sized.map(({ elementBytes }) => elementBytes);
    this.#before = sized.map(() => 0);
  }

  /** Whether all sizes are fixed. */
  get isFixedSize(): boolean {
    return this.#slots.length === 0;
  }

  /** Records the sizes of the values. */
  measure(values: readonly Value[]): void {
    for (let index = 0; index < this.#slots.length; index++) {
      const value = values[this.#slots[index]!]!;
      this.#before[index] = this.#isList[index] ? value === null ? -1 : lengthOf(value) : bytesOfValue(value);
    }
  }

  /** By how many bytes the values have grown since. */
  growth(values: readonly Value[]): number {
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

  /** The memory of the buffers. */
  bytesOf(values: readonly Value[]): number {
    let bytes = this.#fixedBytes;
    for (let index = 0; index < this.#slots.length; index++) {
      const value = values[this.#slots[index]!]!;
      bytes += bytesOfValue(value);
      if (this.#isList[index] && value !== null) {
        bytes += LIST_BYTES + this.#elementBytes[index]! * lengthOf(value);
      }
    }
    return bytes;
  }

  #growthOfList(list: readonly Value[] | null, index: number): number {
    if (list === null) return 0;
    const from = Math.max(0, this.#before[index]!);
    const elements = bytesOfElements(list, from) + (list.length - from) * this.#elementBytes[index]!;
    return this.#before[index]! < 0 ? ARRAY_BYTES + LIST_BYTES + elements : elements;
  }
}

function lengthOf(value: Value): number {
  return value === null ? 0 : (value as readonly Value[]).length;
}
