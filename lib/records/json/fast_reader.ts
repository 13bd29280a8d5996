/**
 * Reads common JSON objects directly from their bytes: keys and strings without escapes, numbers, true, false
 * and null, without nesting. Every byte up to the closing brace is checked, as by Spark's parser; anything
 * unusual is left to `json_reader.ts`, the reference implementation.
 *
 * The kernel, `json_kernel.as`, scans the bytes, and reads times and numbers in their usual forms. Other forms of
 * values, and strings, are read here.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Value } from "../data_type.ts";
import { javaText } from "../values/java_text.ts";
import { TextView, valueOf } from "../values/text_view.ts";
import { type Micros, MICROS_PER_SECOND, microsOfSeconds } from "../values/micros.ts";
import {
  EVENT_END,
  EVENT_KIND,
  EVENT_START,
  EVENT_WORDS,
  EventKind,
  isKernelType,
  JsonKernel,
  type KernelType,
} from "./kernel/json_kernel.ts";
import { type FieldTarget, RowQuality } from "./json_reader.ts";
import { BAD_FIELD, type JsonToken } from "./json_token.ts";
import { KeptTexts } from "./kept_texts.ts";

/** The result for a record that has to be read by the exact reader. */
export const UNSURE = -1;

/** Larger records are left to the exact reader, which knows the limits of Spark's parser. */
const RECORD_BYTES_MAX = 32_768;

/** A wanted key. */
interface WantedColumn {
  readonly targets: readonly FieldTarget[];
  /** The slot of its only target; what the kernel has read, and texts of STRINGs, have no other. */
  readonly slot: number;
  readonly isString: boolean;
  /** Its repeated texts, if it has STRINGs. */
  readonly kept: KeptTexts | undefined;
  /** The view of its other texts, if nothing needs them as strings. */
  readonly view: TextView | undefined;
}

/** See the module's description. */
export class FastReader {
  readonly #kernel: JsonKernel;
  readonly #columns: readonly WantedColumn[];
  readonly #zone: TimeZone;

  constructor(targets: ReadonlyMap<string, readonly FieldTarget[]>, zone: TimeZone) {
    const columns = [...targets].map(([name, fields]) => ({ name, fields, type: kernelType(fields) }));
    this.#zone = zone;
    this.#kernel = new JsonKernel(columns, zone.fixedOffsetSeconds);
    this.#columns = columns.map(({ fields, type }, column) => ({
      targets: fields,
      slot: fields[0]!.slot,
      isString: type === "TEXT" && fields.length === 1,
      kept: type === "TEXT" ? new KeptTexts(this.#kernel, column) : undefined,
      view: fields[0]!.asBytes === true ? new TextView(this.#kernel) : undefined,
    }));
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
      // Texts that are added to the cache may move the events.
      const { events } = kernel;
      const column = this.#columns[events[at]!]!;
      const kind = events[at + EVENT_KIND]!;
      if (kind >= EventKind.value) row[column.slot] = this.#valueAt(kind, at);
      else if (column.isString && kind <= EventKind.string) {
        row[column.slot] = this.#stringAt(column, at);
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
    const { events } = this.#kernel;
    const [kind, start, end] = [events[at + EVENT_KIND]!, events[at + EVENT_START]!, events[at + EVENT_END]!];
    const isView = (kind === EventKind.ascii || kind === EventKind.utf8) && !kept!.takes(end - start);
    if (view === undefined || !isView) return this.#textAt(column, at);
    view.place(start, end, { isAscii: kind === EventKind.ascii });
    return valueOf(view);
  }

  /** The text of a string. */
  #textAt({ kept }: WantedColumn, at: number): string {
    const { bytes, events } = this.#kernel;
    const [kind, start, end] = [events[at + EVENT_KIND]!, events[at + EVENT_START]!, events[at + EVENT_END]!];
    if (kind === EventKind.known) return kept!.at(start);
    const text = kind === EventKind.ascii
      ? bytes.toString("latin1", start, end)
      : javaText(bytes.subarray(start, end));
    if (kept?.takes(end - start) === true) kept.add(text, start, end);
    return text;
  }

  /** The token of an event; null for JSON's null. */
  #tokenAt(column: WantedColumn, at: number): JsonToken | null {
    const { bytes, events } = this.#kernel;
    const [kind, start, end] = [events[at + EVENT_KIND]!, events[at + EVENT_START]!, events[at + EVENT_END]!];
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

/** How the kernel reads a key: as the type of its only target, or as text. */
function kernelType(targets: readonly FieldTarget[]): KernelType {
  const [{ type }] = targets as [FieldTarget];
  if (targets.some(({ type }) => type === "STRING")) return "TEXT";
  return targets.length === 1 && isKernelType(type) ? type : "OTHER";
}
