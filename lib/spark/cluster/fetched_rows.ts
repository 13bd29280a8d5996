/**
 * Brings the rows of a query here, batch by batch, for the sinks of this host. The cluster keeps them in a table in the
 * memory of its driver (Spark's memory sink): in complete mode those of the last batch, otherwise those of all batches,
 * one after the other, so their number is limited.
 */
import { formatCount } from "../../base/text/format.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import { type RowEncoder, rowEncoder } from "../../sinks/rows/row_encoder.ts";
import { NO_SINK } from "../../sinks/make_sink.ts";
import type { Sink } from "../../sinks/sink.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { RelationInit, SparkSession } from "../connect/session.ts";
import { arrowExpressions, rowsOfArrow } from "./arrow_rows.ts";
import { projection, sqlRelation } from "./document_relations.ts";
import { placedRows } from "./memory_table.ts";

const log = logger("spark");

/** How many rows a query may bring here: in append and update mode in one run, as Spark's driver keeps them all. */
export const FETCHED_ROWS_MAX = 1_000_000;

/** Some rows of the table. */
interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** How many rows are fetched at a time. */
const PAGE_ROWS = 50_000;

/** What rows are fetched from, and for. */
export interface FetchedRowsOptions {
  readonly session: SparkSession;
  readonly plan: QueryPlan;
  /** The table of the memory sink. */
  readonly table: string;
  readonly sink: Sink;
}

/** See the module's description. */
export class FetchedRows {
  readonly #options: FetchedRowsOptions;
  readonly #encoder: RowEncoder;
  /** How many rows of the table have been passed on, if it keeps those of all batches. */
  #passed = 0;
  #isFull = false;

  constructor(options: FetchedRowsOptions) {
    const { plan: { name, output, timeZone }, sink: { format } } = options;
    this.#options = options;
    this.#encoder = rowEncoder({ format, schema: output, zone: timeZoneOf(timeZone) ?? UTC, query: name });
  }

  /** Whether a query whose rows are only shown has to end, as Spark's driver keeps them all. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /**
   * Passes the rows of a batch on.
   *
   * @param isLast Whether no later batch is known. In complete mode, the rows of others are gone.
   * @throws {SfcrimeError} SPARK if there are too many.
   */
  async batch({ batchId, outputRows }: BatchProgress, isLast: boolean): Promise<void> {
    this.#requireFew(outputRows);
    if (this.#options.plan.outputMode === "complete") {
      if (isLast) await this.#writeResult(batchId, outputRows);
      return;
    }
    const { sink } = this.#options;
    await sink.begin?.({ batchId });
    for (const page of this.#pages(outputRows)) await this.#write(batchId, await this.#fetch(page));
    await this.#end(outputRows);
    this.#passed += outputRows;
  }

  /**
   * Writes a complete result. It is fetched at once, as the next batch replaces it in the table; if that has already
   * happened, its own turn comes soon.
   */
  async #writeResult(batchId: number, outputRows: number): Promise<void> {
    const wanted = this.#wanted(outputRows);
    if (wanted === 0 && outputRows > 0) return;
    const rows = await this.#fetch({ offset: 0, limit: wanted + 1 });
    const isReplaced = wanted === outputRows ? rows.length !== wanted : rows.length < wanted;
    if (isReplaced) return;
    await this.#options.sink.begin?.({ batchId });
    await this.#write(batchId, rows.slice(0, wanted));
    await this.#end(outputRows);
  }

  async #end(outputRows: number): Promise<void> {
    const { sink } = this.#options;
    const shown = this.#wanted(outputRows);
    // The sink may need the first rows only, and the number of the others.
    if (outputRows > shown) await sink.write({ rowCount: outputRows - shown });
    await sink.commit?.();
  }

  /** How many of the rows of a batch the sink needs. */
  #wanted(rows: number): number {
    const { format } = this.#options.sink;
    return format.kind === "values" ? Math.min(rows, format.rowsMax) : rows;
  }

  /** Where the rows of a batch stand in a table that keeps those of all. */
  *#pages(rows: number): Generator<Page> {
    const wanted = this.#wanted(rows);
    for (let from = 0; from < wanted; from += PAGE_ROWS) {
      yield { offset: this.#passed + from, limit: Math.min(PAGE_ROWS, wanted - from) };
    }
  }

  async #fetch(page: Page): Promise<Row[]> {
    const { session, plan: { output } } = this.#options;
    const batches = await session.collect(this.#relation(page));
    return batches.flatMap((data) => rowsOfArrow(data, output));
  }

  async #write(batchId: number, rows: readonly Row[]): Promise<void> {
    for (const row of rows) this.#encoder.add(row, batchId);
    const chunk = this.#encoder.take();
    await this.#options.sink.write(chunk);
    this.#encoder.recycle(chunk);
  }

  #relation({ offset, limit }: Page): RelationInit {
    const { plan: { output }, table } = this.#options;
    const { sql, place, columns } = placedRows(table, output);
    const page = `ORDER BY ${place} LIMIT ${limit} OFFSET ${offset}`;
    return projection(sqlRelation(`SELECT ${columns} FROM (${sql}) ${page}`), arrowExpressions(output));
  }

  #requireFew(rows: number): void {
    if (this.#passed + rows <= FETCHED_ROWS_MAX) return;
    const { plan: { name }, sink } = this.#options;
    const what = `Query ${name} has more than ${
      formatCount(FETCHED_ROWS_MAX)
    } rows, which Spark's driver has to keep in memory`;
    if (sink === NO_SINK) {
      if (!this.#isFull) log.warn(`${what}: it is stopped.`);
      this.#isFull = true;
      return;
    }
    throw new SfcrimeError(
      "SPARK",
      `${what}.`,
      { hint: "Let the cluster write them: --sink kafka:TOPIC, json:PATH, csv:PATH or parquet:PATH." },
    );
  }
}
