/**
 * The current rows of a query on a cluster, which are read there when somebody asks: from the table that the cluster
 * keeps for rows that come here, or from what its last batch has written. Nobody pays for them who does not look.
 *
 * The condition and the order are Spark's SQL. They are planned here first, so that a mistake is reported in the same
 * words as for a local query, and nothing else than the two comes of them.
 */
import { READS_WAITING_MAX, RECENT_ROWS_MAX } from "../../base/bounds.ts";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import type { CurrentRows, RowsAnswer, RowsKind, RowsRequest } from "../../monitoring/view/current_rows.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { aggregatesOf } from "../../sql/planning/plan_sources.ts";
import { analyzeRowQuery, requireRowsLimit } from "../../sql/row_query.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";
import type { RelationInit, SparkSession } from "../connect/session.ts";
import { arrowExpressions, rowsOfArrow } from "./arrow_rows.ts";
import { projection, sqlRelation } from "./document_relations.ts";
import { freeName, placedRows } from "./memory_table.ts";

/** Where the rows are: a statement to stand in parentheses, or what a batch has written since a time. */
export type RowsPlace =
  | { readonly kind: "statement"; readonly rows: RowsKind; readonly sql: string }
  | { readonly kind: "written"; readonly since: (ms: number) => RelationInit };

/** Whoever looks does not wait for longer. */
const LOOK = { withinMs: 60_000 };

/** The options of current rows. */
export interface ClusterRowsOptions {
  readonly session: SparkSession;
  readonly plan: QueryPlan;
  readonly place: RowsPlace;
  /** A name for a view of the session that nothing else has. */
  readonly view: string;
}

/** See the module's description. */
export class ClusterRows implements CurrentRows {
  readonly #options: ClusterRowsOptions;
  #batchId: number | undefined;
  /** When the last batch was triggered that has written rows. */
  #sinceMs: number | undefined;
  #isClosed = false;
  /** The answers since the last batch, and those that are on their way. */
  readonly #answers = new Map<string, Promise<RowsAnswer>>();

  constructor(options: ClusterRowsOptions) {
    this.#options = options;
  }

  async read(request: RowsRequest): Promise<RowsAnswer> {
    const { plan: { name, output: columns, timeZone } } = this.#options;
    requireRowsLimit(request.limit);
    analyzeRowQuery({ name, columns, zone: timeZoneOf(timeZone) ?? UTC, ...request });
    if (this.#isClosed) throw this.#error("is not running any more");
    const key = JSON.stringify([request.where, request.order, request.limit]);
    const known = this.#answers.get(key);
    if (known !== undefined) return await known;
    if (this.#answers.size >= READS_WAITING_MAX) {
      throw this.#error(`has had ${READS_WAITING_MAX} reads since its last batch`);
    }
    const answer = this.#read(request);
    this.#answers.set(key, answer);
    // One that failed may be asked again.
    answer.catch(() => this.#answers.delete(key));
    return await answer;
  }

  /** A batch was committed. */
  batch({ batchId, triggeredAtMs, inputRecords, outputRows }: BatchProgress): void {
    this.#batchId = batchId;
    // Sinks of files do not say how many rows they have written.
    if (this.#sinceMs === undefined || inputRecords > 0 || outputRows > 0) this.#sinceMs = triggeredAtMs;
    this.#answers.clear();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #read(request: RowsRequest): Promise<RowsAnswer> {
    const { plan: { output: columns, timeZone, outputMode }, place } = this.#options;
    const batchId = this.#batchId ?? null;
    const kind = place.kind === "statement" ? place.rows : outputMode === "complete" ? "result" : "recent";
    if (this.#sinceMs === undefined) {
      return { batchId, kind, columns, timeZone, rows: [], total: 0, truncated: false };
    }
    try {
      const { rows, total } = await this.#selected(request, await this.#from(place, this.#sinceMs));
      return { batchId, kind, columns, timeZone, rows, total, truncated: total > rows.length };
    } catch (error) {
      // Clients may ask again: most often the query has ended, or what it had written is being replaced.
      throw error instanceof SfcrimeError
        ? this.#error(`has no rows now: ${messageOf(error)}`, error)
        : error;
    }
  }

  async #selected(
    { where, order, limit }: RowsRequest,
    from: string,
  ): Promise<{ rows: readonly Row[]; total: number }> {
    const { session, plan: { name, output } } = this.#options;
    // A part may end with a comment.
    const rows = `${from} AS ${quotedName(name)}${isBlank(where) ? "" : `\nWHERE ${where}`}`;
    const sorted = `SELECT * FROM ${rows}${isBlank(order) ? "" : `\nORDER BY ${order}`}\nLIMIT ${limit + 1}`;
    const found = await session.collect(projection(sqlRelation(sorted), arrowExpressions(output)), LOOK);
    const first = found.flatMap((data) => rowsOfArrow(data, output));
    if (first.length <= limit) return { rows: first, total: first.length };
    const counted = await session.collect(sqlRelation(`SELECT count(*) AS c0 FROM ${rows}`), LOOK);
    const [[total] = [0n]] = counted.flatMap((data) => rowsOfArrow(data, COUNT));
    return { rows: first.slice(0, limit), total: Number(total) };
  }

  async #from(place: RowsPlace, sinceMs: number): Promise<string> {
    if (place.kind === "statement") return `(${place.sql})`;
    const { session, view } = this.#options;
    await session.view(view, place.since(sinceMs));
    return quotedName(view);
  }

  #error(what: string, cause?: unknown): SfcrimeError {
    return new SfcrimeError("QUERY_FAILED", `Query ${this.#options.plan.name} ${what}.`, {
      retriable: true,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

const COUNT = [{ name: "c0", type: "BIGINT" }] as const;

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

/** How many of the rows that were emitted last are looked at for the groups as they are now. */
const EMITTED_ROWS_MAX = 100_000;

/**
 * The rows in a table of Spark's memory sink: all of a complete result, the groups that were emitted last as they are
 * now, or the rows that were emitted last, newest first. The table has them in the order in which they were emitted.
 */
export function tableRows(
  table: string,
  { plan, keys }: {
    readonly plan: QueryPlan;
    /** The columns that identify a group, if the result has them. */
    readonly keys: readonly string[] | undefined;
  },
): RowsPlace {
  const { output, outputMode } = plan;
  const { sql: placed, place, columns } = placedRows(table, output);
  if (outputMode === "complete") {
    return { kind: "statement", rows: "result", sql: `SELECT ${columns} FROM (${placed}) ORDER BY ${place}` };
  }
  const rank = freeName("rank", output.map(({ name }) => name));
  const last = (count: number) => `SELECT * FROM (${placed}) ORDER BY ${place} DESC LIMIT ${count}`;
  if (aggregatesOf(plan).length === 0 || outputMode === "append" || keys === undefined) {
    return { kind: "statement", rows: "recent", sql: `SELECT ${columns} FROM (${last(RECENT_ROWS_MAX)})` };
  }
  const groups = keys.length === 0 ? "" : `PARTITION BY ${keys.map(quotedName).join(", ")} `;
  const ranked = `SELECT *, row_number() OVER (${groups}ORDER BY ${place} DESC) AS ${rank} FROM (${
    last(EMITTED_ROWS_MAX)
  })`;
  return { kind: "statement", rows: "state", sql: `SELECT ${columns} FROM (${ranked}) WHERE ${rank} = 1` };
}
