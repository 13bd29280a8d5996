/**
 * Reads ranges that may have been partly deleted: reads what is left of them, and reports the rest. The
 * broker may delete old records between the look at a topic and the read.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { Broker, OffsetRange, Reader, RecordChunk } from "../../broker/broker.ts";

/** See the module's description. Chunks may be repeated after a loss; the decoder skips those. */
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
        // The whole topic is gone, and another one with the same name does not belong to this batch.
        else if (error.code === "DATA_LOSS") left = undefined;
        else throw error;
        this.#onLoss(error.message);
      }
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /** What is left of a range; undefined if nothing is. */
  async #leftOf(range: OffsetRange, error: SfcrimeError): Promise<OffsetRange | undefined> {
    const { topic, partition } = range;
    const from = Math.max(
      range.from,
      (await this.#broker.listOffsets(topic, "earliest")).get(partition) ?? Infinity,
    );
    if (from >= range.to) return undefined;
    // The end is checked only if the reader waited for it without success: at other times it may lag.
    if (from > range.from) return { ...range, from };
    const to = Math.min(range.to, (await this.#broker.listOffsets(topic, "latest")).get(partition) ?? 0);
    // The broker refused a range that it now claims to have: retrying would never end.
    if (to === range.to) throw error;
    return from < to ? { ...range, to } : undefined;
  }
}
