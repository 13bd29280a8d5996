/**
 * The end offsets that a broker reports while a run waits for records, so that a batch of new records needs no look
 * at the topics. A look takes several requests, one after the other, which at a trigger of 0 would be most of the
 * delay of a record.
 *
 * The wait for the records after a large batch begins with that batch, and after a small one when that has ended. It
 * reports neither new topics and partitions nor what has become of a topic about which a server is in doubt. So the
 * topics are checked from time to time beside the batches; a look between them is due if something has changed, or if
 * the check takes long.
 */
import { CHECK_AGAIN_MS, IDLE_WAIT_MS_MAX, LOOK_AGAIN_MS, REPORT_MS_MAX } from "../../base/bounds.ts";
import { type Clock, OVER } from "../../base/clock.ts";
import type { Broker, TopicOffsets } from "../../broker/broker.ts";
import type { TopicIds } from "./topic_offsets.ts";

/** A wait for records after some offsets. */
interface Wait {
  readonly after: TopicOffsets;
  readonly ended: Promise<void>;
  /** What it has ended with. */
  report?: { readonly ends: TopicOffsets | undefined; readonly atMs: number };
}

/** See the module's description. */
export class ReportedEnds {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** When the last look began, or the last check that has found nothing new, by the monotonic clock. */
  #lookedMs = -Infinity;
  #isChecking = false;
  #wait: Wait | undefined;

  /** @param signal Ends waits. */
  constructor(broker: Broker, { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal }) {
    this.#broker = broker;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** The end offsets as they were reported; undefined if a look at the topics is due. */
  get latest(): TopicOffsets | undefined {
    const nowMs = this.#clock.monotonicMs();
    if (this.#wait === undefined || nowMs - this.#lookedMs > LOOK_AGAIN_MS) return undefined;
    const { after, report } = this.#wait;
    // The wait goes on, so there is nothing new.
    if (report === undefined) return after;
    return nowMs - report.atMs <= REPORT_MS_MAX ? report.ends : undefined;
  }

  /** A look begins, whose result takes the place of what was reported. */
  looks(): void {
    this.#lookedMs = this.#clock.monotonicMs();
    this.#wait = undefined;
  }

  /**
   * Begins to check the topics, if it is time to, and does not wait for it.
   *
   * @param isAsKnown Whether nothing has changed that a wait would not report.
   */
  check(isAsKnown: () => Promise<boolean>): void {
    const [nowMs, lookedMs] = [this.#clock.monotonicMs(), this.#lookedMs];
    if (this.#isChecking || nowMs - lookedMs < CHECK_AGAIN_MS) return;
    this.#isChecking = true;
    void isAsKnown().then((isSame) => {
      // A look in the meantime knows better.
      if (this.#lookedMs === lookedMs) this.#lookedMs = isSame ? nowMs : -Infinity;
    }).catch(() => {
      // The next look fails for the same reason.
    }).finally(() => this.#isChecking = false);
  }

  /** Begins to wait for records after the given offsets, unless the broker reports none. */
  begin(after: TopicOffsets, ids: TopicIds): void {
    const reported = this.#broker.waitForEnds?.(after, {
      ids,
      timeoutMs: IDLE_WAIT_MS_MAX,
      signal: this.#signal,
    });
    if (reported === undefined) return;
    const wait: Wait = {
      after,
      ended: reported.then((ends) => {
        wait.report = { ends, atMs: this.#clock.monotonicMs() };
      }),
    };
    // The next look fails for the same reason.
    wait.ended.catch(() => {});
    this.#wait = wait;
  }

  /** Waits for records after the given offsets; resolves also after the timeout, and sometimes earlier. */
  async next(
    after: TopicOffsets,
    { ids, timeoutMs }: { readonly ids: TopicIds; readonly timeoutMs: number },
  ): Promise<void> {
    if (this.#broker.waitForEnds === undefined) {
      await this.#broker.waitForData(after, { timeoutMs, signal: this.#signal });
      return;
    }
    // Where nothing has been reported, a run comes back with the same offsets.
    if (this.#wait?.after !== after) this.begin(after, ids);
    const { ended } = this.#wait!;
    if (timeoutMs >= IDLE_WAIT_MS_MAX) return await ended;
    const over = new AbortController();
    try {
      await Promise.race([ended, this.#clock.sleep(timeoutMs, over.signal)]);
    } finally {
      over.abort(OVER);
    }
  }
}
