/**
 * What functions that read a text to a value have in common, such as `from_json`: what does not fit is NULL or, in the
 * mode FAILFAST, an error; the text of such a record goes to the column for it, if there is one.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Schema, Value } from "../../../records/data_type.ts";
import { failsFast, type Options } from "../../../sql/functions/nested/format_options.ts";

/** A value that was read of a text, and whether the text fits. */
export interface ReadText {
  readonly value: Value;
  readonly fits: boolean;
}

/** Reads a text. */
export type TextReader = (text: string) => ReadText;

const CORRUPT = "_corrupt_record";

/** A reader of rows, one of whose columns may be the text of those that do not fit. */
export function withCorruptText(
  schema: Schema,
  options: Options,
  readerOf: (columns: Schema) => TextReader,
): TextReader {
  const name = options.get("columnnameofcorruptrecord") ?? CORRUPT;
  const corrupt = schema.findIndex((column) => column.name === name);
  if (corrupt < 0) return readerOf(schema);
  const read = readerOf(schema.toSpliced(corrupt, 1));
  return (text) => {
    const { value, fits } = read(text);
    if (value === null) return { value, fits };
    return { value: (value as readonly Value[]).toSpliced(corrupt, 0, fits ? null : text), fits };
  };
}

/** The values that a function of a name reads. @throws {SfcrimeError} QUERY_FAILED for what does not fit, if that is asked for. */
export function textFunction(name: string, options: Options, read: TextReader): (text: string) => Value {
  if (!failsFast(options)) return (text) => read(text).value;
  return (text) => {
    const { value, fits } = read(text);
    if (fits) return value;
    throw new SfcrimeError("QUERY_FAILED", `${name}: ${JSON.stringify(text)} does not fit its schema.`, {
      hint: "Use the mode PERMISSIVE to get NULL instead.",
    });
  };
}
