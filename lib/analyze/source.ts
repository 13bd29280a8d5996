/**
 * How far the topics of some queries have been read, and what the next batch takes of them.
 */
import { TASK_OFFSETS_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import type { Broker, OffsetRange, PartitionOffsets } from "../broker/broker.ts";
import type { StartingOffsets } from "../config/values.ts";
import { type BatchLimits, limitOffsets } from "../stream/rate_limit.ts";

const log = logger("analyze");

const EARLIEST = -2;
const LATEST = -1;

/** Offsets of some topics. */
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>;

/** What a batch reads. */
export interface BatchPlan {
  readonly ranges: readonly OffsetRange[];
  /** Where each partition stands before the batch. */
  readonly starts: TopicOffsets;
  /** Where each partition stands after the batch. */
  readonly ends: TopicOffsets;
}

/** The positions of one group of queries. */
export class Source {
  readonly #broker: Broker;
  readonly #topics: readonly string[];
  #positions: Map<string, Map<number, number>>;

  private constructor(broker: Broker, positions: Map<string, Map<number, number>>) {
    this.#broker = broker;
    this.#topics = [...positions.keys()];
    this.#positions = positions;
  }

  /** Finds where a new query begins. @throws {SfcrimeError} TOPIC_MISSING, USAGE for a partition that is not there */
  static async open(broker: Broker, topics: readonly string[], start: StartingOffsets): Promise<Source> {
    const positions = new Map<string, Map<number, number>>();
    for (const topic of topics) positions.set(topic, new Map(await startOf(broker, topic, start)));
    return new Source(broker, positions);
  }

  /**
   * Goes on where a run before has stopped.
   *
   * @param failOnDataLoss Whether records that are gone since then are an error; if not, reading goes on with
   * the earliest that is left.
   * @throws {SfcrimeError} DATA_LOSS, naming the offsets that are gone.
   */
  static async resume(broker: Broker, kept: CheckpointOffsets, failOnDataLoss: boolean): Promise<Source> {
    const positions = new Map<string, Map<number, number>>();
    for (const [topic, partitions] of Object.entries(kept)) {
      const [earliest, latest] = await Promise.all([
        broker.listOffsets(topic, "earliest"),
        broker.listOffsets(topic, "latest"),
      ]);
      const found = Object.entries(partitions).map(([number, offset]): [number, number] => {
        const partition = Number(number);
        const [first, end] = [earliest.get(partition), latest.get(partition)];
        const loss = lossAt({ topic, partition, offset, first, end });
        if (loss === undefined) return [partition, offset];
        if (failOnDataLoss) throw loss;
        log.warn(`${loss.message} Reading goes on at offset ${first ?? 0}.`);
        return [partition, first ?? 0];
      });
      positions.set(topic, new Map(found));
    }
    return new Source(broker, positions);
  }

  /** The topic that a wait for data can watch: the one there is, where there is only one. */
  get topics(): readonly string[] {
    return this.#topics;
  }

  positionsOf(topic: string): PartitionOffsets {
    return this.#positions.get(topic)!;
  }

  /** The end of every partition now. Partitions that are new begin at their earliest offset. */
  async latest(): Promise<TopicOffsets> {
    const latest = new Map<string, PartitionOffsets>();
    for (const topic of this.#topics) latest.set(topic, await this.#broker.listOffsets(topic, "latest"));
    await this.#takeNewPartitions(latest);
    return latest;
  }

  /** What the next batch takes of what is there. */
  plan(available: TopicOffsets, limits: BatchLimits): BatchPlan {
    return this.planTo(
      new Map(
        [...available].map(([topic, latest]) =>
          [topic, limitOffsets(this.#positions.get(topic)!, latest, limits)] as const
        ),
      ),
    );
  }

  /** A batch up to the given offsets. */
  planTo(ends: TopicOffsets): BatchPlan {
    const starts = new Map<string, PartitionOffsets>();
    const ranges: OffsetRange[] = [];
    for (const [topic, partitions] of ends) {
      const positions = this.#positions.get(topic)!;
      starts.set(topic, new Map(positions));
      for (const [partition, to] of partitions) {
        const from = positions.get(partition) ?? 0;
        if (to < from) throw movedBack({ topic, partition, from, to });
        ranges.push(...split({ topic, partition, from, to }));
      }
    }
    return { ranges, starts, ends };
  }

  /** Whether everything up to the given offsets has been read. */
  reached(ends: TopicOffsets): boolean {
    return [...ends].every(([topic, partitions]) =>
      [...partitions].every(([partition, end]) => (this.#positions.get(topic)!.get(partition) ?? 0) >= end)
    );
  }

  /** A batch is done. */
  advance({ ends }: BatchPlan): void {
    for (const [topic, partitions] of ends) this.#positions.set(topic, new Map(partitions));
  }

  async #takeNewPartitions(latest: TopicOffsets): Promise<void> {
    for (const [topic, partitions] of latest) {
      const positions = this.#positions.get(topic)!;
      if ([...partitions.keys()].every((partition) => positions.has(partition))) continue;
      for (const [partition, offset] of await this.#broker.listOffsets(topic, "earliest")) {
        if (!positions.has(partition)) positions.set(partition, offset);
      }
    }
  }
}

async function startOf(broker: Broker, topic: string, start: StartingOffsets): Promise<PartitionOffsets> {
  if (typeof start === "string" || isTime(start)) return await broker.listOffsets(topic, start);
  const [earliest, latest] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  const wanted = start[topic] ?? {};
  for (const partition of Object.keys(wanted)) {
    if (latest.has(Number(partition))) continue;
    throw new SfcrimeError(
      "USAGE",
      `The starting offsets name partition ${partition}, which ${topic} does not have.`,
    );
  }
  return new Map([...earliest].map(([partition, first]) => {
    const offset = wanted[String(partition)] ?? EARLIEST;
    return [partition, offset === EARLIEST ? first : offset === LATEST ? latest.get(partition)! : offset];
  }));
}

function isTime(start: StartingOffsets): start is { readonly timestampMs: number } {
  return typeof start === "object" && typeof (start as { timestampMs?: unknown }).timestampMs === "number";
}

/** Why a position is of no use any more, where it is not. */
function lossAt({ topic, partition, offset, first, end }: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly first: number | undefined;
  readonly end: number | undefined;
}): SfcrimeError | undefined {
  if (first === undefined || end === undefined) {
    return new SfcrimeError("DATA_LOSS", `${topic} has no partition ${partition} any more.`);
  }
  if (offset > end) return movedBack({ topic, partition, from: offset, to: end });
  if (offset >= first) return undefined;
  return new SfcrimeError(
    "DATA_LOSS",
    `Offsets ${offset} to ${first - 1} of ${topic}-${partition} were deleted before they were read.`,
    { hint: "Set fail_on_data_loss = false to go on without them." },
  );
}

/** Offsets as a checkpoint keeps them. */
export function checkpointOffsets(offsets: TopicOffsets): CheckpointOffsets {
  return Object.fromEntries(
    [...offsets].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]),
  );
}

/** Offsets that a checkpoint has kept. */
export function topicOffsets(kept: CheckpointOffsets): TopicOffsets {
  return new Map(
    Object.entries(kept).map(([topic, partitions]) => [
      topic,
      new Map(Object.entries(partitions).map(([partition, offset]) => [Number(partition), offset])),
    ]),
  );
}

function movedBack({ topic, partition, from, to }: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${topic}-${partition} was read up to offset ${from}, but now ends at ${to}.`,
    {
      hint:
        "The topic was deleted and created again, or its log was cut off. Start the query anew to read it as it is.",
    },
  );
}

/** A range in pieces that workers can share. */
function split({ topic, partition, from, to }: OffsetRange): OffsetRange[] {
  const count = Math.ceil((to - from) / TASK_OFFSETS_MAX);
  const size = Math.ceil((to - from) / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => ({
    topic,
    partition,
    from: from + index * size,
    to: Math.min(to, from + (index + 1) * size),
  }));
}
