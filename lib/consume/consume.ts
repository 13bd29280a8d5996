/**
 * The consumer: prints the records of a topic, either as a member of a group that goes on where it stopped,
 * or from any place without a group.
 */
import { IDLE_WAIT_MS_MAX } from "../base/bounds.ts";
import { concat } from "../base/bytes.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { Output } from "../base/output.ts";
import type { Broker, ConsumedRecord, PartitionOffsets, Taken } from "../broker/broker.ts";
import { consumedRecords } from "../broker/consumed_records.ts";
import { missingPartition } from "../broker/failures.ts";
import type { ReadFrom } from "../config/values.ts";
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
  readonly maxMessages: number | undefined;
  /** Whether to stop at the end that the topic had when the run began. */
  readonly exitAtEnd: boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** How a run ended. */
export interface ConsumeSummary {
  readonly messages: number;
  readonly bytes: number;
}

/** Offsets that are read and printed in one step, so that partitions take turns. */
const STEP_OFFSETS_MAX = 10_000;

/**
 * Runs until the end, the limit or the signal.
 *
 * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition of a group; OUTPUT_CLOSED when the reader of
 * our output goes away.
 */
export async function consume(options: ConsumeOptions): Promise<ConsumeSummary> {
  const printer = new Printer(options);
  if (options.from === "committed") await consumeAsMember(options, printer);
  else await consumeFrom(options, options.from, printer);
  return printer.summary;
}

async function consumeAsMember(options: ConsumeOptions, printer: Printer): Promise<void> {
  const { broker, topic, group, autoOffsetReset, partition, exitAtEnd, signal } = options;
  if (partition !== undefined) {
    throw new SfcrimeError(
      "USAGE",
      "--partition does not go with a group, which shares its partitions out.",
      {
        hint: "Add --from beginning, end, -N or a time, to read without a group.",
      },
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
  const { broker, topic, exitAtEnd, signal } = options;
  let ends = only(options, await broker.listOffsets(topic, "latest"));
  const positions = new Map(await startPositions(options, from, ends));
  const reader = await broker.openReader();
  try {
    while (!signal.aborted) {
      let progressed = false;
      for (const [partition, end] of ends) {
        const start = positions.get(partition) ?? 0;
        const range = { topic, partition, from: start, to: Math.min(end, start + STEP_OFFSETS_MAX) };
        if (range.from >= range.to) continue;
        for await (const chunk of reader.read(range, signal)) {
          const records = consumedRecords(chunk, { ...range, from: positions.get(partition) ?? range.from });
          const last = records.at(-1);
          if (last === undefined) continue;
          if (!(await printer.print(records)).wantsMore) return;
          positions.set(partition, last.offset + 1);
        }
        if (signal.aborted) return;
        // The range may end with offsets that hold no record.
        positions.set(partition, range.to);
        progressed = true;
      }
      if (progressed) continue;
      if (exitAtEnd) return;
      const wait = { timeoutMs: IDLE_WAIT_MS_MAX, signal };
      ends = only(options, (await broker.waitForData(new Map([[topic, positions]]), wait)).get(topic)!);
    }
  } finally {
    await reader.close();
  }
}

/** The offsets of the wanted partition, or all of them. */
function only({ topic, partition }: ConsumeOptions, offsets: PartitionOffsets): PartitionOffsets {
  if (partition === undefined) return offsets;
  const offset = offsets.get(partition);
  if (offset === undefined) throw missingPartition(topic, partition);
  return new Map([[partition, offset]]);
}

async function startPositions(
  options: ConsumeOptions,
  from: Exclude<ReadFrom, "committed">,
  ends: PartitionOffsets,
): Promise<PartitionOffsets> {
  if (from === "end") return ends;
  const { broker, topic } = options;
  if (from !== "beginning" && "timestampMs" in from) {
    const found = await broker.listOffsets(topic, from);
    return new Map([...ends].map(([partition, end]) => [partition, found.get(partition) ?? end]));
  }
  const starts = only(options, await broker.listOffsets(topic, "earliest"));
  if (from === "beginning") return starts;
  return new Map(
    [...ends].map((
      [partition, end],
    ) => [partition, Math.max(starts.get(partition) ?? 0, end - from.lastRecords)]),
  );
}

class Printer {
  readonly #options: ConsumeOptions;
  #messages = 0;
  #bytes = 0;

  constructor(options: ConsumeOptions) {
    this.#options = options;
  }

  get summary(): ConsumeSummary {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Prints records, up to the limit. */
  async print(records: readonly ConsumedRecord[]): Promise<Taken> {
    const { format, maxMessages, output } = this.#options;
    const room = (maxMessages ?? Infinity) - this.#messages;
    const taken = records.slice(0, room);
    const parts: Uint8Array[] = [];
    for (const record of taken) {
      printRecord(record, format, parts);
      this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
    }
    await output.write(concat(parts));
    this.#messages += taken.length;
    return { count: taken.length, wantsMore: this.#messages !== maxMessages };
  }
}
