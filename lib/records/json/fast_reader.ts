/**
 * Reads common JSON objects directly from their bytes: keys and strings without escapes, numbers, true, false
 * and null, and objects and arrays of them. Every byte up to the closing brace is checked, as by Spark's parser;
 * anything unusual is left to `json_reader.ts`, the reference implementation.
 *
 * The kernel, `json_kernel.as`, scans the bytes, and reads times and numbers in their usual forms. Other forms of
 * values, and strings, are read here, and structures are put together of their parts, as far as they are needed.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Schema, Value } from "../data_type.ts";
import { javaText } from "../values/java_text.ts";
import { TextView, valueOf } from "../values/text_view.ts";
import { type Micros, MICROS_PER_SECOND, microsOfSeconds } from "../values/micros.ts";
import {
  EVENT_END,
  EVENT_KIND,
  EVENT_START,
  EVENT_WORDS,
  EventKind,
  JsonKernel,
} from "./kernel/json_kernel.ts";
import { type FieldTarget, RowQuality } from "./json_reader.ts";
import { BAD_FIELD, type FieldReader, type JsonToken } from "./json_token.ts";
import { KeptTexts } from "./kept_texts.ts";
import { type ReadColumn, readColumns } from "./read_columns.ts";

/** The result for a record that has to be read by the exact reader. */
export const UNSURE = -1;

/** Larger records are left to the exact reader, which knows the limits of Spark's parser. */
const RECORD_BYTES_MAX = 32_768;

/** A wanted key, or a part of one. */
interface WantedColumn {
  readonly targets: readonly FieldTarget[];
  /**
   * The slot of its only target, or the index of a field in its STRUCT; what the kernel has read, texts of STRINGs and
   * structures have no other.
   */
  readonly slot: number;
  readonly readScalar: FieldReader;
  readonly isString: boolean;
  /** What it is, if it is no scalar. */
  readonly structure: "STRUCT" | "ARRAY" | "MAP" | undefined;
  /** The number of fields of a STRUCT. */
  readonly width: number;
  /** Its repeated texts, if it has STRINGs, or is a MAP. */
  readonly kept: KeptTexts | undefined;
  /** The view of its other texts, if nothing needs them as strings. */
  readonly view: TextView | undefined;
}

/** See the module's description. */
export class FastReader {
  readonly #kernel: JsonKernel;
  readonly #columns: readonly WantedColumn[];
  readonly #zone: TimeZone;

  /** What was found of the structure that was read last: whether a part of it does not fit, */
  #isPartial = false;
  /** and whether that changes how the rest of the record is read. */
  #isUnsure = false;

  /** @param declared All columns of the stream: how a record is read also depends on those that are not wanted. */
  constructor(targets: ReadonlyMap<string, readonly FieldTarget[]>, zone: TimeZone, declared: Schema = []) {
    const columns = readColumns(targets, { declared, zone });
    this.#zone = zone;
    this.#kernel = new JsonKernel(columns, zone.fixedOffsetSeconds);
    this.#columns = columns.map((column, index) => wantedColumn(column, index, this.#kernel));
  }

  /**
   * Reads `bytes[start, end)` into `row`, which must be all NULL. The bytes must not change while records are
   * read from them.
   */
  read(bytes: Uint8Array, start: number, end: number, row: Value[]): RowQuality | typeof UNSURE {
    if (end - start > RECORD_BYTES_MAX) return UNSURE;
    const kernel = this.#kernel;
    const count = kernel.read(bytes, start, end);
    if (count < 0) return UNSURE;
    const { firstEvent } = kernel;
    const last = firstEvent + count * EVENT_WORDS;
    let quality: RowQuality = RowQuality.good;
    for (let at = firstEvent; at < last; at += EVENT_WORDS) {
      // Texts that are added to the cache may move the memory.
      const { words } = kernel;
      const column = this.#columns[words[at]!]!;
      const kind = words[at + EVENT_KIND]!;
      if (kind >= EventKind.value) row[column.slot] = this.#valueAt(kind, at);
      else if (column.isString && kind <= EventKind.string) {
        row[column.slot] = this.#stringAt(column, at);
      } else if (kind === EventKind.structure) {
        this.#isPartial = this.#isUnsure = false;
        const value = this.#structureAt(column, at);
        if (this.#isUnsure) return UNSURE;
        if (value === BAD_FIELD || this.#isPartial) quality = RowQuality.badField;
        if (value !== BAD_FIELD) row[column.slot] = value;
        at = this.#after(at) - EVENT_WORDS;
      } else if (!readInto(row, column.targets, this.#tokenAt(column, at))) {
        quality = RowQuality.badField;
      }
    }
    return quality;
  }

  /** A value that the kernel has read. */
  #valueAt(kind: number, at: number): Value {
    if (kind === EventKind.long) return this.#kernel.longAt(at);
    const value = this.#kernel.doubleAt(at);
    return kind === EventKind.localTime ? this.#instantOf(value) : value;
  }

  /** The value of a column that has STRINGs only. */
  #stringAt(column: WantedColumn, at: number): Value {
    const { kept, view } = column;
    const { words } = this.#kernel;
    const [kind, start, end] = [words[at + EVENT_KIND]!, words[at + EVENT_START]!, words[at + EVENT_END]!];
    const isView = (kind === EventKind.ascii || kind === EventKind.utf8) && !kept!.takes(end - start);
    if (view === undefined || !isView) return this.#textAt(column, at);
    view.place(start, end, { isAscii: kind === EventKind.ascii });
    return valueOf(view);
  }

  /** The text of a string. */
  #textAt({ kept }: WantedColumn, at: number): string {
    const { bytes, words } = this.#kernel;
    const [kind, start, end] = [words[at + EVENT_KIND]!, words[at + EVENT_START]!, words[at + EVENT_END]!];
    if (kind === EventKind.known) return kept!.at(start);
    const text = kind === EventKind.ascii
      ? bytes.toString("latin1", start, end)
      : javaText(bytes.subarray(start, end));
    if (kept?.takes(end - start) === true) kept.add(text, start, end);
    return text;
  }

  /** The token of an event; null for JSON's null. */
  #tokenAt(column: WantedColumn, at: number): JsonToken | null {
    const { bytes, words } = this.#kernel;
    const [kind, start, end] = [words[at + EVENT_KIND]!, words[at + EVENT_START]!, words[at + EVENT_END]!];
    switch (kind) {
      case EventKind.null:
        return null;
      case EventKind.true:
      case EventKind.false:
        return { kind: "boolean", value: kind === EventKind.true };
      case EventKind.whole:
      case EventKind.fraction:
        return {
          kind: kind === EventKind.whole ? "whole" : "fraction",
          text: bytes.toString("latin1", start, end),
        };
      default:
        return { kind: "string", text: this.#textAt(column, at) };
    }
  }

  /** The value of an object or array. */
  #structureAt(column: WantedColumn, at: number): Value | typeof BAD_FIELD {
    switch (column.structure) {
      case "STRUCT":
        return this.#structAt(column, at);
      case "ARRAY":
        return this.#arrayAt(at);
      default:
        return this.#mapAt(column, at);
    }
  }

  #structAt({ width }: WantedColumn, at: number): Value {
    const values = new Array<Value>(width).fill(null);
    const end = this.#after(at);
    for (let part = at + EVENT_WORDS; part < end; part = this.#after(part)) {
      const { slot } = this.#columnAt(part);
      const value = this.#partAt(part);
      if (value === BAD_FIELD) this.#isPartial = true;
      else values[slot] = value;
    }
    return values;
  }

  #arrayAt(at: number): Value | typeof BAD_FIELD {
    const values: Value[] = [];
    const end = this.#after(at);
    for (let part = at + EVENT_WORDS; part < end; part = this.#after(part)) {
      const value = this.#partAt(part);
      if (value === BAD_FIELD) {
        this.#isUnsure = true;
        return value;
      }
      values.push(value);
    }
    return values;
  }

  /** Names and values follow each other. */
  #mapAt(column: WantedColumn, at: number): Value | typeof BAD_FIELD {
    const entries: Value[][] = [];
    let fits = true;
    const end = this.#after(at);
    for (let name = at + EVENT_WORDS; name < end; name = this.#after(name + EVENT_WORDS)) {
      const key = this.#textAt(column, name);
      const value = this.#partAt(name + EVENT_WORDS);
      if (value === BAD_FIELD) fits = false;
      else entries.push([key, value]);
    }
    return fits ? entries : BAD_FIELD;
  }

  /** The value of a part of a structure. */
  #partAt(at: number): Value | typeof BAD_FIELD {
    const column = this.#columnAt(at);
    const kind = this.#kernel.words[at + EVENT_KIND]!;
    if (kind >= EventKind.value) return this.#valueAt(kind, at);
    if (kind === EventKind.structure) return this.#structureAt(column, at);
    if (column.isString && kind <= EventKind.string) return this.#textAt(column, at);
    const token = this.#tokenAt(column, at);
    return token === null ? null : column.readScalar(token);
  }

  #columnAt(at: number): WantedColumn {
    return this.#columns[this.#kernel.words[at]!]!;
  }

  /** The event after one and all of its parts. */
  #after(at: number): number {
    const { words } = this.#kernel;
    return words[at + EVENT_KIND] === EventKind.structure ? words[at + EVENT_START]! >> 2 : at + EVENT_WORDS;
  }

  /** The time of microseconds in the session's zone. */
  #instantOf(localMicros: number): Micros {
    const localSeconds = Math.floor(localMicros / MICROS_PER_SECOND);
    const micros = localMicros - localSeconds * MICROS_PER_SECOND;
    return microsOfSeconds(this.#zone.utcOfLocal(localSeconds), micros);
  }
}

/** Sets the value of each target; false if one of them does not fit. */
function readInto(row: Value[], targets: readonly FieldTarget[], token: JsonToken | null): boolean {
  let fits = true;
  for (let index = 0; index < targets.length; index++) {
    const { slot, readScalar } = targets[index]!;
    const value = token === null ? null : readScalar(token);
    // Of duplicate keys the last valid one wins, so a bad field leaves the column unchanged.
    if (value === BAD_FIELD) fits = false;
    else row[slot] = value;
  }
  return fits;
}

function wantedColumn(column: ReadColumn, index: number, kernel: JsonKernel): WantedColumn {
  const { type, dataType, targets, slot, readScalar, isChecked } = column;
  const structure = type === "STRUCT" || type === "ARRAY" || type === "MAP" ? type : undefined;
  const hasTexts = (type === "TEXT" || type === "MAP") && isChecked !== true;
  const isStruct = typeof dataType !== "string" && dataType.kind === "STRUCT";
  return {
    targets,
    slot,
    readScalar,
    isString: type === "TEXT" && targets.length <= 1,
    structure,
    width: isStruct ? dataType.fields.length : 0,
    kept: hasTexts ? new KeptTexts(kernel, index) : undefined,
    view: targets[0]?.asBytes === true ? new TextView(kernel) : undefined,
  };
}
