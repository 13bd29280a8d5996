/**
 * Gathers records into batches by partition and appends them, one append under way while the next is
 * gathered. Bounded in bytes and records, so that no request exceeds what a broker takes.
 */
import { APPEND_BYTES_MAX, APPEND_RECORDS_MAX } from "../base/bounds.ts";
import type { Appender, PartitionRecords } from "./broker.ts";
import { type ProducerRecord, RECORD_OVERHEAD_BYTES_MAX, RecordsBuilder } from "./record_batch/encode.ts";

/** What has been confirmed. */
export interface Confirmed<Mark> {
  readonly records: number;
  /** Bytes of keys and values. */
  readonly bytes: number;
  /** What was marked when these records were complete. */
  readonly mark: Mark;
}

/** What a writer tells. */
export interface BatchWriterOptions<Mark> {
  /** Is asked when a batch is complete, so that its confirmation can be told from others. */
  readonly mark: () => Mark;
  readonly onConfirmed: (confirmed: Confirmed<Mark>) => void;
}

/** See the module's description. */
export class BatchWriter<Mark = void> {
  readonly #appender: Appender;
  readonly #topic: string;
  readonly #options: BatchWriterOptions<Mark>;
  #gathered = new Map<number, RecordsBuilder>();
  /** Those whose records have been confirmed. */
  readonly #spare: RecordsBuilder[] = [];
  #records = 0;
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(appender: Appender, topic: string, options: BatchWriterOptions<Mark>) {
    this.#appender = appender;
    this.#topic = topic;
    this.#options = options;
  }

  /** Whether records wait to be appended. */
  get hasPending(): boolean {
    return this.#records > 0;
  }

  /**
   * Takes a record, of which nothing is needed any more when that is done. Where the batch is full, it waits until
   * the append before has been confirmed; where it is not, there is nothing to wait for.
   */
  add(partition: number, record: ProducerRecord): Promise<void> | undefined {
    const payload = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    const size = payload + RECORD_OVERHEAD_BYTES_MAX;
    const before = this.#gathered.get(partition);
    const isFull = (before !== undefined && before.bytes + size > APPEND_BYTES_MAX) ||
      this.#records >= APPEND_RECORDS_MAX;
    if (isFull) return this.flush().then(() => this.#put(partition, record, payload));
    this.#put(partition, record, payload);
    return undefined;
  }

  #put(partition: number, record: ProducerRecord, payload: number): void {
    let builder = this.#gathered.get(partition);
    if (builder === undefined) {
      builder = this.#spare.pop() ?? new RecordsBuilder();
      this.#gathered.set(partition, builder);
    }
    builder.add(record);
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
    const batches = [...this.#gathered].map(([partition, records]) => ({ partition, records }));
    const confirmed = { records: this.#records, bytes: this.#bytes, mark: this.#options.mark() };
    this.#gathered = new Map();
    this.#records = 0;
    this.#bytes = 0;
    await this.#underWay;
    this.#underWay = this.#append(batches, confirmed);
    // A failure is met by whoever waits next; until then it is not unhandled.
    this.#underWay.catch(() => {});
  }

  async #append(batches: readonly PartitionRecords[], confirmed: Confirmed<Mark>): Promise<void> {
    await this.#appender.append(this.#topic, batches);
    for (const { records } of batches) {
      records.clear();
      this.#spare.push(records);
    }
    this.#options.onConfirmed(confirmed);
  }

  /** Appends what is gathered and waits until everything is confirmed. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#underWay;
  }
}
