/** The static tables declared in the settings. */
import { SfcrimeError } from "../base/errors.ts";
import type { Settings } from "../config/settings.ts";
import type { Row } from "../records/data_type.ts";
import { isOfValue } from "../records/kafka/kafka_column.ts";
import { parseColumns, type SourceColumn } from "../sql/catalog.ts";
import { columnsPlace } from "./schemas/record_columns.ts";
import { BUILT_IN_RADIO_CODES, fingerprintOf, loadTable, type TableFile } from "./tables/load_table.ts";

/** The table whose file may also be set by `[spark] input_file`. */
const RADIO_CODE = "radio_code";

/** The columns of a table. @throws {SfcrimeError} CONFIG */
export function tableColumns(settings: Settings, name: string): SourceColumn[] {
  const { columns } = settings.tables[name]!;
  if (columns !== undefined) {
    const place = columnsPlace(settings, `table.${name}`);
    const declared = parseColumns(columns, place);
    const other = declared.find((column) => !isOfValue(column));
    if (other === undefined) return declared;
    throw new SfcrimeError(
      "CONFIG",
      `${place}: column ${other.name}: a table has only columns of its file.`,
      {
        hint: "METADATA, KEY and AS (…) are for streams.",
      },
    );
  }
  throw new SfcrimeError("CONFIG", `[table.${name}] has no columns.`, {
    hint: "Declare them, for example columns = code STRING, description STRING.",
  });
}

/** The file of a table, and whether it is reloaded when it changes. */
export interface DeclaredTable extends TableFile {
  readonly reload: boolean;
}

/** The file of a table. @throws {SfcrimeError} CONFIG */
export function declaredTable(settings: Settings, name: string): DeclaredTable {
  const { path: declared, format, reload } = settings.tables[name]!;
  const path = declared ??
    (name === RADIO_CODE ? settings.spark.input_file ?? BUILT_IN_RADIO_CODES : undefined);
  if (path === undefined) {
    throw new SfcrimeError("CONFIG", `[table.${name}] has no path.`, {
      hint: "Set path to the file of the table.",
    });
  }
  const { time_zone: timeZone } = settings.analyze;
  return { name: `Table ${name}`, path, columns: tableColumns(settings, name), timeZone, format, reload };
}

/** A loaded table. */
export interface LoadedTable {
  readonly file: DeclaredTable;
  readonly rows: readonly Row[];
  /** The fingerprint of the file before it was read, so that a change in the meantime is noticed. */
  readonly fingerprint: string | undefined;
}

/** Reads a table. @throws {SfcrimeError} FILE_MISSING or INPUT */
export async function loadDeclaredTable(file: DeclaredTable): Promise<LoadedTable> {
  const fingerprint = await fingerprintOf(file);
  return { file, rows: await loadTable(file), fingerprint };
}
