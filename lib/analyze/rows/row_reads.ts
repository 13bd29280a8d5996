/**
 * Answers who asks for the current rows of a query. Its state is whole only between two batches, so a read waits for
 * the end of the batch at hand. All reads that wait share one pass over the rows. A pass runs in slices and is given up
 * when the next batch begins, so a batch is held up for one slice at most; what was given up begins anew after it.
 */
import { READ_SLICE_MS_MAX, READ_WAIT_MS_MAX, READS_WAITING_MAX } from "../../base/bounds.ts";
import { type Clock, OVER } from "../../base/clock.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { formatDuration } from "../../base/text/duration.ts";
import { formatCount } from "../../base/text/format.ts";
import type { CurrentRows, RowsAnswer, RowsKind, RowsRequest } from "../../monitoring/view/current_rows.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { requireRowsLimit } from "../../sql/row_query.ts";
import { RowSelection } from "./row_selection.ts";

/** Rows between two looks at the clock. */
const ROWS_AT_ONCE = 64;

/** All rows at a moment. */
export interface RowsNow {
  /** To be read once, before the next batch begins. */
  readonly rows: Iterable<Row>;
  /** Their number, if that is known before they are read. */
  readonly size: number | undefined;
}

/** The options of reads. */
export interface RowReadsOptions {
  readonly plan: QueryPlan;
  readonly kind: RowsKind;
  /** The rows as the last batch left them; only called between batches. */
  readonly now: () => RowsNow;
  readonly clock: Clock;
  /** The last committed batch; −1 if there is none. */
  readonly batchId: number;
}

/** A read that waits; equal ones share it. */
interface Read {
  readonly request: RowsRequest;
  readonly answer: PromiseWithResolvers<RowsAnswer>;
  /** Aborted when it is over. */
  readonly over: AbortController;
}

/** A pass over the rows. */
interface Pass {
  readonly rows: Iterator<Row>;
  readonly size: number | undefined;
  readonly selections: Map<string, RowSelection>;
}

/** See the module's description. */
export class RowReads implements CurrentRows {
  readonly #options: RowReadsOptions;
  #batchId: number;
  /** The running batch, and when it began, by the monotonic clock. */
  #running: { readonly sinceMs: number } | undefined;
  #isClosed = false;
  readonly #waiting = new Map<string, Read>();
  /** The answers since the last batch. */
  readonly #answers = new Map<string, RowsAnswer>();
  #pass: Pass | undefined;

  constructor(options: RowReadsOptions) {
    this.#options = options;
    this.#batchId = options.batchId;
  }

  async read(request: RowsRequest): Promise<RowsAnswer> {
    const { plan } = this.#options;
    requireRowsLimit(request.limit);
    // A mistake is reported at once, whatever is running.
    new RowSelection(request, plan);
    if (this.#isClosed) throw this.#error("is not running any more");
    const key = JSON.stringify([request.where, request.order, request.limit]);
    const known = this.#running === undefined ? this.#answers.get(key) : undefined;
    if (known !== undefined) return known;
    let read = this.#waiting.get(key);
    if (read === undefined) {
      if (this.#waiting.size >= READS_WAITING_MAX) {
        throw this.#error(`has ${READS_WAITING_MAX} reads that wait already`);
      }
      read = this.#wait(key, request);
    }
    return await read.answer.promise;
  }

  /** A batch begins: what waits is answered after it. */
  begin(): void {
    this.#running = { sinceMs: this.#options.clock.monotonicMs() };
    this.#answers.clear();
    this.#pass = undefined;
  }

  /** A batch was committed. */
  end(batchId: number): void {
    this.#batchId = batchId;
    this.#running = undefined;
    this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#pass = undefined;
    for (const key of this.#waiting.keys()) this.#reject(key, this.#error("is not running any more"));
  }

  #wait(key: string, request: RowsRequest): Read {
    const read: Read = { request, answer: Promise.withResolvers(), over: new AbortController() };
    this.#waiting.set(key, read);
    const { clock } = this.#options;
    void clock.sleep(READ_WAIT_MS_MAX, read.over.signal).then(() => {
      if (this.#waiting.get(key) === read) this.#reject(key, this.#lateError());
    });
    // Whoever asks in the same moment shares the pass.
    queueMicrotask(() => this.#work());
    return read;
  }

  /** Works on what waits, for one slice, and comes back after other work if that was not enough. */
  #work(): void {
    if (this.#running !== undefined || this.#isClosed || this.#waiting.size === 0) return;
    try {
      this.#pass ??= this.#begin();
      if (this.#runSlice(this.#pass)) this.#pass = undefined;
    } catch (error) {
      this.#pass = undefined;
      for (const key of this.#waiting.keys()) this.#reject(key, error);
    }
    if (this.#waiting.size === 0) return;
    void this.#options.clock.sleep(1).then(() => this.#work());
  }

  #begin(): Pass {
    const { plan, now } = this.#options;
    const { rows, size } = now();
    const selections = [...this.#waiting].map(([key, { request }]) =>
      [key, new RowSelection(request, plan)] as const
    );
    return { rows: rows[Symbol.iterator](), size, selections: new Map(selections) };
  }

  /** Whether the pass is complete. */
  #runSlice(pass: Pass): boolean {
    const { clock } = this.#options;
    const untilMs = clock.monotonicMs() + READ_SLICE_MS_MAX;
    do {
      if (pass.size !== undefined && [...pass.selections.values()].every((one) => one.needsNumberOnly)) {
        this.#finish(pass, pass.size);
        return true;
      }
      for (let count = 0; count < ROWS_AT_ONCE; count++) {
        const { done, value } = pass.rows.next();
        if (done === true) {
          this.#finish(pass);
          return true;
        }
        this.#add(value, pass);
      }
    } while (clock.monotonicMs() < untilMs);
    return false;
  }

  #add(row: Row, { selections }: Pass): void {
    for (const [key, selection] of selections) {
      try {
        selection.add(row);
      } catch (error) {
        selections.delete(key);
        this.#reject(key, error);
      }
    }
  }

  #finish({ selections }: Pass, size?: number): void {
    for (const [key, selection] of selections) {
      try {
        this.#resolve(key, selection.finish(size));
      } catch (error) {
        this.#reject(key, error);
      }
    }
  }

  #resolve(key: string, { rows, total }: ReturnType<RowSelection["finish"]>): void {
    const { plan: { output: columns, timeZone }, kind } = this.#options;
    const truncated = total > rows.length;
    const batchId = this.#batchId < 0 ? null : this.#batchId;
    const answer = { batchId, kind, columns, timeZone, rows, total, truncated };
    if (this.#answers.size < READS_WAITING_MAX) this.#answers.set(key, answer);
    this.#take(key)?.answer.resolve(answer);
  }

  #reject(key: string, error: unknown): void {
    this.#take(key)?.answer.reject(error);
  }

  #take(key: string): Read | undefined {
    const read = this.#waiting.get(key);
    this.#waiting.delete(key);
    read?.over.abort(OVER);
    return read;
  }

  #lateError(): SfcrimeError {
    if (this.#running === undefined) {
      const { size } = this.#options.now();
      const many = size === undefined ? "" : `, of which there are ${formatCount(size)}`;
      return this.#error(
        `had no time to look at its rows${many}`,
        "Read them without a condition and an order, or use a longer trigger.",
      );
    }
    const sinceMs = Math.round(this.#options.clock.monotonicMs() - this.#running.sinceMs);
    return this.#error(
      `is still running batch ${this.#batchId + 1}, since ${
        formatDuration(sinceMs)
      }, and has rows when it ends`,
      "Try again later.",
    );
  }

  #error(what: string, hint?: string): SfcrimeError {
    return new SfcrimeError("QUERY_FAILED", `Query ${this.#options.plan.name} ${what}.`, {
      retriable: true,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
