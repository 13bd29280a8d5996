/**
 * A table of a SQLite file, exactly once: the rows of a batch and its number are written in one transaction.
 *
 * In append mode rows are added; in update mode the row of a group takes the place of the one before; in
 * complete mode the table holds the last batch.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { SqliteFile } from "../base/sqlite.ts";
import { openUserFile } from "../base/sqlite.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../records/data_type.ts";
import type { OutputMode } from "../sql/plan.ts";
import { jsonValueWriter } from "./json_row.ts";
import { ALL_VALUES } from "./part_format.ts";
import type { RowChunk, RowFormat, Sink } from "./sink.ts";

/** What a SQLite column can hold. */
type Cell = null | string | number | bigint;

/** How a table is filled. */
export interface SqliteSinkOptions {
  readonly path: string;
  readonly table: string;
  readonly schema: Schema;
  readonly outputMode: OutputMode;
  readonly zone: TimeZone;
  /** The columns that a group is known by, for update mode. */
  readonly keyColumns: readonly number[];
}

/** The table in which the sink keeps how far it has got. */
const PROGRESS_TABLE = "sfcrime_batches";

/** See the module's description. */
export class SqliteSink implements Sink {
  readonly description: string;
  readonly format: RowFormat = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: SqliteSinkOptions;
  readonly #cells: readonly ((value: Value) => Cell)[];
  readonly #insert: string;
  readonly #delete: string;
  #file: SqliteFile | undefined;
  #queryId = "";
  #batchId = 0;
  #rows: Row[] = [];

  constructor(options: SqliteSinkOptions) {
    this.#options = options;
    const { path, table, schema, keyColumns, zone } = options;
    this.description = `the table ${table} of ${path}`;
    this.#cells = schema.map(({ type }) => cellOf(type, zone));
    const columns = schema.map(({ name }) => quoted(name));
    this.#insert = `INSERT INTO ${quoted(table)} (${columns.join(", ")}) VALUES (${
      columns.map(() => "?").join(", ")
    })`;
    this.#delete = `DELETE FROM ${quoted(table)} WHERE ${
      keyColumns.map((column) => `${columns[column]!} IS ?`).join(" AND ")
    }`;
  }

  open(queryId: string): Promise<number | undefined> {
    const { path, table } = this.#options;
    this.#queryId = queryId;
    this.#file = openUserFile(path, "SQLite file of a sink");
    return Promise.resolve(this.#file.transaction(() => {
      this.#createTables();
      const kept = this.#file!.get<{ query: string; batch: number }>(
        `SELECT query, batch FROM ${PROGRESS_TABLE} WHERE table_name = ?`,
        table,
      );
      if (kept === undefined || kept.query === queryId) return kept?.batch;
      throw new SfcrimeError(
        "OUTPUT",
        `The table ${table} of ${path} holds the rows of another run of a query.`,
        {
          hint: "Its checkpoint is another one, or was deleted. Choose another file, or that checkpoint.",
        },
      );
    }));
  }

  begin(batchId: number): void {
    this.#batchId = batchId;
    this.#rows = [];
  }

  write({ rows = [] }: RowChunk): Promise<void> {
    for (const row of rows) this.#rows.push(row);
    return Promise.resolve();
  }

  commit(): Promise<void> {
    const file = this.#file!;
    const { table, outputMode, keyColumns } = this.#options;
    file.transaction(() => {
      if (outputMode === "complete") file.run(`DELETE FROM ${quoted(table)}`);
      for (const row of this.#rows) {
        const cells = row.map((value, index) => this.#cells[index]!(value));
        if (outputMode === "update") file.run(this.#delete, ...keyColumns.map((column) => cells[column]!));
        file.run(this.#insert, ...cells);
      }
      file.run(
        `INSERT INTO ${PROGRESS_TABLE} (table_name, query, batch) VALUES (?, ?, ?)
         ON CONFLICT (table_name) DO UPDATE SET query = excluded.query, batch = excluded.batch`,
        table,
        this.#queryId,
        this.#batchId,
      );
    });
    this.#rows = [];
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#file?.close();
    this.#file = undefined;
    return Promise.resolve();
  }

  #createTables(): void {
    const { table, schema, outputMode, keyColumns } = this.#options;
    const file = this.#file!;
    const columns = schema.map(({ name, type }) => `${quoted(name)} ${affinityOf(type)}`);
    file.run(
      `CREATE TABLE IF NOT EXISTS ${PROGRESS_TABLE} (table_name TEXT PRIMARY KEY, query TEXT NOT NULL, batch INTEGER NOT NULL)`,
    );
    file.run(`CREATE TABLE IF NOT EXISTS ${quoted(table)} (${columns.join(", ")})`);
    if (outputMode !== "update") return;
    const keys = keyColumns.map((column) => quoted(schema[column]!.name));
    file.run(
      `CREATE INDEX IF NOT EXISTS ${quoted(`${table}_by_key`)} ON ${quoted(table)} (${keys.join(", ")})`,
    );
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function affinityOf(type: DataType): string {
  switch (type) {
    case "BOOLEAN":
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "BIGINT":
      return "INTEGER";
    case "FLOAT":
    case "DOUBLE":
      return "REAL";
    default:
      return "TEXT";
  }
}

function cellOf(type: DataType, zone: TimeZone): (value: Value) => Cell {
  if (type === "BOOLEAN") return (value) => value === null ? null : value === true ? 1 : 0;
  if (type === "STRING" || affinityOf(type) !== "TEXT") return (value) => value as Cell;
  const write = jsonValueWriter(type, zone);
  return (value) => {
    if (value === null) return null;
    const json = write(value);
    return json.startsWith('"') ? JSON.parse(json) as string : json;
  };
}
