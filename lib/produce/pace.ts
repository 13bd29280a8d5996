/** When each record is due: at once, at a rate, or in the rhythm of the calls themselves. */

/** How fast records are sent. */
export type Pace =
  | { readonly kind: "unlimited" }
  /** Evenly, `everyMs` milliseconds apart; fractions hold over time. */
  | { readonly kind: "rate"; readonly everyMs: number }
  /** As the calls came in, with the time between them divided by `speedup`. */
  | { readonly kind: "replay"; readonly speedup: number };

/** Computes due times, in milliseconds since the start of the run. */
export class Schedule {
  readonly #pace: Pace;
  #sequence = 0;
  /** When the present pass through the input began, and the event time that it began with. */
  #passStartMs = 0;
  #firstEventMs: number | undefined;
  #lastDueMs = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** The next record's due time. A record without an event time is due with the one before it. */
  next(eventMs: number | undefined): number {
    this.#lastDueMs = this.#dueMs(eventMs);
    this.#sequence++;
    return this.#lastDueMs;
  }

  /** The input begins again; its times continue where they were. */
  restart(): void {
    this.#passStartMs = this.#lastDueMs;
    this.#firstEventMs = undefined;
  }

  #dueMs(eventMs: number | undefined): number {
    switch (this.#pace.kind) {
      case "unlimited":
        return 0;
      case "rate":
        return this.#sequence * this.#pace.everyMs;
      case "replay": {
        if (eventMs === undefined) return this.#lastDueMs;
        this.#firstEventMs ??= eventMs;
        return this.#passStartMs + (eventMs - this.#firstEventMs) / this.#pace.speedup;
      }
    }
  }
}
