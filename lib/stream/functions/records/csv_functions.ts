/** Functions that read and write CSV. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TimeZone } from "../../../base/time_zone.ts";
import { csvReader } from "../../../records/formats/csv/csv_reader.ts";
import type { Row, Schema, Value } from "../../../records/data_type.ts";
import { RowQuality } from "../../../records/json/json_reader.ts";
import { lineOptions } from "../../../sql/functions/nested/csv_signatures.ts";
import { failsFast, type Options, plannedOptions } from "../../../sql/functions/nested/format_options.ts";
import { boundedText } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";
import { csvWriter } from "./csv_writer.ts";
import { formatsOf } from "./formats.ts";

const CORRUPT = "_corrupt_record";

/** Reads a line to a row, and says how well it fits. */
function rowReader(schema: Schema, options: Options, zone: TimeZone): (line: string) => [Row, RowQuality] {
  const corruptName = options.get("columnnameofcorruptrecord") ?? CORRUPT;
  const corrupt = schema.findIndex(({ name }) => name === corruptName);
  const columns = schema.filter((_column, index) => index !== corrupt);
  const { zone: ownZone, readDate, readTimestamp } = formatsOf(options, zone);
  const read = csvReader(columns, { options: lineOptions(options), zone: ownZone, readDate, readTimestamp });
  return (line) => {
    const row: Row = new Array<Value>(columns.length).fill(null);
    const quality = read(line, row);
    if (corrupt >= 0) row.splice(corrupt, 0, quality === RowQuality.good ? null : line);
    return [row, quality];
  };
}

/** By their name in plans. */
export const CSV_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  from_csv: ([text], call, zone) => {
    const options = plannedOptions(call.args[1]);
    const read = rowReader((call.type as { readonly fields: Schema }).fields, options, zone);
    const isStrict = failsFast(options);
    return strict((line: string) => {
      const [row, quality] = read(line);
      if (!isStrict || quality === RowQuality.good) return row;
      throw new SfcrimeError("QUERY_FAILED", `from_csv: ${JSON.stringify(line)} does not fit its schema.`, {
        hint: "Use the mode PERMISSIVE to get NULL instead.",
      });
    })([text!], call, zone);
  },
  to_csv: ([value], call, zone) => {
    const { fields } = call.args[0]!.type as { readonly fields: Schema };
    const write = csvWriter(fields, plannedOptions(call.args[1]), zone);
    return strict((row: Row) => {
      const line = write(row);
      return line === null ? null : boundedText(line);
    })([value!], call, zone);
  },
};
