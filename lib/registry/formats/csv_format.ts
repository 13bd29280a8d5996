/** Decoders of CSV. */
import { type TimeZone, UTC } from "../../base/time_zone.ts";
import { csvOptions } from "../../records/formats/csv/csv_options.ts";
import { csvReader } from "../../records/formats/csv/csv_reader.ts";
import type { FormatDecoder } from "../../records/formats/schemas/format_decoder.ts";
import { isOfValue } from "../../records/kafka/kafka_column.ts";
import { javaText } from "../../records/values/java_text.ts";
import type { Micros } from "../../records/values/micros.ts";
import { daysBy } from "../../records/values/timestamp.ts";
import type { StreamFormat } from "./stream_format.ts";
import type { DecodedColumns } from "./writer_decoders.ts";

/** How times are read by a pattern. */
export type ReadTimes = (pattern: string, zone: TimeZone) => (text: string) => Micros | null;

/** The decoder of lines with the given columns. */
export function csvDecoder(
  { options = {} }: StreamFormat,
  { columns, declared, zone }: DecodedColumns,
  readTimes: ReadTimes,
): FormatDecoder {
  const read = csvOptions(options);
  const { dateFormat, timestampFormat } = read;
  const reader = csvReader(declared, {
    options: read,
    zone,
    readTimestamp: timestampFormat === undefined ? undefined : readTimes(timestampFormat, zone),
    readDate: dateFormat === undefined ? undefined : daysBy(readTimes(dateFormat, UTC)),
    targets: columns.flatMap((column, slot) => {
      const place = isOfValue(column) ? declared.findIndex(({ name }) => name === column.name) : -1;
      return place < 0 ? [] : [{ place, slot, type: column.type }];
    }),
  });
  return {
    missing: () => undefined,
    load: () => Promise.resolve(true),
    decode: (bytes, start, end, row) => reader(javaText(bytes.subarray(start, end)), row),
  };
}
