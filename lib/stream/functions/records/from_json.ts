/** `from_json`: a text is read as records are. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../../records/data_type.ts";
import { scalarReader } from "../../../records/json/field_readers.ts";
import { fieldTargets } from "../../../records/json/field_targets.ts";
import { readJsonRow, RowQuality } from "../../../records/json/json_reader.ts";
import { BAD_FIELD } from "../../../records/json/json_token.ts";
import { JsonTokens } from "../../../records/json/json_tokens.ts";
import { ifJson } from "../../../records/json/text/malformed.ts";
import { type ScalarReaders, valueReader } from "../../../records/json/value_reader.ts";
import { recordDecoder } from "../../../records/record_decoder.ts";
import { jsonSyntax, type Options, plannedOptions } from "../../../sql/functions/nested/format_options.ts";
import { type Implementation, strict } from "../implementation.ts";
import { type Formats, formatsOf } from "./formats.ts";
import { type ReadText, textFunction, type TextReader, withCorruptText } from "./read_text.ts";

/** An empty text is no mistake. */
const EMPTY: ReadText = { value: null, fits: true };
const MISFIT: ReadText = { value: null, fits: false };

/** See the module's description. */
export const fromJson: Implementation = ([text], call, zone) => {
  const options = plannedOptions(call.args[1]);
  const { type } = call;
  const read = typeof type !== "string" && type.kind === "STRUCT"
    ? withCorruptText(type.fields, options, (fields) => rowReader(fields, options, zone))
    : rootReader(type, options, zone);
  return strict(textFunction("from_json", options, read))([text!], call, zone);
};

const ENCODER = new TextEncoder();

function rowReader(fields: Schema, options: Options, zone: TimeZone): TextReader {
  const newRow = (): Row => new Array<Value>(fields.length).fill(null);
  if (options.size === 0 && fields.length > 0) {
    const decoder = recordDecoder(fields, zone);
    return (text) => {
      const bytes = ENCODER.encode(text);
      const value = newRow();
      return readRow(value, decoder.decode(bytes, 0, bytes.length, value));
    };
  }
  const formats = formatsOf(options, zone);
  const targets = fieldTargets(fields, formats.zone, scalars(formats));
  const syntax = jsonSyntax(options);
  return (text) => {
    const value = newRow();
    return readRow(value, readJsonRow(text, { targets, declared: new Map() }, value, syntax));
  };
}

function readRow(value: Row, quality: RowQuality): ReadText {
  return quality === RowQuality.empty ? EMPTY : { value, fits: quality === RowQuality.good };
}

/** The readers of dates and times by the formats of options. */
function scalars({ readDate, readTimestamp }: Formats): ScalarReaders {
  return (type, zone) => {
    const read = scalarReader(type, zone);
    const own = type === "DATE" ? readDate : type === "TIMESTAMP" ? readTimestamp : undefined;
    if (own === undefined) return read;
    return (token) => token.kind === "string" ? own(token.text) ?? BAD_FIELD : read(token);
  };
}

/** Reads an ARRAY or a MAP. An object is also an ARRAY of one STRUCT. */
function rootReader(type: DataType, options: Options, zone: TimeZone): TextReader {
  const formats = formatsOf(options, zone);
  const syntax = jsonSyntax(options);
  const read = valueReader(type, formats.zone, scalars(formats));
  const ofOne = typeof type !== "string" && type.kind === "ARRAY" && typeof type.element !== "string" &&
      type.element.kind === "STRUCT"
    ? valueReader(type.element, formats.zone, scalars(formats))
    : undefined;
  return (text) => {
    const tokens = new JsonTokens(text, syntax);
    const fit = { isPartial: false };
    const result = ifJson((): ReadText => {
      const first = tokens.next();
      if (first === undefined) return EMPTY;
      const isOne = first === "{" && ofOne !== undefined;
      const value = isOne ? ofOne(tokens, fit) : read(tokens, fit);
      if (value === BAD_FIELD) return MISFIT;
      return { value: isOne ? [value] : value, fits: !fit.isPartial };
    });
    return result ?? MISFIT;
  };
}
