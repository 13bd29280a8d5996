/** Loads static tables: JSON arrays or NDJSON, parsed like the records of a stream, or CSV. */
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { requireUtf8 } from "../../base/text/utf8_text.ts";
import type { Row, Value } from "../../records/data_type.ts";
import { RowQuality } from "../../records/json/json_reader.ts";
import { recordDecoder } from "../../records/record_decoder.ts";
import { RecordSplitter } from "../../records/splitting/record_splitter.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { SourceColumn } from "../../sql/catalog.ts";
import { broken, readCsv } from "./csv_table.ts";

/** The radio codes that ship with the program. */
export const BUILT_IN_RADIO_CODES = fileURLToPath(
  new URL("../../../config/radio_code.json", import.meta.url),
);

/** The file of a table, and how it is read; plain data. */
export interface TableFile {
  /** Its name in errors. */
  readonly name: string;
  readonly path: string;
  readonly columns: readonly SourceColumn[];
  readonly timeZone: string;
  readonly format: "json" | "csv";
}

/**
 * Reads a whole table.
 *
 * @throws {SfcrimeError} FILE_MISSING if the file does not exist; INPUT if an element is not a JSON object,
 * or a value does not fit, with its position: a missing row would silently cause wrong results.
 */
export async function loadTable({ name, path, columns, timeZone, format }: TableFile): Promise<Row[]> {
  const bytes = await readTable(name, path);
  requireUtf8(bytes, { code: "INPUT", place: (line) => `${name}, line ${line} of ${path}` });
  const zone = timeZoneOf(timeZone) ?? UTC;
  if (format === "csv") return readCsv(bytes, { name, columns, zone });
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

/** A value that changes with the file; undefined if there is no file. */
export async function fingerprintOf({ path }: TableFile): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}

async function readTable(name: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as { code?: string }).code === "ENOENT" ? "FILE_MISSING" : "INPUT";
    const reason = code === "FILE_MISSING" ? "no such file" : messageOf(cause);
    throw new SfcrimeError(code, `${name}: cannot read ${path}: ${reason}.`, { cause });
  }
}

function badFieldOf(bytes: Uint8Array, columns: readonly SourceColumn[]): string {
  const types = columns.map(({ field, type }) => `${field} ${type}`).join(", ");
  return `${new TextDecoder().decode(bytes)} does not fit the columns ${types}`;
}
