/**
 * The first rows of a running query, as the live view shows them: read again after each batch, but not more often than
 * anybody can see. A read that fails, as there was no time between two batches, is made again after the next one.
 */
import { type Clock, OVER } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { CurrentRows, RowsAnswer, RowsRequest } from "../../../monitoring/view/current_rows.ts";

/** The least time between two reads. */
const READ_MS_MIN = 250;

/** The options of the rows. */
export interface WatchedRowsOptions {
  readonly rows: CurrentRows;
  /** What is read, as the last batch left it. */
  readonly request: () => RowsRequest;
  readonly clock: Clock;
  /** Called when there are new rows. */
  readonly onChange: () => void;
}

/** See the module's description. */
export class WatchedRows {
  readonly #options: WatchedRowsOptions;
  readonly #over = new AbortController();
  #answer: RowsAnswer | undefined;
  /** Whether there was a batch since the last read began. */
  #isDue = false;
  #isReading = false;
  #nextMs = -Infinity;

  constructor(options: WatchedRowsOptions) {
    this.#options = options;
  }

  get answer(): RowsAnswer | undefined {
    return this.#answer;
  }

  /** A batch was committed. */
  changed(): void {
    this.#isDue = true;
    if (!this.#isReading) void this.#readWhileDue();
  }

  /** Reads the rows now, as no later batch may follow. */
  async readNow(): Promise<void> {
    const { rows, request, clock, onChange } = this.#options;
    this.#isDue = false;
    try {
      this.#answer = await rows.read(request());
      onChange();
    } catch (error) {
      if (!(error instanceof SfcrimeError)) throw error;
    }
    this.#nextMs = clock.monotonicMs() + READ_MS_MIN;
  }

  /** Reads what is due without waiting: the run is about to end. */
  hurry(): void {
    if (this.#isDue) void this.readNow();
  }

  close(): void {
    this.#over.abort(OVER);
  }

  async #readWhileDue(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#over;
    this.#isReading = true;
    while (this.#isDue && !signal.aborted) {
      const waitMs = this.#nextMs - clock.monotonicMs();
      // A read right after a batch is answered before the next one begins.
      if (waitMs <= 0) await this.readNow();
      else await clock.sleep(waitMs, signal);
    }
    this.#isReading = false;
  }
}
