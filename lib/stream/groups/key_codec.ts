/**
 * Keys as bytes, so that keys are equal if and only if their bytes are, by the rules of Spark's GROUP BY: NULL is a
 * key, NaN is one value, and so are 0.0 and −0.0.
 *
 * A key is, padded with zeros to a multiple of eight bytes: numbers and times with eight bytes each, decimals with
 * sixteen; two bits for each column, for NULL and for the form of a text; the length of each text; the texts.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import { TextView, valueOf, viewOf } from "../../records/values/text_view.ts";
import { isDecimal } from "../../sql/functions/coercion.ts";
import type { GroupColumn } from "./group_column.ts";
import type { GroupMemory, KeyTime } from "./group_memory.ts";
import { readTime, type RowViews, writeTime } from "./row_views.ts";
import {
  readText,
  TextForm,
  UNIT_BYTES_MAX,
  writeAscii,
  writeView,
  writeWide,
  type WrittenText,
} from "./text_bytes.ts";
import { TextMemo } from "./text_memo.ts";
import { readUnit, UnitKind, unitKindOf, writeUnit } from "./unit_values.ts";

const NULL_FLAG = 1;
const FLAG_BITS = 2;
const FLAGS_PER_WORD = 16;
const FORM_MASK = 3;

/** How a column is written. */
const Kind = { ...UnitKind, decimal: 4, window: 5, text: 6, nothing: 7 } as const;

interface KeyColumn {
  readonly kind: number;
  /** The first of its units of eight bytes; of a text, the word with its length. */
  readonly at: number;
  /** The word of its flags, and their position in it. */
  readonly flagsWord: number;
  readonly flagsShift: number;
}

/** The units of eight bytes that a column takes. */
const UNITS = [1, 1, 1, 1, 2, 2, 0, 0] as const;

/** See the module's description. */
export class KeyCodec {
  readonly #columns: readonly KeyColumn[];
  readonly #texts: readonly number[];
  readonly #flagsFrom: number;
  readonly #flagsTo: number;
  readonly #fixedBytes: number;
  readonly #memo = new TextMemo();

  constructor(types: readonly DataType[]) {
    const kinds = types.map(kindOf);
    const units = kinds.reduce((sum, kind) => sum + UNITS[kind]!, 0);
    this.#flagsFrom = 2 * units;
    this.#flagsTo = this.#flagsFrom + Math.ceil(types.length / FLAGS_PER_WORD);
    let unit = 0;
    let lengthWord = this.#flagsTo;
    this.#columns = kinds.map((kind, index) => {
      const at = kind === Kind.text ? lengthWord++ : unit;
      unit += UNITS[kind]!;
      return {
        kind,
        at,
        flagsWord: this.#flagsFrom + Math.floor(index / FLAGS_PER_WORD),
        flagsShift: index % FLAGS_PER_WORD * FLAG_BITS,
      };
    });
    this.#texts = kinds.flatMap((kind, index) => kind === Kind.text ? [index] : []);
    this.#fixedBytes = 4 * lengthWord;
  }

  /** Where a key has a time: in a TIMESTAMP column, or at the end of a window. */
  timeOf(column: number): KeyTime {
    const { kind, at, flagsWord, flagsShift } = this.#columns[column]!;
    const unit = kind === Kind.window ? at + 1 : at;
    return { at: 8 * unit, flagsAt: 4 * flagsWord, flag: NULL_FLAG << flagsShift };
  }

  /** Writes the key that the values of a row begin with, whose texts may be views; returns its length in bytes. */
  write(memory: GroupMemory, row: readonly Value[]): number {
    let room = this.#fixedBytes;
    for (let index = 0; index < this.#texts.length; index++) {
      room += textBytesMax(row[this.#texts[index]!]!);
    }
    const key = memory.keyAt(room + 8);
    const { views } = memory;
    const { words, bytes } = views;
    for (let word = this.#flagsFrom; word < this.#flagsTo; word++) words[2 * key + word] = 0;
    let end = 8 * key + this.#fixedBytes;
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index]!;
      const value = row[index]!;
      if (value === null) {
        writeNull(views, key, column);
      } else if (column.kind === Kind.text) {
        const start = end;
        end = this.#writeText(views, start, { key, column, value });
        words[2 * key + column.at] = end - start;
      } else {
        writeFixed(views, key + column.at, { kind: column.kind, value });
      }
    }
    while ((end & 7) !== 0) bytes[end++] = 0;
    return end - 8 * key;
  }

  /** Writes a text, and its form; returns where it ends. */
  #writeText({ bytes, words }: RowViews, at: number, { key, column, value }: {
    readonly key: number;
    readonly column: KeyColumn;
    readonly value: Value;
  }): number {
    let written: WrittenText;
    if (typeof value === "string") {
      const end = writeAscii(bytes, at, value);
      if (end >= 0) return end;
      written = writeWide(bytes, at, value);
    } else {
      const view = viewOf(value)!;
      const end = writeView(bytes, at, view);
      if (view.isAscii) return end;
      written = { end, form: TextForm.utf8 };
    }
    words[2 * key + column.flagsWord]! |= written.form << column.flagsShift;
    return written.end;
  }

  /** The values of a key, which is at a handle. */
  read(views: RowViews, key: number): Value[] {
    const values = new Array<Value>(this.#columns.length);
    let text = 8 * key + this.#fixedBytes;
    for (let index = 0; index < this.#columns.length; index++) {
      const { kind, at, flagsWord, flagsShift } = this.#columns[index]!;
      const form = (views.words[2 * key + flagsWord]! >>> flagsShift) & FORM_MASK;
      if (form === NULL_FLAG) {
        values[index] = null;
      } else if (kind === Kind.text) {
        const start = text;
        text += views.words[2 * key + at]!;
        values[index] = form === TextForm.ascii
          ? this.#memo.read(views.bytes, start, text)
          : readText(views.bytes, { start, end: text, form });
      } else {
        values[index] = readFixed(views, key + at, kind);
      }
    }
    return values;
  }

  /** A column of the keys in a memory, which may be another one each time. */
  column(index: number, memory: () => GroupMemory): GroupColumn {
    const { kind, at, flagsWord, flagsShift } = this.#columns[index]!;
    const isNull = (group: number) => {
      const { views } = memory();
      return (views.words[2 * memory().keyOf(group) + flagsWord]! >>> flagsShift & FORM_MASK) === NULL_FLAG;
    };
    const timeAt = (unit: number) => (group: number) =>
      readTime(memory().views, memory().keyOf(group) + unit);
    switch (kind) {
      case Kind.window:
        return { kind: "window", isNull, start: timeAt(at), end: timeAt(at + 1) };
      case Kind.time:
        return { kind: "time", isNull, time: timeAt(at) };
      case Kind.text:
        return { kind: "value", value: this.#textsOf(index, memory) };
      default:
        return {
          kind: "value",
          value: (group) =>
            isNull(group) ? null : readFixed(memory().views, memory().keyOf(group) + at, kind),
        };
    }
  }

  /** Reads the texts of a column, as views if they are valid UTF-8. */
  #textsOf(index: number, memory: () => GroupMemory): (group: number) => Value {
    const { at, flagsWord, flagsShift } = this.#columns[index]!;
    const lengthsBefore = this.#texts.filter((text) => text < index).map((text) => this.#columns[text]!.at);
    const view = new TextView({
      get bytes() {
        return memory().views.bytes;
      },
    });
    return (group) => {
      const { bytes, words } = memory().views;
      const key = memory().keyOf(group);
      const form = words[2 * key + flagsWord]! >>> flagsShift & FORM_MASK;
      if (form === NULL_FLAG) return null;
      let start = 8 * key + this.#fixedBytes;
      for (let text = 0; text < lengthsBefore.length; text++) start += words[2 * key + lengthsBefore[text]!]!;
      const end = start + words[2 * key + at]!;
      if (form === TextForm.utf16) return readText(bytes, { start, end, form });
      view.place(start, end, { isAscii: form === TextForm.ascii });
      return valueOf(view);
    };
  }
}

/** The time of a key at a handle; undefined if it is NULL. */
export function keyTime(views: RowViews, key: number, { at, flagsAt, flag }: KeyTime): Micros | undefined {
  if ((views.words[2 * key + flagsAt / 4]! & flag) !== 0) return undefined;
  return readTime(views, key + at / 8);
}

/** The most bytes that a text takes, or NULL. */
function textBytesMax(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "string") return UNIT_BYTES_MAX * value.length;
  const { start, end } = viewOf(value)!;
  return end - start;
}

function kindOf(type: DataType): number {
  if (isDecimal(type)) return Kind.decimal;
  if (typeof type !== "string") {
    if (type.kind === "STRUCT" && type.fields.length === 2 && type.fields.every(isTime)) return Kind.window;
    throw new SfcrimeError("INTERNAL", `A key cannot be ${typeName(type)}.`);
  }
  switch (type) {
    case "STRING":
      return Kind.text;
    case "VOID":
      return Kind.nothing;
    default:
      return unitKindOf(type) ?? Kind.number;
  }
}

function isTime({ type }: { readonly type: DataType }): boolean {
  return type === "TIMESTAMP";
}

function writeNull(
  { words, doubles }: RowViews,
  key: number,
  { kind, at, flagsWord, flagsShift }: KeyColumn,
): void {
  words[2 * key + flagsWord]! |= NULL_FLAG << flagsShift;
  if (kind === Kind.text) words[2 * key + at] = 0;
  for (let unit = 0; unit < UNITS[kind]!; unit++) doubles[key + at + unit] = 0;
}

function writeFixed(
  views: RowViews,
  at: number,
  { kind, value }: { readonly kind: number; readonly value: Value },
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
    case Kind.window:
      writeTime(views, at, (value as readonly Micros[])[0]!);
      writeTime(views, at + 1, (value as readonly Micros[])[1]!);
      return;
    default:
      return writeUnit(views, at, { kind, value });
  }
}

const NAN_BITS = 0x7ff8_0000_0000_0000n;

function readFixed(views: RowViews, at: number, kind: number): Value {
  switch (kind) {
    case Kind.decimal:
      return (views.longs[at + 1]! << 64n) | BigInt.asUintN(64, views.longs[at]!);
    case Kind.window:
      return [readTime(views, at), readTime(views, at + 1)];
    default:
      return readUnit(views, at, kind);
  }
}
