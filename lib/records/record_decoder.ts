/**
 * Decodes the value of a record to the columns that a plan needs.
 *
 * A null value, or one that is not a JSON object, is a row of NULLs, as in Spark: it is counted, not lost.
 */
import type { DecodedSchema, Row, Schema } from "./data_type.ts";
import { fieldTargets } from "./json/field_targets.ts";
import { type ValueReader, valueReader } from "./json/value_reader.ts";
import { FastReader, UNSURE } from "./json/fast_reader.ts";
import { javaText } from "./values/java_text.ts";
import { readJsonRow, RowQuality } from "./json/json_reader.ts";
import type { TimeZone } from "../base/time_zone.ts";

/** Decodes records of one schema. */
export interface RecordDecoder {
  /**
   * Reads the JSON text in `bytes[start, end)` into `row`, which must be as long as the schema.
   */
  decode(bytes: Uint8Array, start: number, end: number, row: Row): RowQuality;
}

/**
 * A decoder for the given columns, of which several may have the same name and different types; other fields
 * of a record are checked to be JSON, and skipped.
 *
 * @param declared All columns of the stream: invalid JSON in the value of a column costs less than elsewhere.
 */
export function recordDecoder(
  schema: DecodedSchema,
  zone: TimeZone,
  declared: Schema = schema,
): RecordDecoder {
  // Of a stream that has no fields of the value, the value may be anything.
  if (declared.length === 0) {
    return { decode: (_bytes, _start, _end, row) => (row.fill(null), RowQuality.good) };
  }
  const targets = fieldTargets(schema, zone);
  const others = new Map<string, ValueReader>();
  for (const { name, type } of declared) if (!targets.has(name)) others.set(name, valueReader(type, zone));
  const fast = new FastReader(targets, zone, declared);
  return {
    decode(bytes, start, end, row) {
      for (let slot = 0; slot < row.length; slot++) row[slot] = null;
      const quality = fast.read(bytes, start, end, row);
      return quality === UNSURE
        ? readJsonRow(javaText(bytes.subarray(start, end)), { targets, declared: others }, row)
        : quality;
    },
  };
}
