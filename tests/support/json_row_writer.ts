/** Rows as JSON, as sinks write them: value by value, as text. */
import type { TimeZone } from "../../lib/base/time_zone.ts";
import type { Row, Schema, Value } from "../../lib/records/data_type.ts";
import { jsonValueWriter } from "../../lib/stream/values/json_text.ts";

/** An encoder for rows of one schema; `tags` are members that follow the columns in every row. */
export function jsonRowWriter(schema: Schema, zone: TimeZone): (row: Row, tags?: string) => string {
  const names = schema.map(({ name }, index) => `${index === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const writers = schema.map(({ type }) => jsonValueWriter(type, zone));
  return (row, tags = "") => {
    let json = "";
    for (let index = 0; index < writers.length; index++) {
      const value = row[index] as Value;
      json += names[index]! + (value === null ? "null" : writers[index]!(value));
    }
    return `${json}${tags}}`;
  };
}
