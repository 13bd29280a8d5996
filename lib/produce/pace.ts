/** When to send each record: immediately, at a rate, or replaying the event times. */

/** How fast records are sent. */
export type Pace =
  | { readonly kind: "unlimited" }
  /** Evenly, `everyMs` milliseconds apart; fractions add up over time. */
  | { readonly kind: "rate"; readonly everyMs: number }
  /** By event time, with the time between records divided by `speedup`. */
  | { readonly kind: "replay"; readonly speedup: number };

/** Computes send times, in milliseconds since the start of the run. */
export class Schedule {
  readonly #pace: Pace;
  #sequence = 0;
  /** When the current pass through the input started, and its first event time. */
  #passStartMs = 0;
  #firstEventMs: number | undefined;
  #lastDueMs = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** The send time of the next record. Without an event time, it is that of the record before. */
  next(eventMs: number | undefined): number {
    this.#lastDueMs = this.#dueMs(eventMs);
    this.#sequence++;
    return this.#lastDueMs;
  }

  /** The input starts over; its send times continue from the last one. */
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
