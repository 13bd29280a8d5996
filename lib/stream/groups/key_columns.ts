/** How the columns of a key are written: numbers and times as units of eight bytes, and which of them are NULL. */
import { SfcrimeError } from "../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import { add, type Micros, subtract } from "../../records/values/micros.ts";
import { isDecimal } from "../../sql/functions/coercion.ts";
import { timeTypeOf } from "../../sql/functions/time/window_types.ts";
import { isTextKey } from "./texts/nested_key.ts";
import { readTime, type RowViews, writeTime } from "./row_views.ts";
import { readUnit, UnitKind, unitKindOf, writeUnit } from "./unit_values.ts";

/** How a column is written. */
export const Kind = { ...UnitKind, decimal: 4, window: 5, text: 6, nothing: 7, windowStart: 8 } as const;

export interface KeyColumn {
  readonly kind: number;
  /** The first of its units of eight bytes; of a text, its word. */
  readonly at: number;
  /** The word and the bit that say that it is NULL. */
  readonly flagsWord: number;
  readonly flag: number;
  /** The length of its windows, if they have one. */
  readonly windowMicros: number;
}

/** The units of eight bytes that a column takes. That of a window has its times, and which of them are NULL. */
export const UNITS = [1, 1, 1, 1, 2, 3, 0, 0, 1] as const;

/** The bits of the times of a window that are NULL: a STRUCT with the type of a window need not be one. */
const [NO_START, NO_END] = [1, 2];

/** How a column of a type is written. */
export function kindOf(type: DataType): number {
  if (isDecimal(type)) return Kind.decimal;
  if (isWindow(type)) return Kind.window;
  if (isTextKey(type)) return Kind.text;
  switch (type) {
    case "STRING":
      return Kind.text;
    case "VOID":
      return Kind.nothing;
    default: {
      const kind = unitKindOf(type);
      if (kind !== undefined) return kind;
      throw new SfcrimeError("INTERNAL", `A key cannot be ${typeName(type)}.`);
    }
  }
}

function isWindow(type: DataType): boolean {
  return timeTypeOf(type) === "TIMESTAMP";
}

/** Writes NULL into the key at a handle. */
export function writeNull({ words, doubles }: RowViews, key: number, column: KeyColumn): void {
  const { kind, at, flagsWord, flag } = column;
  words[2 * key + flagsWord]! |= flag;
  if (kind === Kind.text) words[2 * key + at] = 0;
  for (let unit = 0; unit < UNITS[kind]!; unit++) doubles[key + at + unit] = 0;
}

/** Writes a value that is no text at a handle. */
export function writeFixed(
  views: RowViews,
  at: number,
  { kind, windowMicros }: KeyColumn,
  value: Value,
): void {
  switch (kind) {
    case Kind.number:
      // One zero, and one NaN: the bits of others may differ.
      if (value !== value) views.longs[at] = NAN_BITS;
      else views.doubles[at] = value === 0 ? 0 : value as number;
      return;
    case Kind.decimal:
      views.longs[at] = value as bigint;
      views.longs[at + 1] = value as bigint >> 64n;
      return;
    case Kind.window: {
      const [start, end] = value as readonly [Micros | null, Micros | null];
      writeTime(views, at, start ?? 0);
      writeTime(views, at + 1, end ?? 0);
      views.doubles[at + 2] = (start === null ? NO_START : 0) + (end === null ? NO_END : 0);
      return;
    }
    case Kind.windowStart: {
      const [start, end] = value as readonly [Micros, Micros];
      if (subtract(end, start) !== windowMicros) {
        throw new SfcrimeError("INTERNAL", `A window is not of ${windowMicros} µs.`);
      }
      writeTime(views, at, start);
      return;
    }
    default:
      return writeUnit(views, at, { kind, value });
  }
}

const NAN_BITS = 0x7ff8_0000_0000_0000n;

/** Reads such a value. */
export function readFixed(views: RowViews, at: number, { kind, windowMicros }: KeyColumn): Value {
  switch (kind) {
    case Kind.decimal:
      return (views.longs[at + 1]! << 64n) | BigInt.asUintN(64, views.longs[at]!);
    case Kind.window:
      return [
        isNoTime(views, at, 0) ? null : readTime(views, at),
        isNoTime(views, at, 1) ? null : readTime(views, at + 1),
      ];
    case Kind.windowStart: {
      const start = readTime(views, at);
      return [start, add(start, windowMicros)];
    }
    default:
      return readUnit(views, at, kind);
  }
}

/** Whether a time of a window is NULL: the start, which is its part 0, or the end. */
export function isNoTime({ doubles }: RowViews, at: number, part: 0 | 1): boolean {
  return (doubles[at + 2]! & (part === 0 ? NO_START : NO_END)) !== 0;
}
