/**
 * The consumer: prints the records of topics, either as a member of a consumer group, which resumes where it stopped,
 * or from any position without a group.
 */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Broker, ConsumedRecord, PartitionOffsets } from "../broker/broker.ts";
import { CHECK_INTERVAL_MS } from "../broker/topics/topic_watch.ts";
import type { ReadFrom, ReadPlace, ReadUntil } from "../config/values/read_places.ts";
import { type ConsumeSummary, Printer, type PrinterOptions } from "./printer.ts";
import { boundsOf, type ReadingTarget, TopicReading } from "./reading/topic_reading.ts";

/** What to consume, and how. */
export interface ConsumeOptions extends PrinterOptions {
  readonly broker: Broker;
  readonly topics: readonly string[];
  readonly from: ReadFrom;
  readonly group: string;
  readonly autoOffsetReset: "earliest" | "latest";
  /** One partition of each topic only; not for groups. */
  readonly partition: number | undefined;
  /** Where to stop; with several places, at the first of them in each partition. Never, if there is none. */
  readonly until: readonly ReadUntil[];
  readonly signal: AbortSignal;
  /** Called when the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ConsumeSummary) => void;
}

const log = logger("consume");

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
  const { broker, topics, group, autoOffsetReset, partition, signal } = options;
  if (partition !== undefined) {
    throw new SfcrimeError(
      "USAGE",
      "--partition cannot be used with a consumer group, which assigns partitions itself.",
      { hint: "Add --from beginning, end, an offset, -N or a time to read without a group." },
    );
  }
  const ends = await Promise.all(topics.map((topic) => broker.listOffsets(topic, "latest")));
  await reportIfAtEnd(options, ends);
  const bounds = new Map<string, PartitionOffsets>();
  for (const [index, topic] of topics.entries()) {
    const bound = await boundsOf(options.until, { ...options, topic, ends: ends[index]! });
    if (bound !== undefined) bounds.set(topic, bound);
  }
  const onRecords = (records: readonly ConsumedRecord[]) => printer.print(records);
  const until = bounds.size === 0 ? {} : { until: bounds };
  await broker.subscribe({ group, topics, autoOffsetReset, signal, ...until, onRecords });
}

/** Nothing to read looks like nothing in the topics. */
async function reportIfAtEnd(
  { broker, topics, group, autoOffsetReset }: ConsumeOptions,
  latest: readonly PartitionOffsets[],
): Promise<void> {
  const found = await Promise.all(topics.map(async (topic, index) => {
    const [committed, starts] = await Promise.all([
      broker.committedOffsets(group, topic),
      broker.listOffsets(topic, "earliest"),
    ]);
    const ends = [...latest[index]!];
    const startOf = (partition: number) => starts.get(partition) ?? 0;
    const positionOf = (partition: number, end: number) =>
      committed.get(partition) ?? (autoOffsetReset === "latest" ? end : startOf(partition));
    return {
      isEmpty: ends.every(([partition, end]) => startOf(partition) >= end),
      isAtEnd: ends.every(([partition, end]) => positionOf(partition, end) >= end),
    };
  }));
  const [names, has, it] = topics.length === 1
    ? [`topic ${topics[0]}`, "has", "it"]
    : [`topics ${topics.join(", ")}`, "have", "them"];
  if (found.every(({ isEmpty }) => isEmpty)) {
    log.info(`${names[0]!.toUpperCase()}${names.slice(1)} ${has} no records yet`);
  } else if (found.every(({ isEmpty, isAtEnd }) => isEmpty || isAtEnd)) {
    log.info(`Group ${group} is at the end of ${names}; --from beginning reads ${it} again`);
  }
}

async function consumeFrom(options: ConsumeOptions, from: ReadPlace, printer: Printer): Promise<void> {
  const { broker, topics, signal } = options;
  const readings = await Promise.all(topics.map((topic) => TopicReading.open(topic, { ...options, from })));
  const reader = await broker.openReader();
  const target: ReadingTarget = { reader, take: (records) => printer.print(records) };
  try {
    while (!signal.aborted) {
      const steps = new Set<string>();
      for (const reading of readings) {
        const step = await reading.readStep(target);
        if (step === "sated" || signal.aborted) return;
        steps.add(step);
      }
      if (steps.has("progressed")) continue;
      if (readings.every(({ isOver }) => isOver)) return;
      const awaited = new Map(readings.flatMap((reading) => [...reading.awaited]));
      const latest = await broker.waitForData(awaited, { timeoutMs: CHECK_INTERVAL_MS, signal });
      for (const [index, reading] of readings.entries()) await reading.setEnds(latest.get(topics[index]!)!);
    }
  } finally {
    await reader.close();
  }
}
