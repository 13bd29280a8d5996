/**
 * Interrupts long work in a thread that has something else to do: signals, connections, and the results of other
 * threads wait until the event loop has its turn.
 */
import { TURN_EVERY_MS } from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";

/** A look at the clock takes longer than a record. */
const RECORDS_PER_LOOK = 32;
/** The shortest sleep, during which the event loop does all that is waiting. */
const TURN_MS = 1;

/** See the module's description. */
export class EventLoopTurns {
  readonly #clock: Clock;
  #records = 0;
  #sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** Whether a turn is due; asked for each record. */
  isDue(): boolean {
    if (++this.#records % RECORDS_PER_LOOK !== 0) return false;
    return this.#clock.monotonicMs() - this.#sinceMs >= TURN_EVERY_MS;
  }

  /** Gives the event loop its turn, if it is due. */
  async take(): Promise<void> {
    if (this.#clock.monotonicMs() - this.#sinceMs < TURN_EVERY_MS) return;
    await this.#clock.sleep(TURN_MS);
    this.#sinceMs = this.#clock.monotonicMs();
  }
}
