/**
 * Reloads static tables whose files have changed: they are checked before each batch, so a whole batch is
 * joined with the same rows.
 */
import { messageOf } from "../base/errors.ts";
import { plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import type { Row } from "../records/data_type.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { AnalysisPlan } from "../plan/analysis_plan.ts";
import type { LoadedTable } from "../plan/declared_tables.ts";
import { fingerprintOf, loadTable } from "../plan/tables/load_table.ts";
import { withDerived } from "../stream/tables/table_rows.ts";

const log = logger("analyze");

/** Rows by table name. */
export type TableRows = Readonly<Record<string, readonly Row[]>>;

/** What the rows of tables are computed from. */
export type TablesPlan = Pick<AnalysisPlan, "queries" | "tables">;

/** Tables with those that the queries compute of them. */
function derived(
  tables: ReadonlyMap<string, readonly Row[]>,
  { queries }: TablesPlan,
): ReadonlyMap<string, readonly Row[]> {
  return queries.reduce(
    (all, { plan: { tables: plans = [], timeZone } }) => withDerived(all, plans, timeZoneOf(timeZone) ?? UTC),
    tables,
  );
}

/** See the module's description. */
export class TableReload {
  readonly #analysis: TablesPlan;
  readonly #tables: Map<string, LoadedTable>;
  #rows: ReadonlyMap<string, readonly Row[]> | undefined;

  constructor(analysis: TablesPlan) {
    this.#analysis = analysis;
    this.#tables = new Map(Object.entries(analysis.tables).filter(([, { file }]) => file.reload));
  }

  /**
   * The present rows of all tables, by name, and of the table plans of the queries: another map once any of them has
   * changed.
   *
   * @throws {SfcrimeError} QUERY_FAILED, if a table plan fails when it runs first
   */
  get rows(): ReadonlyMap<string, readonly Row[]> {
    return this.#rows ??= derived(
      new Map(Object.entries(this.#analysis.tables).map(([name, { rows }]) => [name, rows])),
      this.#analysis,
    );
  }

  /**
   * The tables whose files have changed since they were last read, and what is computed of them. One that cannot be
   * read keeps its rows, with a warning: its file may still be being written.
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
    if (Object.keys(changed).length === 0) return changed;
    const before = this.rows;
    const after = this.#rows = derived(new Map([...before, ...Object.entries(changed)]), this.#analysis);
    return Object.fromEntries([...after].filter(([name, rows]) => before.get(name) !== rows));
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
