/**
 * Reads common JSON objects directly from their bytes: keys and strings without escapes, plain numbers, true,
 * false and null, without nesting. Every byte up to the closing brace is checked, as by Spark's parser;
 * anything unusual is left to `json_reader.ts`, the reference implementation.
 *
 * The bytes are scanned by `json_kernel.as`; the values are made here.
 */
import type { Value } from "../data_type.ts";
import { EVENT_END, EVENT_KIND, EVENT_START, EVENT_WORDS, EventKind, JsonKernel } from "./json_kernel.ts";
import { javaText } from "../values/java_text.ts";
import { BAD_FIELD, type FieldTarget, type JsonToken, RowQuality } from "./json_reader.ts";
import { KeptValues } from "./kept_values.ts";

/** The result for a record that has to be read by the exact reader. */
export const UNSURE = -1;

/** Larger records are left to the exact reader, which knows the limits of Spark's parser. */
const RECORD_BYTES_MAX = 32_768;

type Read = Value | typeof BAD_FIELD;

/** The targets of a wanted key. */
interface WantedColumn {
  readonly targets: readonly FieldTarget[];
  /** The values that the targets read from repeated texts. */
  readonly kept: KeptValues<readonly Read[]>;
}

/** See the module's description. */
export class FastReader {
  readonly #kernel: JsonKernel;
  readonly #columns: readonly WantedColumn[];
  #isGood = true;

  constructor(targets: ReadonlyMap<string, readonly FieldTarget[]>) {
    this.#kernel = new JsonKernel([...targets.keys()]);
    this.#columns = [...targets.values()].map((fields, column) => ({
      targets: fields,
      kept: new KeptValues(this.#kernel, column),
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
    this.#isGood = true;
    const last = kernel.firstEvent + count * EVENT_WORDS;
    for (let at = kernel.firstEvent; at < last; at += EVENT_WORDS) {
      const column = this.#columns[kernel.events[at]!]!;
      const kind = kernel.events[at + EVENT_KIND]!;
      const values = kind === EventKind.known
        ? column.kept.at(kernel.events[at + EVENT_START]!)
        : this.#read(bytes, column, at);
      for (let index = 0; index < values.length; index++) {
        const value = values[index]!;
        // Of duplicate keys the last valid one wins, so a bad field leaves the column unchanged.
        if (value === BAD_FIELD) this.#isGood = false;
        else row[column.targets[index]!.slot] = value;
      }
    }
    return this.#isGood ? RowQuality.good : RowQuality.badField;
  }

  #read(bytes: Uint8Array, { targets, kept }: WantedColumn, at: number): readonly Read[] {
    const { events, shift } = this.#kernel;
    const [kind, start, end] = [events[at + EVENT_KIND]!, events[at + EVENT_START]!, events[at + EVENT_END]!];
    if (kind === EventKind.null) return targets.map(() => null);
    const token = tokenOf(kind, () => javaText(bytes.subarray(start - shift, end - shift)));
    const values = targets.map(({ read }) => read(token));
    if (kind === EventKind.newString) kept.add(values, start, end);
    return values;
  }
}

function tokenOf(kind: number, text: () => string): JsonToken {
  switch (kind) {
    case EventKind.true:
    case EventKind.false:
      return { kind: "boolean", value: kind === EventKind.true };
    case EventKind.whole:
      return { kind: "whole", text: text() };
    case EventKind.fraction:
      return { kind: "fraction", text: text() };
    default:
      return { kind: "string", text: text() };
  }
}
