/** Functions that read and write CSV. */
import type { TimeZone } from "../../../base/time_zone.ts";
import { csvReader } from "../../../records/formats/csv/csv_reader.ts";
import type { Row, Schema, Value } from "../../../records/data_type.ts";
import { RowQuality } from "../../../records/json/json_reader.ts";
import { lineOptions } from "../../../sql/functions/nested/csv_signatures.ts";
import { type Options, plannedOptions } from "../../../sql/functions/nested/format_options.ts";
import { boundedText } from "../../values/text_bound.ts";
import { type Implementation, strict } from "../implementation.ts";
import { csvWriter } from "./csv_writer.ts";
import { formatsOf } from "./formats.ts";
import { textFunction, type TextReader, withCorruptText } from "./read_text.ts";

function rowReader(columns: Schema, options: Options, zone: TimeZone): TextReader {
  const { zone: ownZone, readDate, readTimestamp } = formatsOf(options, zone);
  const read = csvReader(columns, { options: lineOptions(options), zone: ownZone, readDate, readTimestamp });
  return (line) => {
    const value: Row = new Array<Value>(columns.length).fill(null);
    return { fits: read(line, value) === RowQuality.good, value };
  };
}

/** By their name in plans. */
export const CSV_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  from_csv: ([text], call, zone) => {
    const options = plannedOptions(call.args[1]);
    const { fields } = call.type as { readonly fields: Schema };
    const read = withCorruptText(fields, options, (columns) => rowReader(columns, options, zone));
    return strict(textFunction("from_csv", options, read))([text!], call, zone);
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
