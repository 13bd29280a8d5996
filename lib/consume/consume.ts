/**
 * The consumer: prints the records of a topic, either as a member of a consumer group, which resumes where it stopped,
 * or from any position without a group.
 */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Broker, ConsumedRecord, PartitionOffsets } from "../broker/broker.ts";
import { consumedRecords } from "../broker/consumed_records.ts";
import { missingPartition } from "../broker/failures.ts";
import { CHECK_INTERVAL_MS, TopicWatch } from "../broker/topics/topic_watch.ts";
import type { ReadFrom, ReadPlace, ReadUntil } from "../config/values/read_places.ts";
import { type ConsumeSummary, Printer, type PrinterOptions } from "./printer.ts";
import { positionsAt, startPositions } from "./reading/positions.ts";

/** What to consume, and how. */
export interface ConsumeOptions extends PrinterOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly from: ReadFrom;
  readonly group: string;
  readonly autoOffsetReset: "earliest" | "latest";
  /** One partition only; not for groups. */
  readonly partition: number | undefined;
  /** Where to stop; with several places, at the first of them in each partition. Never, if there is none. */
  readonly until: readonly ReadUntil[];
  readonly signal: AbortSignal;
  /** Called when the run has ended, also when it has failed. */
  readonly onEnd?: (summary: ConsumeSummary) => void;
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
  const { broker, topic, group, autoOffsetReset, partition, signal } = options;
  if (partition !== undefined) {
    throw new SfcrimeError(
      "USAGE",
      "--partition cannot be used with a consumer group, which assigns partitions itself.",
      { hint: "Add --from beginning, end, an offset, -N or a time to read without a group." },
    );
  }
  const ends = await broker.listOffsets(topic, "latest");
  await reportIfAtEnd(options, ends);
  const until = await untilPositions(options, ends);
  const onRecords = (records: readonly ConsumedRecord[]) => printer.print(records);
  const bound = until === undefined ? {} : { until };
  await broker.subscribe({ group, topic, autoOffsetReset, signal, ...bound, onRecords });
}

/** Nothing to read looks like nothing in the topic. */
async function reportIfAtEnd(
  { broker, topic, group, autoOffsetReset }: ConsumeOptions,
  ends: PartitionOffsets,
): Promise<void> {
  const [committed, starts] = await Promise.all([
    broker.committedOffsets(group, topic),
    broker.listOffsets(topic, "earliest"),
  ]);
  const startOf = (partition: number) => starts.get(partition) ?? 0;
  const positionOf = (partition: number, end: number) =>
    committed.get(partition) ?? (autoOffsetReset === "latest" ? end : startOf(partition));
  const all = [...ends];
  if (all.every(([partition, end]) => startOf(partition) >= end)) {
    log.info(`Topic ${topic} has no records yet`);
  } else if (all.every(([partition, end]) => positionOf(partition, end) >= end)) {
    log.info(`Group ${group} is at the end of topic ${topic}; --from beginning reads it again`);
  }
}

/** The offset of each partition at which reading ends; undefined if it goes on. */
async function untilPositions(
  options: ConsumeOptions,
  ends: PartitionOffsets,
): Promise<PartitionOffsets | undefined> {
  const bounds = await Promise.all(options.until.map((place) => positionsAt(place, { ...options, ends })));
  if (bounds.length === 0) return undefined;
  const firstOf = (partition: number) => Math.min(...bounds.map((offsets) => offsets.get(partition)!));
  return new Map([...ends.keys()].map((partition) => [partition, firstOf(partition)]));
}

async function consumeFrom(options: ConsumeOptions, from: ReadPlace, printer: Printer): Promise<void> {
  const { broker, topic, clock, signal } = options;
  const watch = await TopicWatch.of(broker, topic, clock);
  let ends = only(options, await broker.listOffsets(topic, "latest"));
  const positions = new Map(await startPositions(from, { ...options, ends }));
  const until = await untilPositions(options, ends);
  const boundOf = (partition: number) => until === undefined ? Infinity : until.get(partition) ?? 0;
  const reader = await broker.openReader();
  try {
    while (!signal.aborted) {
      let progressed = false;
      for (const [partition, end] of ends) {
        const start = positions.get(partition)!;
        const to = Math.min(end, boundOf(partition), start + STEP_OFFSETS_MAX);
        const range = { topic, partition, from: start, to };
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
      const isAwaited = (partition: number) => positions.get(partition)! < boundOf(partition);
      if (until !== undefined && ![...until.keys()].some(isAwaited)) return;
      ends = await waitForMore(options, { positions, watch, isAwaited });
    }
  } finally {
    await reader.close();
  }
}

/** How far a topic has been read. */
interface Progress {
  readonly positions: Map<number, number>;
  readonly watch: TopicWatch;
  /** Whether a partition is read further. */
  readonly isAwaited: (partition: number) => boolean;
}

/** Waits for records, and returns the end offsets; new partitions are read from the beginning. */
async function waitForMore(
  options: ConsumeOptions,
  { positions, watch, isAwaited }: Progress,
): Promise<PartitionOffsets> {
  const { broker, topic, partition, signal } = options;
  const known = [...positions].map(([number, at]) => [number, isAwaited(number) ? at : Infinity] as const);
  const awaited = partition === undefined ? new Map([[topic, new Map(known)]]) : watch.only(new Map(known));
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
