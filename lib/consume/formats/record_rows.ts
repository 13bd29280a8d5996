/** Records as rows, for formats with columns: what was selected of them, or what Kafka keeps of each. */
import type { Row, Schema } from "../../records/data_type.ts";
import { microsOfMillis } from "../../records/values/micros.ts";
import type { PrintedRecord } from "./record_printer.ts";
import { optionalText } from "./record_text.ts";

/** The columns of a record that nothing was selected of. */
export const RECORD_SCHEMA: Schema = [
  { name: "topic", type: "STRING" },
  { name: "partition", type: "INT" },
  { name: "offset", type: "BIGINT" },
  { name: "timestamp", type: "TIMESTAMP" },
  { name: "key", type: "STRING" },
  {
    name: "headers",
    type: {
      kind: "ARRAY",
      element: {
        kind: "STRUCT",
        fields: [{ name: "key", type: "STRING" }, { name: "value", type: "STRING" }],
      },
    },
  },
  { name: "value", type: "STRING" },
];

/** The row of a record. */
export function rowOf(record: PrintedRecord): Readonly<Row> {
  const { row, topic, partition, offset, timestampMs, key, headers, value } = record;
  return row ?? [
    topic,
    partition,
    BigInt(offset),
    microsOfMillis(timestampMs),
    optionalText(key),
    headers.length === 0 ? null : headers.map(({ key, value }) => [key, optionalText(value)]),
    optionalText(value),
  ];
}
