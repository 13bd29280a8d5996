/** Loads static tables: JSON arrays or NDJSON files, each element read as a record of a stream would be, or CSV. */
import { readFile, stat } from "node:fs/promises";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { requireUtf8 } from "../base/utf8_text.ts";
import type { Row, Value } from "../records/data_type.ts";
import { RowQuality } from "../records/json_reader.ts";
import { recordDecoder } from "../records/record_decoder.ts";
import { RecordSplitter } from "../records/record_splitter.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { SourceColumn } from "../sql/catalog.ts";
import { readCsv } from "./csv_table.ts";

/** The radio codes that ship with the program. */
export const BUILT_IN_RADIO_CODES = new URL("../../config/radio_code.json", import.meta.url);

/** A table's file, and what is read from it. */
export interface TableFile {
  /** Named in errors. */
  readonly name: string;
  readonly path: string | URL;
  readonly columns: readonly SourceColumn[];
  readonly zone: TimeZone;
  readonly format: "json" | "csv";
}

/**
 * Reads a whole table.
 *
 * @throws {SfcrimeError} FILE_MISSING when there is no such file; INPUT when it holds something that is no
 * JSON object, or a cell that does not fit, with its place: a table that lacks a row gives wrong answers in silence.
 */
export async function loadTable({ name, path, columns, zone, format }: TableFile): Promise<Row[]> {
  const bytes = await readTable(name, path);
  requireUtf8(bytes, { code: "INPUT", place: (line) => `${name}, line ${line} of ${path}` });
  if (format === "csv") return readCsv(bytes, { name, columns, zone });
  const splitter = new RecordSplitter(() => undefined);
  const items = [...splitter.push(bytes), ...splitter.finish()];
  if (splitter.isIncomplete) throw broken(name, "the array has no end");
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

/** What a file is known by until it changes; undefined where there is none. */
export async function fingerprintOf({ path }: TableFile): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}

async function readTable(name: string, path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as { code?: string }).code === "ENOENT" ? "FILE_MISSING" : "INPUT";
    const reason = code === "FILE_MISSING" ? "there is no such file" : messageOf(cause);
    throw new SfcrimeError(code, `${name} cannot be read from ${path}: ${reason}.`, { cause });
  }
}

function broken(place: string, reason: string): SfcrimeError {
  return new SfcrimeError("INPUT", `${place}: ${reason}.`, {
    hint: "Mend the file; every row of a table counts.",
  });
}

function badFieldOf(bytes: Uint8Array, columns: readonly SourceColumn[]): string {
  const types = columns.map(({ field, type }) => `${field} ${type}`).join(", ");
  return `${new TextDecoder().decode(bytes)} does not fit the columns ${types}`;
}
