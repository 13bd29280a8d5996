/**
 * `from_json`: a text is read as records are. What does not fit is NULL or, in the mode FAILFAST, an error; the text
 * of such a record goes to the column for it, if there is one.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../../records/data_type.ts";
import { scalarReader } from "../../../records/json/field_readers.ts";
import { fieldTargets } from "../../../records/json/field_targets.ts";
import { readJsonRow, RowQuality } from "../../../records/json/json_reader.ts";
import { BAD_FIELD } from "../../../records/json/json_token.ts";
import { JsonTokens, MALFORMED } from "../../../records/json/json_tokens.ts";
import { syntaxOf } from "../../../records/json/text/json_syntax.ts";
import { type ScalarReaders, valueReader } from "../../../records/json/value_reader.ts";
import { recordDecoder } from "../../../records/record_decoder.ts";
import { failsFast, type Options, plannedOptions } from "../../../sql/functions/nested/format_options.ts";
import { type Implementation, strict } from "../implementation.ts";
import { type Formats, formatsOf } from "./formats.ts";

/** A value that was read of a text, and how well it fits. */
interface Read {
  readonly value: Value;
  readonly quality: RowQuality;
}

type Reader = (text: string) => Read;

/** See the module's description. */
export const fromJson: Implementation = ([text], call, zone) => {
  const options = plannedOptions(call.args[1]);
  const isStruct = typeof call.type !== "string" && call.type.kind === "STRUCT";
  const read = isStruct
    ? rowReader((call.type as { readonly fields: Schema }).fields, options, zone)
    : rootReader(call.type, options, zone);
  const isStrict = failsFast(options);
  return strict((json: string) => {
    const { value, quality } = read(json);
    if (quality === RowQuality.empty) return null;
    if (isStrict && quality !== RowQuality.good) throw malformed(json);
    return value;
  })([text!], call, zone);
};

function malformed(json: string): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `from_json: ${JSON.stringify(json)} does not fit its schema.`, {
    hint: "Use the mode PERMISSIVE to get NULL instead.",
  });
}

const CORRUPT = "_corrupt_record";

function rowReader(schema: Schema, options: Options, zone: TimeZone): Reader {
  const corruptName = options.get("columnnameofcorruptrecord") ?? CORRUPT;
  const corrupt = schema.findIndex(({ name }) => name === corruptName);
  const fields = schema.filter((_column, index) => index !== corrupt);
  const read = plainRowReader(fields, options, zone);
  if (corrupt < 0) return read;
  return (text) => {
    const { value, quality } = read(text);
    const isBad = quality === RowQuality.badField || quality === RowQuality.malformed;
    return { value: (value as readonly Value[]).toSpliced(corrupt, 0, isBad ? text : null), quality };
  };
}

const ENCODER = new TextEncoder();

function plainRowReader(fields: Schema, options: Options, zone: TimeZone): Reader {
  const newRow = (): Row => new Array<Value>(fields.length).fill(null);
  if (options.size === 0 && fields.length > 0) {
    const decoder = recordDecoder(fields, zone);
    return (text) => {
      const bytes = ENCODER.encode(text);
      const value = newRow();
      return { value, quality: decoder.decode(bytes, 0, bytes.length, value) };
    };
  }
  const formats = formatsOf(options, zone);
  const targets = fieldTargets(fields, formats.zone, scalars(formats));
  const syntax = syntaxOf(options);
  return (text) => {
    const value = newRow();
    return { value, quality: readJsonRow(text, { targets, declared: new Map() }, value, syntax) };
  };
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
function rootReader(type: DataType, options: Options, zone: TimeZone): Reader {
  const formats = formatsOf(options, zone);
  const syntax = syntaxOf(options);
  const read = valueReader(type, formats.zone, scalars(formats));
  const ofOne = typeof type !== "string" && type.kind === "ARRAY" && typeof type.element !== "string" &&
      type.element.kind === "STRUCT"
    ? valueReader(type.element, formats.zone, scalars(formats))
    : undefined;
  return (text) => {
    const tokens = new JsonTokens(text, syntax);
    const fit = { isPartial: false };
    try {
      const first = tokens.next();
      if (first === undefined) return { value: null, quality: RowQuality.empty };
      const isOne = first === "{" && ofOne !== undefined;
      const value = isOne ? ofOne(tokens, fit) : read(tokens, fit);
      if (value === BAD_FIELD) return { value: null, quality: RowQuality.malformed };
      const quality = fit.isPartial ? RowQuality.badField : RowQuality.good;
      return { value: isOne ? [value] : value, quality };
    } catch (error) {
      if (error !== MALFORMED) throw error;
      return { value: null, quality: RowQuality.malformed };
    }
  };
}
