/**
 * Reloads static tables whose files have changed: they are checked before each batch, so a whole batch is
 * joined with the same rows.
 */
import { messageOf } from "../base/errors.ts";
import { plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import type { Row } from "../records/data_type.ts";
import type { LoadedTable } from "../plan/declared_tables.ts";
import { fingerprintOf, loadTable } from "../plan/tables/load_table.ts";

const log = logger("analyze");

/** Rows by table name. */
export type TableRows = Readonly<Record<string, readonly Row[]>>;

/** The loaded rows. */
export function rowsOf(tables: Readonly<Record<string, LoadedTable>>): TableRows {
  return Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows]));
}

/** See the module's description. */
export class TableReload {
  readonly #tables: Map<string, LoadedTable>;
  #rows: ReadonlyMap<string, readonly Row[]>;

  constructor(tables: Readonly<Record<string, LoadedTable>>) {
    this.#rows = new Map(Object.entries(rowsOf(tables)));
    this.#tables = new Map(Object.entries(tables).filter(([, { file }]) => file.reload));
  }

  /** The present rows of all tables, by name: another map once any of them has changed. */
  get rows(): ReadonlyMap<string, readonly Row[]> {
    return this.#rows;
  }

  /**
   * The tables whose files have changed since they were last read. One that cannot be read keeps its rows,
   * with a warning: its file may still be being written.
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
    if (Object.keys(changed).length > 0) this.#rows = new Map([...this.#rows, ...Object.entries(changed)]);
    return changed;
  }

  async #read({ file }: LoadedTable): Promise<readonly Row[] | undefined> {
    try {
      const rows = await loadTable(file);
      log.info(`${file.name} reloaded: ${plural(rows.length, "row")}`);
      return rows;
    } catch (error) {
      log.warn("{message} Keeping the rows loaded before.", { message: messageOf(error) });
      return undefined;
    }
  }
}
