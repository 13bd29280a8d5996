/** The watermark of a stream is one of its columns, and a TIMESTAMP. */
import { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { type Column, typeName } from "../../records/data_type.ts";
import type { Catalog } from "../catalog.ts";
import { isNumeric } from "../functions/coercion.ts";
import type { Branch } from "../plan.ts";

/** Checks the watermarks of the streams that a query reads. @throws {SfcrimeError} CONFIG */
export function requireTimestampWatermark(catalog: Catalog, branches: readonly Branch[]): void {
  for (const { stream } of branches) {
    const { watermark, columns } = catalog.streams.get(stream)!;
    const column = columns.find(({ name }) => name.toLowerCase() === watermark?.column.toLowerCase());
    if (watermark === undefined) continue;
    if (column === undefined) {
      throw new SfcrimeError(
        "CONFIG",
        `Stream ${stream} has no column ${watermark.column} for its watermark.`,
        { hint: didYouMean(watermark.column, columns.map(({ name }) => name)) },
      );
    }
    if (column.type !== "TIMESTAMP") {
      throw new SfcrimeError(
        "CONFIG",
        `The watermark column ${watermark.column} of stream ${stream} is of type ${
          typeName(column.type)
        }; the event time must be a TIMESTAMP.`,
        { hint: eventTimeHint(column, stream) },
      );
    }
  }
}

/** How a column can become an event time. A number in a TIMESTAMP is read as seconds, in Spark as well. */
function eventTimeHint({ name, type }: Column, stream: string): string {
  const columns = `[stream.${stream}] columns`;
  if (!isNumeric(type)) return `Declare it as TIMESTAMP in ${columns}.`;
  return `If these are seconds since 1970, declare it as TIMESTAMP in ${columns}. If they are milliseconds, add a ` +
    `column there: ${name}_time TIMESTAMP AS (timestamp_millis(${name})).`;
}
