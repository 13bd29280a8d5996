/**
 * Loads static tables: JSON arrays or NDJSON, parsed like the records of a stream, or CSV. What reads them is loaded if
 * there are any.
 */
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { requireUtf8 } from "../../base/text/utf8_text.ts";
import type { Row } from "../../records/data_type.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { SourceColumn } from "../../sql/catalog.ts";

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
  if (format === "csv") {
    const { readCsv } = await import("./csv_table.ts");
    return readCsv(bytes, { name, columns, zone });
  }
  const { readJson } = await import("./json_table.ts");
  return readJson(bytes, { name, columns, zone });
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
