/**
 * The consumer: prints the records of a topic, either as a member of a consumer group, which resumes where it stopped,
 * or from any position without a group.
 */
import { concat } from "../base/text/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Output } from "../base/files/output.ts";
import type { Broker, ConsumedRecord, PartitionOffsets, Reader, Taken } from "../broker/broker.ts";
import { consumedRecords } from "../broker/consumed_records.ts";
import { missingPartition } from "../broker/failures.ts";
import { CHECK_INTERVAL_MS, TopicWatch } from "../broker/topics/topic_watch.ts";
import type { ReadFrom } from "../config/values/values.ts";
import type { DecodedPart } from "./decoded_part.ts";
import { offsetBeforeLast } from "./last_records.ts";
import { printRecord, type RecordFormat } from "./record_format.ts";

/** What to consume, and how. */
export interface ConsumeOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly from: ReadFrom;
  readonly group: string;
  readonly autoOffsetReset: "earliest" | "latest";
  /** One partition only; not for groups. */
  readonly partition: number | undefined;
  readonly format: RecordFormat;
  /** Decodes values and keys that are not text. */
  readonly decoded?: readonly Pick<DecodedPart, "decode">[];
  readonly maxMessages: number | undefined;
  /** Whether to stop at the end that the topic had when the run started. */
  readonly exitAtEnd: boolean;
  readonly output: Output;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ConsumeSummary) => void;
}

/** How a run ended. */
export interface ConsumeSummary {
  readonly messages: number;
  readonly bytes: number;
  /** The offset of the last printed record, by partition. */
  readonly last: PartitionOffsets;
}

const log = logger("consume");

/** How many offsets to read and print in one step, so that partitions take turns. */
const STEP_OFFSETS_MAX = 10_000;

/**
 * Runs until the end, the limit or the signal.
 *
 * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition with a group; OUTPUT_CLOSED if the reader of our output
 * closes it.
 */
export async function consume(options: ConsumeOptions): Promise<ConsumeSummary> {
  const printer = new Printer(options);
  try {
    if (options.from === "committed") await consumeAsMember(options, printer);
    else await consumeFrom(options, options.from, printer);
  } finally {
    options.onEnd?.(printer.summary);
  }
  return printer.summary;
}

async function consumeAsMember(options: ConsumeOptions, printer: Printer): Promise<void> {
  const { broker, topic, group, autoOffsetReset, partition, exitAtEnd, signal } = options;
  if (partition !== undefined) {
    throw new SfcrimeError(
      "USAGE",
      "--partition cannot be used with a consumer group, which assigns partitions itself.",
      { hint: "Add --from beginning, end, -N or a time to read without a group." },
    );
  }
  const until = exitAtEnd ? { until: await broker.listOffsets(topic, "latest") } : {};
  const onRecords = (records: readonly ConsumedRecord[]) => printer.print(records);
  await broker.subscribe({ group, topic, autoOffsetReset, signal, ...until, onRecords });
}

async function consumeFrom(
  options: ConsumeOptions,
  from: Exclude<ReadFrom, "committed">,
  printer: Printer,
): Promise<void> {
  const { broker, topic, exitAtEnd, clock, signal } = options;
  const watch = await TopicWatch.of(broker, topic, clock);
  const reader = await broker.openReader();
  try {
    let ends = only(options, await broker.listOffsets(topic, "latest"));
    const positions = new Map(await startPositions(options, from, { ends, reader }));
    while (!signal.aborted) {
      let progressed = false;
      for (const [partition, end] of ends) {
        const start = positions.get(partition)!;
        const range = { topic, partition, from: start, to: Math.min(end, start + STEP_OFFSETS_MAX) };
        if (range.from >= range.to) continue;
        for await (const chunk of reader.read(range, signal)) {
          const records = consumedRecords(chunk, { ...range, from: positions.get(partition)! });
          const last = records.at(-1);
          if (last === undefined) continue;
          if (!(await printer.print(records)).wantsMore) return;
          positions.set(partition, last.offset + 1);
        }
        if (signal.aborted) return;
        // The range may end with offsets without records.
        positions.set(partition, range.to);
        progressed = true;
      }
      if (progressed) continue;
      if (exitAtEnd) return;
      ends = await waitForMore(options, positions, watch);
    }
  } finally {
    await reader.close();
  }
}

/** Waits for records, and returns the end offsets; new partitions are read from the beginning. */
async function waitForMore(
  options: ConsumeOptions,
  positions: Map<number, number>,
  watch: TopicWatch,
): Promise<PartitionOffsets> {
  const { broker, topic, partition, signal } = options;
  const awaited = partition === undefined ? new Map([[topic, positions]]) : watch.only(positions);
  let latest = (await broker.waitForData(awaited, { timeoutMs: CHECK_INTERVAL_MS, signal })).get(topic)!;
  if (await watch.look(latest.size) === "recreated") {
    log.warn(`Topic ${topic} was deleted and recreated; reading the new one from the beginning.`);
    positions.clear();
    latest = await broker.listOffsets(topic, "latest");
  }
  const ends = only(options, latest);
  if ([...ends.keys()].some((number) => !positions.has(number))) {
    for (const [number, start] of await broker.listOffsets(topic, "earliest")) {
      if (ends.has(number) && !positions.has(number)) positions.set(number, start);
    }
  }
  return ends;
}

/** The offset of the requested partition, or of all partitions. */
function only({ topic, partition }: ConsumeOptions, offsets: PartitionOffsets): PartitionOffsets {
  if (partition === undefined) return offsets;
  const offset = offsets.get(partition);
  if (offset === undefined) throw missingPartition(topic, partition);
  return new Map([[partition, offset]]);
}

async function startPositions(
  options: ConsumeOptions,
  from: Exclude<ReadFrom, "committed">,
  { ends, reader }: { readonly ends: PartitionOffsets; readonly reader: Reader },
): Promise<PartitionOffsets> {
  if (from === "end") return ends;
  const { broker, topic, signal } = options;
  if (from !== "beginning" && "timestampMs" in from) {
    const found = await broker.listOffsets(topic, from);
    return new Map([...ends].map(([partition, end]) => [partition, found.get(partition) ?? end]));
  }
  const starts = only(options, await broker.listOffsets(topic, "earliest"));
  if (from === "beginning") return starts;
  const positions = new Map<number, number>();
  for (const [partition, to] of ends) {
    const range = { topic, partition, from: starts.get(partition) ?? 0, to };
    positions.set(partition, await offsetBeforeLast(from.lastRecords, range, { reader, signal }));
  }
  return positions;
}

class Printer {
  readonly #options: ConsumeOptions;
  #messages = 0;
  #bytes = 0;
  readonly #last = new Map<number, number>();

  constructor(options: ConsumeOptions) {
    this.#options = options;
  }

  get summary(): ConsumeSummary {
    return { messages: this.#messages, bytes: this.#bytes, last: this.#last };
  }

  /** Prints records, up to the limit. */
  async print(records: readonly ConsumedRecord[]): Promise<Taken> {
    const { format, maxMessages, output, decoded = [] } = this.#options;
    const room = (maxMessages ?? Infinity) - this.#messages;
    const taken = records.slice(0, room);
    const parts: Uint8Array[] = [];
    let printed = taken;
    for (const part of decoded) printed = await part.decode(printed);
    for (const record of printed) printRecord(record, format, parts);
    for (const record of taken) {
      this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
    }
    await output.write(concat(parts));
    this.#messages += taken.length;
    for (const { partition, offset } of taken) this.#last.set(partition, offset);
    return { count: taken.length, wantsMore: this.#messages !== maxMessages };
  }
}
