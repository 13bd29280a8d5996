/** Holds records back for a short time, so that those that come one by one are sent in larger batches. */
import type { Clock } from "../../base/clock.ts";
import type { BatchWriter } from "./batch_writer.ts";

/** How long records are held back. */
export interface LingerOptions {
  readonly lingerMs: number;
  readonly clock: Clock;
}

/** See the module's description. */
export class Linger {
  readonly #writer: Pick<BatchWriter<unknown>, "flush">;
  readonly #options: LingerOptions;
  /** The flush that is due, from the first record that waits for it. */
  #due: Promise<void> | undefined;
  readonly #ended = new AbortController();
  #failure: { readonly error: unknown } | undefined;

  constructor(writer: Pick<BatchWriter<unknown>, "flush">, options: LingerOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  /**
   * Sees to it that what has been gathered is sent in time. Without a time, it is sent now.
   *
   * @throws {SfcrimeError} If a previous append failed.
   */
  async flush(): Promise<void> {
    const { lingerMs, clock } = this.#options;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (lingerMs === 0) return await this.#writer.flush();
    this.#due ??= clock.sleep(lingerMs, this.#ended.signal).then(async () => {
      this.#due = undefined;
      await this.#writer.flush();
    }).catch((error) => void (this.#failure = { error }));
  }

  /** Ends the wait, before the writer is drained. */
  close(): void {
    this.#ended.abort();
  }
}
