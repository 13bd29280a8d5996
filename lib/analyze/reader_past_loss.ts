/**
 * Reads ranges of which some may be gone by the time they are read: what is left of them, telling what is not.
 * Between the look at a topic and the reading of a range, the broker may delete records by their age.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Broker, OffsetRange, Reader, RecordChunk } from "../broker/broker.ts";

/** See the module's description. Chunks may come again behind a loss; whoever decodes them leaves those out. */
export class ReaderPastLoss implements Reader {
  readonly #reader: Reader;
  readonly #broker: Broker;
  readonly #onLoss: (message: string) => void;

  constructor(reader: Reader, broker: Broker, onLoss: (message: string) => void) {
    this.#reader = reader;
    this.#broker = broker;
    this.#onLoss = onLoss;
  }

  async *read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk> {
    let left: OffsetRange | undefined = range;
    while (left !== undefined) {
      try {
        yield* this.#reader.read(left, signal);
        return;
      } catch (error) {
        if (!(error instanceof SfcrimeError)) throw error;
        if (error.code === "OFFSET_OUT_OF_RANGE") left = await this.#leftOf(left, error);
        // The whole topic is gone, and another one of the same name is none of this batch's.
        else if (error.code === "DATA_LOSS") left = undefined;
        else throw error;
        this.#onLoss(error.message);
      }
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /** What is left of a range; undefined for nothing. */
  async #leftOf(range: OffsetRange, error: SfcrimeError): Promise<OffsetRange | undefined> {
    const { topic, partition } = range;
    const from = Math.max(
      range.from,
      (await this.#broker.listOffsets(topic, "earliest")).get(partition) ?? Infinity,
    );
    if (from >= range.to) return undefined;
    // The end is looked at only where it is what the reader has waited for in vain: it may lag at other times.
    if (from > range.from) return { ...range, from };
    const to = Math.min(range.to, (await this.#broker.listOffsets(topic, "latest")).get(partition) ?? 0);
    // The broker refused a range that it now says to have: asking again would not end.
    if (to === range.to) throw error;
    return from < to ? { ...range, to } : undefined;
  }
}
