/**
 * Gathers records into batches by partition and appends them, one append under way while the next is
 * gathered. Bounded in bytes and records, so that no request exceeds what a broker takes.
 */
import { APPEND_BYTES_MAX, APPEND_RECORDS_MAX } from "../base/bounds.ts";
import type { Appender } from "./broker.ts";
import type { ProducerRecord } from "./record_batch/encode.ts";
import { RECORD_OVERHEAD_BYTES_MAX } from "./record_batch/encode.ts";

/** What has been confirmed. */
export interface Confirmed {
  readonly records: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
}

/** See the module's description. */
export class BatchWriter {
  readonly #appender: Appender;
  readonly #topic: string;
  readonly #onConfirmed: (confirmed: Confirmed) => void;
  #partitions = new Map<number, { records: ProducerRecord[]; bytes: number }>();
  #records = 0;
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(appender: Appender, topic: string, onConfirmed: (confirmed: Confirmed) => void) {
    this.#appender = appender;
    this.#topic = topic;
    this.#onConfirmed = onConfirmed;
  }

  /** Whether records wait to be appended. */
  get hasPending(): boolean {
    return this.#records > 0;
  }

  /**
   * Takes a record. Where the batch is full, it waits until the append before has been confirmed; where it is
   * not, there is nothing to wait for.
   */
  add(partition: number, record: ProducerRecord): Promise<void> | undefined {
    const payload = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    const size = payload + RECORD_OVERHEAD_BYTES_MAX;
    const before = this.#partitions.get(partition);
    const isFull = (before !== undefined && before.bytes + size > APPEND_BYTES_MAX) ||
      this.#records >= APPEND_RECORDS_MAX;
    if (isFull) return this.flush().then(() => this.#put(partition, record, payload));
    this.#put(partition, record, payload);
    return undefined;
  }

  #put(partition: number, record: ProducerRecord, payload: number): void {
    let batch = this.#partitions.get(partition);
    if (batch === undefined) {
      batch = { records: [], bytes: 0 };
      this.#partitions.set(partition, batch);
    }
    batch.records.push(record);
    batch.bytes += payload + RECORD_OVERHEAD_BYTES_MAX;
    this.#records++;
    this.#bytes += payload;
  }

  /**
   * Begins to append what is gathered. Resolves when the append before that has been confirmed.
   *
   * @throws {SfcrimeError} When the append before that has failed.
   */
  async flush(): Promise<void> {
    if (this.#records === 0) return;
    const batches = [...this.#partitions].map(([partition, { records }]) => ({ partition, records }));
    const confirmed = { records: this.#records, bytes: this.#bytes };
    this.#partitions = new Map();
    this.#records = 0;
    this.#bytes = 0;
    await this.#underWay;
    this.#underWay = this.#appender.append(this.#topic, batches).then(() => this.#onConfirmed(confirmed));
    // A failure is met by whoever waits next; until then it is not unhandled.
    this.#underWay.catch(() => {});
  }

  /** Appends what is gathered and waits until everything is confirmed. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#underWay;
  }
}
