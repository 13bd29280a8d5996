/**
 * Keys as bytes, so that keys are equal if and only if their bytes are, by the rules of Spark's GROUP BY: NULL is a
 * key, NaN is one value, and so are 0.0 and −0.0.
 *
 * A key is, padded with zeros to a multiple of eight bytes: numbers and times with eight bytes each, decimals with
 * sixteen, and windows of one length by their start; a bit for each column, for NULL; a word for each text, with its
 * form and its length; the texts. Structures and bytes are texts as well (`nested_key.ts`). Where texts are interned, the word of one has its number, and the text is elsewhere.
 */
import type { DataType, Value } from "../../records/data_type.ts";
import { add } from "../../records/values/micros.ts";
import { TextView, valueOf, viewOf } from "../../records/values/text_view.ts";
import { timeTypeOf } from "../../sql/functions/time/window_types.ts";
import type { WindowKey } from "../../sql/plan.ts";
import type { GroupColumn, TimeColumn } from "./group_column.ts";
import type { GroupMemory, RowTime } from "./kernel/group_memory.ts";
import {
  isNoTime,
  type KeyColumn,
  Kind,
  kindOf,
  readFixed,
  UNITS,
  writeFixed,
  writeNull,
} from "./key_columns.ts";
import { isTextKey, type NestedKey, nestedKey } from "./texts/nested_key.ts";
import { readTime, type RowViews, writeTime } from "./row_views.ts";
import {
  readText,
  TextForm,
  UNIT_BYTES_MAX,
  writeAscii,
  writeView,
  writeWide,
  type WrittenText,
} from "./texts/text_bytes.ts";
import { TextMemo } from "./texts/text_memo.ts";

const FLAGS_PER_WORD = 32;
/** The word of a text: whether it is interned, its form, and its length or its number. */
const INTERNED = 1 << 31;
const FORM_SHIFT = 29;
const FORM_MASK = 3;
const LENGTH_MASK = (1 << FORM_SHIFT) - 1;

/** Where the texts are that keys have the numbers of; keys of tables that intern none need none. */
export type TextOf = (number: number, form: TextForm) => string;

/** The keys of a table, whose memory may be another one each time. */
export interface KeyTable {
  readonly memory: () => GroupMemory;
  readonly textOf: TextOf;
}

/** See the module's description. */
export class KeyCodec {
  /** The length of a key without its texts, and without zeros at its end. */
  readonly fixedBytes: number;
  /** Where a key has the words of its texts, in bytes, and how many. */
  readonly textsAt: number;
  readonly textCount: number;
  readonly #columns: readonly KeyColumn[];
  /** The columns that are texts. */
  readonly #texts: readonly number[];
  /** How keys that are structures are texts; undefined for the others. */
  readonly #nested: readonly (NestedKey | undefined)[];
  /** The columns with times, or windows of them, that are written without a zone. */
  readonly #withoutZone: ReadonlySet<number>;
  readonly #flagsFrom: number;
  readonly #flagsTo: number;
  readonly #memo = new TextMemo();

  /** @param windows The columns with windows of one length. */
  constructor(types: readonly DataType[], windows: readonly WindowKey[] = []) {
    const sizes = new Map(windows.map(({ key, sizeMicros }) => [key, sizeMicros]));
    const kinds = types.map((type, index) => sizes.has(index) ? Kind.windowStart : kindOf(type));
    const units = kinds.reduce((sum, kind) => sum + UNITS[kind]!, 0);
    this.#flagsFrom = 2 * units;
    this.#flagsTo = this.#flagsFrom + Math.ceil(types.length / FLAGS_PER_WORD);
    let unit = 0;
    let textWord = this.#flagsTo;
    this.#columns = kinds.map((kind, index) => {
      const at = kind === Kind.text ? textWord++ : unit;
      unit += UNITS[kind]!;
      return {
        kind,
        at,
        flagsWord: this.#flagsFrom + Math.floor(index / FLAGS_PER_WORD),
        flag: 1 << index % FLAGS_PER_WORD,
        windowMicros: sizes.get(index) ?? 0,
      };
    });
    this.#withoutZone = new Set(types.flatMap((type, index) => isLocal(type) ? [index] : []));
    this.#nested = types.map((type, index) =>
      kinds[index] === Kind.text && isTextKey(type) ? nestedKey(type) : undefined
    );
    this.#texts = kinds.flatMap((kind, index) => kind === Kind.text ? [index] : []);
    this.textsAt = 4 * this.#flagsTo;
    this.textCount = this.#texts.length;
    this.fixedBytes = 4 * textWord;
  }

  /** Where a key has a time: in a TIMESTAMP column, or at the end of a window; seen from the start of the key. */
  timeOf(column: number): RowTime {
    const { kind, at, flagsWord, flag, windowMicros } = this.#columns[column]!;
    const unit = kind === Kind.window ? at + 1 : at;
    return { at: 8 * unit, added: windowMicros, flagsAt: 4 * flagsWord, flag };
  }

  /** Writes another start of a window of one length into the key at a handle. */
  writeStart(views: RowViews, key: number, { column, micros }: {
    readonly column: number;
    readonly micros: number;
  }): void {
    writeTime(views, key + this.#columns[column]!.at, micros);
  }

  /** Writes the key that the values of a row begin with, whose texts may be views. */
  write(memory: GroupMemory, row: readonly Value[]): void {
    const key = memory.keyAt(this.bytesMax(row));
    this.writeAt(memory.views, key, row);
  }

  /** The most bytes of a key. */
  bytesMax(row: readonly Value[]): number {
    let bytes = this.fixedBytes + 8;
    for (let index = 0; index < this.#texts.length; index++) {
      const column = this.#texts[index]!;
      const nested = this.#nested[column];
      const value = row[column]!;
      bytes += textBytesMax(nested === undefined || value === null ? value : nested.encode(value));
    }
    return bytes;
  }

  /** Writes a key at a handle, where there is room for it; returns where it ends, in bytes. */
  writeAt(views: RowViews, key: number, row: readonly Value[]): number {
    const { words, bytes } = views;
    for (let word = this.#flagsFrom; word < this.#flagsTo; word++) words[2 * key + word] = 0;
    let end = 8 * key + this.fixedBytes;
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index]!;
      const value = row[index]!;
      if (value === null) {
        writeNull(views, key, column);
      } else if (column.kind === Kind.text) {
        const nested = this.#nested[index];
        const text = nested === undefined ? value : nested.encode(value);
        end = writeText(views, end, { word: 2 * key + column.at, value: text });
      } else {
        writeFixed(views, key + column.at, column, value);
      }
    }
    while ((end & 7) !== 0) bytes[end++] = 0;
    return end;
  }

  /** The length of the key at a handle, in bytes. */
  bytesAt({ words }: RowViews, key: number): number {
    let bytes = this.fixedBytes;
    for (let index = 0, word = 2 * key + this.textsAt / 4; index < this.textCount; index++, word++) {
      if (words[word]! >= 0) bytes += words[word]! & LENGTH_MASK;
    }
    return (bytes + 7) & ~7;
  }

  /** The values of a key, which is at a handle. */
  read(views: RowViews, key: number, textOf?: TextOf): Value[] {
    const values = new Array<Value>(this.#columns.length);
    let text = 8 * key + this.fixedBytes;
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index]!;
      const { kind, at, flagsWord, flag } = column;
      if ((views.words[2 * key + flagsWord]! & flag) !== 0) {
        values[index] = null;
      } else if (kind === Kind.text) {
        const word = views.words[2 * key + at]!;
        const end = (word & INTERNED) === 0 ? text + (word & LENGTH_MASK) : text;
        const value = this.#textAt(views, { word, start: text, end, textOf });
        const nested = this.#nested[index];
        values[index] = nested === undefined ? value : nested.decode(value);
        text = end;
      } else {
        values[index] = readFixed(views, key + at, column);
      }
    }
    return values;
  }

  #textAt({ bytes }: RowViews, { word, start, end, textOf }: {
    readonly word: number;
    readonly start: number;
    readonly end: number;
    readonly textOf: TextOf | undefined;
  }): string {
    const form = formOf(word);
    if ((word & INTERNED) !== 0) return textOf!(word & LENGTH_MASK, form);
    return form === TextForm.ascii
      ? this.#memo.read(bytes, start, end)
      : readText(bytes, { start, end, form });
  }

  /** A column of the keys of a table. */
  column(index: number, table: KeyTable): GroupColumn {
    const { memory } = table;
    const column = this.#columns[index]!;
    const { kind, at, flagsWord, flag, windowMicros } = column;
    const isNull = (group: number) =>
      (memory().views.words[2 * memory().keyOf(group) + flagsWord]! & flag) !== 0;
    const timeAt = (unit: number) => (group: number) =>
      readTime(memory().views, memory().keyOf(group) + unit);
    const keyAt = 8 * memory().keyOf(0);
    const place = { memory, flagsAt: keyAt + 4 * flagsWord, flag };
    const timePlace = { ...place, at: keyAt + 8 * at, added: 0 };
    const time: TimeColumn = { kind: "time", isNull, time: timeAt(at), place: timePlace };
    const timeOfWindow = (part: 0 | 1): TimeColumn => ({
      kind: "time",
      isNull: (group) => isNull(group) || isNoTime(memory().views, memory().keyOf(group) + at, part),
      time: timeAt(at + part),
    });
    const plain: GroupColumn = {
      kind: "value",
      value: (group) => isNull(group) ? null : readFixed(memory().views, memory().keyOf(group) + at, column),
    };
    switch (kind) {
      case Kind.window:
        return { kind: "window", isNull, start: timeOfWindow(0), end: timeOfWindow(1) };
      case Kind.windowStart: {
        if (this.#withoutZone.has(index)) return plain;
        const end: TimeColumn = {
          ...time,
          time: (group) => add(time.time(group), windowMicros),
          place: { ...timePlace, added: windowMicros },
        };
        return { kind: "window", isNull, start: time, end };
      }
      case Kind.time:
        return this.#withoutZone.has(index) ? plain : time;
      case Kind.text: {
        const value = this.#textsOf(index, { isNull, ...table });
        const nested = this.#nested[index];
        if (nested !== undefined) {
          return { kind: "value", value: (group) => decoded(nested, value(group)) };
        }
        return {
          kind: "text",
          number: (group) => {
            const word = memory().views.words[2 * memory().keyOf(group) + at]!;
            return (word & INTERNED) === 0 ? -1 : word & LENGTH_MASK;
          },
          value,
          place: { ...place, at: this.#texts.indexOf(index) },
        };
      }
      default:
        return plain;
    }
  }

  /** Reads the texts of a column, as views if they are valid UTF-8 and not interned. */
  #textsOf(
    index: number,
    { memory, textOf, isNull }: KeyTable & { readonly isNull: (group: number) => boolean },
  ): (group: number) => Value {
    const { at } = this.#columns[index]!;
    const wordsBefore = this.#texts.filter((text) => text < index).map((text) => this.#columns[text]!.at);
    const view = new TextView({
      get bytes() {
        return memory().views.bytes;
      },
    });
    return (group) => {
      if (isNull(group)) return null;
      const { bytes, words } = memory().views;
      const key = memory().keyOf(group);
      const word = words[2 * key + at]!;
      const form = formOf(word);
      if ((word & INTERNED) !== 0) return textOf(word & LENGTH_MASK, form);
      let start = 8 * key + this.fixedBytes;
      for (let text = 0; text < wordsBefore.length; text++) {
        const before = words[2 * key + wordsBefore[text]!]!;
        if ((before & INTERNED) === 0) start += before & LENGTH_MASK;
      }
      const end = start + (word & LENGTH_MASK);
      if (form === TextForm.utf16) return readText(bytes, { start, end, form });
      view.place(start, end, { isAscii: form === TextForm.ascii });
      return valueOf(view);
    };
  }
}

/** A key by its text, which may be a view. */
function decoded(nested: NestedKey, text: Value): Value {
  return text === null ? null : nested.decode(String(text));
}

/** Whether times of a type are shown without a time zone. */
function isLocal(type: DataType): boolean {
  return type === "TIMESTAMP_NTZ" || timeTypeOf(type) === "TIMESTAMP_NTZ";
}

/** The form of a text, by its word. */
function formOf(word: number): TextForm {
  return ((word >> FORM_SHIFT) & FORM_MASK) as TextForm;
}

/** Writes a text, and its word; returns where it ends. */
function writeText({ bytes, words }: RowViews, at: number, { word, value }: {
  readonly word: number;
  readonly value: Value;
}): number {
  let written: WrittenText;
  if (typeof value === "string") {
    const end = writeAscii(bytes, at, value);
    written = end >= 0 ? { end, form: TextForm.ascii } : writeWide(bytes, at, value);
  } else {
    const view = viewOf(value)!;
    written = { end: writeView(bytes, at, view), form: view.isAscii ? TextForm.ascii : TextForm.utf8 };
  }
  words[word] = (written.form << FORM_SHIFT) | (written.end - at);
  return written.end;
}

/** The most bytes that a text takes, or NULL. */
function textBytesMax(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "string") return UNIT_BYTES_MAX * value.length;
  const { start, end } = viewOf(value)!;
  return end - start;
}
