/**
 * The static tables of a run, those that are to be read again when their files change: they are looked at before
 * each batch, so all of a batch is joined with the same rows.
 */
import { messageOf } from "../base/errors.ts";
import { formatCount } from "../base/format.ts";
import { logger } from "../base/log.ts";
import type { Row } from "../records/data_type.ts";
import type { TableColumns } from "../sql/slot_names.ts";
import type { LoadedTable } from "./declared_tables.ts";
import { fingerprintOf, loadTable } from "./tables.ts";

const log = logger("analyze");

/** Rows by the name of their table. */
export type TableRows = Readonly<Record<string, readonly Row[]>>;

/** The rows as they were loaded. */
export function rowsOf(tables: Readonly<Record<string, LoadedTable>>): TableRows {
  return Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows]));
}

/** The names of their columns. */
export function columnNamesOf(tables: Readonly<Record<string, LoadedTable>>): TableColumns {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { file }]) => [name, file.columns.map((column) => column.name)]),
  );
}

/** See the module's description. */
export class TableReload {
  readonly #tables: Map<string, LoadedTable>;

  constructor(tables: Readonly<Record<string, LoadedTable>>) {
    this.#tables = new Map(Object.entries(tables).filter(([, { file }]) => file.reload));
  }

  /**
   * The tables whose files have changed since they were last read. One that cannot be read stays as it is, which
   * is told: its file may just be on its way.
   */
  async changed(): Promise<TableRows> {
    const changed: Record<string, readonly Row[]> = {};
    for (const [name, table] of this.#tables) {
      const fingerprint = await fingerprintOf(table.file);
      if (fingerprint === table.fingerprint) continue;
      const rows = await this.#read(table);
      this.#tables.set(name, { ...table, fingerprint });
      if (rows !== undefined) changed[name] = rows;
    }
    return changed;
  }

  async #read({ file }: LoadedTable): Promise<readonly Row[] | undefined> {
    try {
      const rows = await loadTable(file);
      log.info(`${file.name} has changed: ${formatCount(rows.length)} rows now`);
      return rows;
    } catch (error) {
      log.warn("{message} Its rows stay as they were.", { message: messageOf(error) });
      return undefined;
    }
  }
}
