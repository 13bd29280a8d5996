/**
 * Reads a JSON object from a text into the values of a row, as Spark's `from_json` does in PERMISSIVE mode;
 * `tests/golden/from_json` has the answers of a real Spark.
 *
 * - The first object counts, what follows it is ignored. Single quotes are allowed instead of double ones.
 *   NaN and infinities are numbers. Of duplicate keys the last valid one wins.
 * - A field that does not fit its column leaves it unchanged, and is reported as bad. So does invalid JSON in
 *   the value of a column: reading goes on after it, or ends there with the fields before it, depending on where
 *   the parser stands. Invalid JSON elsewhere in the object makes every column NULL.
 *
 * This reader is the reference implementation. Faster ones have to agree with it, or fall back to it.
 */
import type { DataType, Value } from "../data_type.ts";
import type { Needed } from "../needed.ts";
import { BAD_FIELD, type FieldReader } from "./json_token.ts";
import { JsonTokens } from "./json_tokens.ts";
import { type JsonSyntax, RECORD_SYNTAX } from "./text/json_syntax.ts";
import { MALFORMED } from "./text/malformed.ts";
import type { Fit, ValueReader } from "./value_reader.ts";

/** The quality of a record. */
export const RowQuality = {
  /** Every field fits. */
  good: 0,
  /** Some field does not fit its column. */
  badField: 1,
  /** The text is not a JSON object: the row is all NULL. */
  malformed: 2,
  /** The text is empty or white space: the row is all NULL, and Spark does not count it as corrupt. */
  empty: 3,
} as const;

/** One of {@link RowQuality}. */
export type RowQuality = (typeof RowQuality)[keyof typeof RowQuality];

/** The slot for the value of a key, its type and reader. A key may have several targets of different types. */
export interface FieldTarget {
  readonly slot: number;
  readonly type: DataType;
  /** Whether a STRING may be a `TextView`. */
  readonly asBytes?: boolean;
  /** What is needed of it; all if it is not there. More may be read. */
  readonly needed?: Needed;
  /** Reads all forms of the value. */
  readonly read: ValueReader;
  /** Reads a value that is no object and no array, if the type has such values. */
  readonly readScalar: FieldReader;
}

/** What is read of a record. */
export interface RecordFields {
  /** The wanted keys. */
  readonly targets: ReadonlyMap<string, readonly FieldTarget[]>;
  /**
   * The readers of the columns that are not wanted, by their keys: what is not valid in the value of a column costs less
   * than elsewhere, and where reading goes on depends on its type. The values of other keys are skipped.
   */
  readonly declared: ReadonlyMap<string, ValueReader>;
}

/** Reads `text` into `row`, which must be as long as the schema. */
export function readJsonRow(
  text: string,
  fields: RecordFields,
  row: Value[],
  syntax: JsonSyntax = RECORD_SYNTAX,
): RowQuality {
  row.fill(null);
  try {
    return new Reader(new JsonTokens(text, syntax), fields, row).readRow();
  } catch (error) {
    if (error !== MALFORMED) throw error;
    row.fill(null);
    return RowQuality.malformed;
  }
}

class Reader {
  #tokens: JsonTokens;
  readonly #fields: RecordFields;
  readonly #row: Value[];
  readonly #fit: Fit = { isPartial: false };

  constructor(tokens: JsonTokens, fields: RecordFields, row: Value[]) {
    this.#tokens = tokens;
    this.#fields = fields;
    this.#row = row;
  }

  readRow(): RowQuality {
    const first = this.#tokens.next();
    if (first === undefined) return RowQuality.empty;
    if (first !== "{") throw MALFORMED;
    let quality: RowQuality = RowQuality.good;
    // After an error in a field, these may be tokens of what is inside it.
    for (let token = this.#tokens.next(); token !== undefined && token !== "}"; token = this.#tokens.next()) {
      const { name } = this.#tokens;
      const targets = name === undefined ? undefined : this.#fields.targets.get(name);
      if (targets !== undefined) {
        if (!this.#readField(targets)) quality = RowQuality.badField;
      } else {
        const declared = name === undefined ? undefined : this.#fields.declared.get(name);
        if (declared !== undefined) this.#readValue(declared);
      }
      this.#tokens.skipChildren();
    }
    return quality;
  }

  /** Reads the value of a field; false if it is not valid, or does not fit a column. */
  #readField(targets: readonly FieldTarget[]): boolean {
    const start = this.#tokens;
    let fits = true;
    for (const { slot, read } of targets) {
      if (targets.length > 1) this.#tokens = start.copy();
      const value = this.#readValue(read);
      if (value === BAD_FIELD || this.#fit.isPartial) fits = false;
      if (value !== BAD_FIELD) this.#row[slot] = value;
    }
    return fits;
  }

  #readValue(read: ValueReader): Value | typeof BAD_FIELD {
    this.#fit.isPartial = false;
    try {
      return read(this.#tokens, this.#fit);
    } catch (error) {
      if (error !== MALFORMED) throw error;
      return BAD_FIELD;
    }
  }
}
