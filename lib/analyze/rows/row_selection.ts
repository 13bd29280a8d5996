/**
 * The rows that one reader asks for, picked out of all: those that its condition holds for, in its order, up to its
 * limit. Of rows beyond the limit only the number is kept.
 */
import { READ_ROWS_BYTES_MAX } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { RowsRequest } from "../../monitoring/view/current_rows.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { analyzeRowQuery } from "../../sql/row_query.ts";
import { compileExpression, type Evaluate } from "../../stream/expression.ts";
import { compileOrder } from "../../stream/values/sort_order.ts";
import { bytesOfValues } from "../../stream/values/memory_estimate.ts";

/** Rows are sorted whenever there are this many more than asked for. */
const SPARE_ROWS = 1_024;

/** The rows that were picked. */
export interface SelectedRows {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** See the module's description. */
export class RowSelection {
  readonly #limit: number;
  readonly #holds: Evaluate | undefined;
  readonly #order: ((left: Row, right: Row) => number) | undefined;
  #rows: Row[] = [];
  #total = 0;

  /** @throws {SfcrimeError} SQL if the condition or the order is wrong. */
  constructor({ where, order, limit }: RowsRequest, { name, output, timeZone }: QueryPlan) {
    const zone = timeZoneOf(timeZone) ?? UTC;
    const query = analyzeRowQuery({ name, columns: output, zone, where, order });
    this.#limit = limit;
    this.#holds = query.where && compileExpression(query.where, zone);
    this.#order = compileOrder(query.sort, (expression) => compileExpression(expression, zone));
  }

  /** Whether it has all rows that it needs, and only the number of the others is missing. */
  get needsNumberOnly(): boolean {
    return this.#holds === undefined && this.#order === undefined && this.#total >= this.#limit;
  }

  /** @throws {SfcrimeError} SQL if the condition or the order cannot be computed for this row. */
  add(row: Row): void {
    if (this.#holds !== undefined && this.#computed(() => this.#holds!(row)) !== true) return;
    this.#total++;
    if (this.#order === undefined && this.#rows.length === this.#limit) return;
    this.#rows.push(row);
    if (this.#rows.length >= this.#limit + SPARE_ROWS) this.#sort();
  }

  /** @param size The number of all rows, if not all were added. */
  finish(size?: number): SelectedRows {
    this.#sort();
    let bytes = 0;
    const tooMany = this.#rows.findIndex((row) => (bytes += bytesOfValues(row)) > READ_ROWS_BYTES_MAX);
    return {
      rows: tooMany < 0 ? this.#rows : this.#rows.slice(0, tooMany),
      total: size ?? this.#total,
    };
  }

  #sort(): void {
    if (this.#order !== undefined) this.#computed(() => this.#rows.sort(this.#order));
    this.#rows.splice(this.#limit);
  }

  /** Whoever asks has to change the question, whatever it is that cannot be computed. */
  #computed<T>(compute: () => T): T {
    try {
      return compute();
    } catch (cause) {
      if (!(cause instanceof SfcrimeError)) throw cause;
      const { message, hint } = cause;
      throw new SfcrimeError("SQL", message, { cause, ...(hint === undefined ? {} : { hint }) });
    }
  }
}
