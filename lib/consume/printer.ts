/** Prints the records that are read, up to a limit, and keeps account of them. */
import type { Clock } from "../base/clock.ts";
import { getOrInsert } from "../base/collections/get_or_insert.ts";
import type { Output } from "../base/files/output.ts";
import { concat } from "../base/text/bytes.ts";
import type { ConsumedRecord, Taken, TopicOffsets } from "../broker/broker.ts";
import type { PrintedRecord, RecordPrinter } from "./formats/record_printer.ts";
import type { RecordStage } from "./stages/record_stage.ts";

/** What to print, and how. */
export interface PrinterOptions {
  /** What records pass through before they are printed, in order. */
  readonly stages: readonly RecordStage[];
  readonly outputs: readonly PrintedOutput[];
  /** How many records to print at most. */
  readonly limit: number | undefined;
  readonly clock: Clock;
}

/** An output, and how records are printed there. */
export interface PrintedOutput {
  readonly printer: RecordPrinter;
  readonly output: Output;
}

/** How a run ended. */
export interface ConsumeSummary {
  readonly messages: number;
  readonly bytes: number;
  /** How many of them were printed. */
  readonly printed: number;
  /** From the start of the run to the last record. */
  readonly elapsedMs: number;
  /** The timestamps of the records; undefined if none has one. */
  readonly times: { readonly minMs: number; readonly maxMs: number } | undefined;
  /** The offset of the last record, by topic and partition. */
  readonly last: TopicOffsets;
}

/** How many records pass the stages at once, if some may be left out: not many more than the limit needs. */
const FILTERED_AT_ONCE = 500;

/** See the module's description. */
export class Printer {
  readonly #options: PrinterOptions;
  readonly #startedMs: number;
  readonly #isFiltered: boolean;
  #elapsedMs = 0;
  #messages = 0;
  #bytes = 0;
  #printed = 0;
  #minMs = Infinity;
  #maxMs = -Infinity;
  readonly #last = new Map<string, Map<number, number>>();

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs();
    this.#isFiltered = options.stages.some(({ isFilter }) => isFilter);
  }

  /** What has been printed so far. */
  get summary(): ConsumeSummary {
    const [minMs, maxMs] = [this.#minMs, this.#maxMs];
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      printed: this.#printed,
      elapsedMs: this.#elapsedMs,
      times: minMs <= maxMs ? { minMs, maxMs } : undefined,
      last: this.#last,
    };
  }

  /** Takes records of one partition, in order, and prints those that the stages keep, up to the limit. */
  async print(records: readonly ConsumedRecord[]): Promise<Taken> {
    const { clock } = this.#options;
    let count = 0;
    while (count < records.length && this.#room > 0) {
      const atOnce = this.#isFiltered ? FILTERED_AT_ONCE : this.#room;
      const taken = await this.#printSome(records.slice(count, count + atOnce));
      for (const record of taken) this.#count(record);
      count += taken.length;
      const { topic, partition, offset } = taken.at(-1)!;
      getOrInsert(this.#last, topic, () => new Map()).set(partition, offset);
    }
    this.#elapsedMs = clock.monotonicMs() - this.#startedMs;
    return { count, wantsMore: this.#room > 0 };
  }

  /** How many records may still be printed. */
  get #room(): number {
    return (this.#options.limit ?? Infinity) - this.#printed;
  }

  /** Returns the records up to the one that reached the limit, or all. */
  async #printSome(records: readonly ConsumedRecord[]): Promise<readonly ConsumedRecord[]> {
    const { stages, outputs } = this.#options;
    let kept: readonly PrintedRecord[] = records;
    for (const stage of stages) kept = await stage.pass(kept);
    const printed = kept.slice(0, this.#room);
    for (const { printer, output } of outputs) {
      const parts: Uint8Array[] = [];
      printer.print(printed, parts);
      if (parts.length > 0) await output.write(concat(parts));
    }
    this.#printed += printed.length;
    if (this.#room > 0) return records;
    const { offset: lastOffset } = printed.at(-1)!;
    return records.filter(({ offset }) => offset <= lastOffset);
  }

  #count({ timestampMs, key, value }: ConsumedRecord): void {
    this.#messages++;
    this.#bytes += (key?.length ?? 0) + (value?.length ?? 0);
    // A record of an old client may have none, which is −1.
    if (timestampMs < 0) return;
    this.#minMs = Math.min(this.#minMs, timestampMs);
    this.#maxMs = Math.max(this.#maxMs, timestampMs);
  }
}
