/** Reads JSON arrays or NDJSON, parsed like the records of a stream. */
import { type Row, typeName, type Value } from "../../records/data_type.ts";
import { RowQuality } from "../../records/json/json_reader.ts";
import { recordDecoder } from "../../records/record_decoder.ts";
import { RecordSplitter } from "../../records/splitting/record_splitter.ts";
import type { SourceColumn } from "../../sql/catalog.ts";
import { broken, type TableToRead } from "./broken_table.ts";

/**
 * Reads the rows of a table.
 *
 * @throws {SfcrimeError} INPUT if an element is not a JSON object, or a value does not fit, with the line.
 */
export function readJson(bytes: Uint8Array, { name, columns, zone }: TableToRead): Row[] {
  const splitter = new RecordSplitter(() => undefined);
  const items = [...splitter.push(bytes), ...splitter.finish()];
  if (splitter.isIncomplete) throw broken(name, "the array is not closed");
  const decoder = recordDecoder(columns.map(({ field, type }) => ({ name: field, type })), zone);
  return items.map((item) => {
    const place = `${name}, line ${item.position.line}`;
    if (item.kind === "broken") throw broken(place, item.reason);
    const row: Row = new Array<Value>(columns.length).fill(null);
    const quality = decoder.decode(item.bytes, 0, item.bytes.length, row);
    if (quality === RowQuality.badField) throw broken(place, badFieldOf(item.bytes, columns));
    return row;
  });
}

function badFieldOf(bytes: Uint8Array, columns: readonly SourceColumn[]): string {
  const types = columns.map(({ field, type }) => `${field} ${typeName(type)}`).join(", ");
  return `${new TextDecoder().decode(bytes)} does not fit the columns ${types}`;
}
