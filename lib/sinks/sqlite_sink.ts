/**
 * Writes rows to a table of a SQLite file, exactly once: the rows of a batch and its number are written in
 * one transaction.
 *
 * In append mode rows are added; in update mode the row of a group replaces the previous one; in complete
 * mode the table contains the last batch. Until its commit a batch is staged in a temporary table, so it
 * neither takes memory nor locks out other writers.
 */
import { resolve } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import { SqliteFile } from "../base/files/sqlite.ts";
import { USER_FILE } from "../base/files/sqlite_kind.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { DataType, Schema, Value } from "../records/data_type.ts";
import type { OutputMode } from "../sql/plan.ts";
import { jsonValueWriter } from "../stream/values/json_text.ts";
import { ALL_VALUES, type RowChunk, type Sink, type SinkBatch } from "./sink.ts";
import { PROGRESS_TABLE } from "./sink_places.ts";

/** A value of a SQLite column. */
type Cell = null | string | number | bigint | Uint8Array;

/** The options of a SQLite sink. */
export interface SqliteSinkOptions {
  readonly path: string;
  readonly table: string;
  readonly schema: Schema;
  readonly outputMode: OutputMode;
  readonly zone: TimeZone;
  /** The columns that identify a group, for update mode; empty if there is only one group. */
  readonly keyColumns: readonly number[];
}

/** The temporary table for a batch; its columns are numbered. */
const STAGE = "temp.sfcrime_stage";

/** The batch number before the first batch. */
const NO_BATCH = -1;

/** See the module's description. */
export class SqliteSink implements Sink {
  readonly description: string;
  readonly place: string;
  readonly format = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: SqliteSinkOptions;
  readonly #cells: readonly ((value: Value) => Cell)[];
  readonly #stageRow: string;
  #file: SqliteFile | undefined;
  #queryId = "";
  #batch: SinkBatch = { batchId: 0 };
  /** The number of the last batch in the table, unless someone else writes to it. */
  #lastBatch = NO_BATCH;
  #isNew = false;

  constructor(options: SqliteSinkOptions) {
    this.#options = options;
    const { path, table, schema, zone } = options;
    this.place = `${resolve(path)}: ${table}`;
    this.description = `the table ${table} in ${path}`;
    this.#cells = schema.map(({ type }) => cellOf(type, zone));
    this.#stageRow = `INSERT INTO ${STAGE} VALUES (${schema.map(() => "?").join(", ")})`;
  }

  get isNew(): boolean {
    return this.#isNew;
  }

  look(queryId: string): SinkBatch | undefined {
    this.#queryId = queryId;
    const file = SqliteFile.openIfAny(this.#options.path, USER_FILE);
    try {
      const last = file && this.#lastBatchIn(file);
      return last?.batchId === NO_BATCH ? undefined : last;
    } finally {
      file?.close();
    }
  }

  open(queryId: string): Promise<SinkBatch | undefined> {
    this.look(queryId);
    const file = SqliteFile.open(this.#options.path, USER_FILE);
    this.#file = file;
    const last = file.transaction(() => this.#requireTable(file));
    this.#lastBatch = last.batchId;
    file.run(
      `CREATE TEMPORARY TABLE sfcrime_stage (${
        this.#options.schema.map((_, index) => `c${index}`).join(", ")
      })`,
    );
    return Promise.resolve(last.batchId === NO_BATCH ? undefined : last);
  }

  begin(batch: SinkBatch): void {
    this.#batch = batch;
    this.#file!.run(`DELETE FROM ${STAGE}`);
  }

  // deno-lint-ignore require-await
  async write({ rows = [] }: RowChunk): Promise<void> {
    const file = this.#file!;
    file.stage(() => {
      for (const row of rows) {
        file.run(this.#stageRow, ...row.map((value, index) => this.#cells[index]!(value)));
      }
    });
  }

  // deno-lint-ignore require-await
  async commit(): Promise<void> {
    const file = this.#file!;
    const { table, schema, path } = this.#options;
    if (!file.isInPlace) {
      throw new SfcrimeError("OUTPUT", `${path} was removed or replaced while the query was running.`);
    }
    const columns = schema.map(({ name }) => quoted(name)).join(", ");
    file.transaction(() => {
      this.#removeReplaced(file);
      file.run(`INSERT INTO ${main(table)} (${columns}) SELECT * FROM ${STAGE} ORDER BY rowid`);
      const { length } = file.all(
        `UPDATE ${PROGRESS_TABLE} SET batch = ?, offsets = ?
         WHERE table_name = ? AND query = ? AND batch = ? RETURNING batch`,
        this.#batch.batchId,
        this.#batch.offsets ?? null,
        table,
        this.#queryId,
        this.#lastBatch,
      );
      if (length === 0) throw this.#ofAnother();
    });
    this.#lastBatch = this.#batch.batchId;
    file.run(`DELETE FROM ${STAGE}`);
  }

  close(): Promise<void> {
    this.#file?.close();
    this.#file = undefined;
    return Promise.resolve();
  }

  /** Deletes the rows that the batch replaces. */
  #removeReplaced(file: SqliteFile): void {
    const { table, schema, outputMode, keyColumns } = this.#options;
    if (outputMode === "complete") file.run(`DELETE FROM ${main(table)}`);
    if (outputMode !== "update") return;
    const same = [
      "TRUE",
      ...keyColumns.map((column) => `old.${quoted(schema[column]!.name)} IS fresh.c${column}`),
    ];
    // SQLite keeps the order of a CROSS JOIN: one look-up in the index of the keys per new row.
    file.run(
      `DELETE FROM ${main(table)} WHERE rowid IN (
         SELECT old.rowid FROM ${STAGE} AS fresh CROSS JOIN ${main(table)} AS old WHERE ${
        same.join(" AND ")
      })`,
    );
  }

  /** Creates the table, or checks that it belongs to this query; returns the last batch in it. */
  #requireTable(file: SqliteFile): SinkBatch {
    const { table } = this.#options;
    requireProgressTable(file);
    const last = this.#lastBatchIn(file);
    if (last !== undefined) return last;
    this.#createTable(file);
    this.#isNew = true;
    file.run(
      `INSERT INTO ${PROGRESS_TABLE} (table_name, query, batch) VALUES (?, ?, ?)`,
      table,
      this.#queryId,
      NO_BATCH,
    );
    return { batchId: NO_BATCH };
  }

  /**
   * The last batch in the table; undefined if the table does not exist yet.
   *
   * @throws {SfcrimeError} OUTPUT if the table belongs to another query, or lacks columns.
   */
  #lastBatchIn(file: SqliteFile): SinkBatch | undefined {
    const { table, path } = this.#options;
    // A table that an older version created has no offsets.
    const kept = isTable(file, PROGRESS_TABLE)
      ? file.get<{ query: string; batch: number; offsets?: string | null }>(
        `SELECT * FROM ${PROGRESS_TABLE} WHERE table_name = ?`,
        table,
      )
      : undefined;
    if (kept !== undefined && kept.query !== this.#queryId) throw this.#ofAnother();
    if (kept === undefined && !isTable(file, table)) return undefined;
    if (kept !== undefined) {
      if (isTable(file, table)) this.#requireColumns(file);
      const { batch: batchId, offsets } = kept;
      return { batchId, ...(offsets === null || offsets === undefined ? {} : { offsets }) };
    }
    throw new SfcrimeError(
      "OUTPUT",
      `Table ${table} already exists in ${path}, and was not created by a query.`,
      { hint: "Choose another file, or rename the query." },
    );
  }

  #requireColumns(file: SqliteFile): void {
    const { table, path, schema } = this.#options;
    const there = file.all<{ name: string }>("SELECT name FROM pragma_table_info(?)", table);
    const names = there.map(({ name }) => name.toLowerCase());
    const missing = schema.find(({ name }) => !names.includes(name.toLowerCase()));
    if (missing === undefined) return;
    throw new SfcrimeError("OUTPUT", `Table ${table} in ${path} has no column ${missing.name}.`, {
      hint: `The columns of the query are ${
        schema.map(({ name }) => name).join(", ")
      }; those of the table are ` +
        `${there.map(({ name }) => name).join(", ")}. Add the column, or choose another file.`,
    });
  }

  #createTable(file: SqliteFile): void {
    const { table, schema, outputMode, keyColumns } = this.#options;
    const columns = schema.map(({ name, type }) => `${quoted(name)} ${affinityOf(type)}`);
    file.run(`CREATE TABLE ${main(table)} (${columns.join(", ")})`);
    if (outputMode !== "update" || keyColumns.length === 0) return;
    const keys = keyColumns.map((column) => quoted(schema[column]!.name));
    file.run(`CREATE INDEX ${main(`${table}_by_key`)} ON ${quoted(table)} (${keys.join(", ")})`);
  }

  #ofAnother(): SfcrimeError {
    const { table, path } = this.#options;
    return new SfcrimeError(
      "OUTPUT",
      `Table ${table} in ${path} contains the rows of a different query or checkpoint.`,
      { hint: "Choose another file, or use the checkpoint that these rows belong to." },
    );
  }
}

/** Creates the progress table of the sink; one that an older version created has no offsets yet. */
function requireProgressTable(file: SqliteFile): void {
  file.run(
    `CREATE TABLE IF NOT EXISTS ${PROGRESS_TABLE} (
       table_name TEXT PRIMARY KEY, query TEXT NOT NULL, batch INTEGER NOT NULL, offsets TEXT
     )`,
  );
  const hasOffsets =
    file.get("SELECT 1 FROM pragma_table_info(?) WHERE name = 'offsets'", PROGRESS_TABLE) !== undefined;
  if (!hasOffsets) file.run(`ALTER TABLE ${PROGRESS_TABLE} ADD COLUMN offsets TEXT`);
}

function isTable(file: SqliteFile, name: string): boolean {
  return file.get("SELECT 1 FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE", name) !== undefined;
}

/** A table in the file, never a temporary one. */
function main(name: string): string {
  return `main.${quoted(name)}`;
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
    case "BINARY":
      return "BLOB";
    default:
      return "TEXT";
  }
}

/** SQLite stores NaN as NULL, so it is stored as text instead. */
function cellOf(type: DataType, zone: TimeZone): (value: Value) => Cell {
  if (type === "BOOLEAN") return (value) => value === null ? null : value === true ? 1 : 0;
  if (affinityOf(type) === "REAL") return (value) => Number.isNaN(value) ? "NaN" : value as Cell;
  if (type === "STRING" || type === "BINARY" || affinityOf(type) === "INTEGER") {
    return (value) => value as Cell;
  }
  const write = jsonValueWriter(type, zone);
  return (value) => {
    if (value === null) return null;
    const json = write(value);
    return json.startsWith('"') ? JSON.parse(json) as string : json;
  };
}
