/**
 * Whether the logs that a query goes on to read are those that it has read. A broker's file that was restored from a
 * copy has topics of the same ids, and may have grown past the query's offsets again: with other records in between,
 * which the query would skip. The epoch of the last record that was read tells.
 */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Broker, LogEpoch, TopicOffsets } from "../broker/broker.ts";
import type { CheckpointEpochs, CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";

const log = logger("analyze");

/** The epochs of the last records before some offsets, where the broker has epochs. */
export async function epochsBefore(broker: Broker, ends: TopicOffsets): Promise<CheckpointEpochs> {
  if (broker.logEpochs === undefined) return {};
  const epochs: Record<string, Record<string, LogEpoch>> = {};
  for (const [topic, partitions] of ends) {
    for (const [partition, to] of partitions) {
      const [last] = to === 0 ? [] : await broker.logEpochs({ topic, partition, from: to - 1, to });
      if (last !== undefined) (epochs[topic] ??= {})[partition] = last;
    }
  }
  return epochs;
}

/** What is known of the logs that were read. */
export interface LogsRead {
  readonly offsets: CheckpointOffsets;
  readonly epochs: CheckpointEpochs;
  /** The ids of the topics. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Holds logs to what was read of them, and gives the offsets to go on from: the same, or where records are lost and
 * that is to be put up with, those at which a log begins to be another one. A topic that is gone or of another id is
 * left to whoever reads it.
 *
 * @throws {SfcrimeError} DATA_LOSS, naming the offsets, where that is an error.
 */
export async function heldToLogs(
  broker: Broker,
  { offsets, epochs, ids }: LogsRead,
  { failOnDataLoss }: { readonly failOnDataLoss: boolean },
): Promise<CheckpointOffsets> {
  if (broker.logEpochs === undefined) return offsets;
  const held: Record<string, Record<string, number>> = {};
  for (const [topic, partitions] of Object.entries(offsets)) {
    held[topic] = { ...partitions };
    if ((await broker.describeTopic(topic))?.id !== ids[topic]) continue;
    for (const [partition, to] of Object.entries(partitions)) {
      const read = epochs[topic]?.[partition];
      if (read === undefined || to <= read.start) continue;
      const range = { topic, partition: Number(partition), from: read.start, to };
      const goesOnAt = firstOther(await broker.logEpochs(range), read);
      if (goesOnAt === undefined) continue;
      const loss = logReplaced(`${topic}-${partition}`, { to, goesOnAt });
      if (failOnDataLoss) throw loss;
      log.warn(`${loss.message} Reading goes on at offset ${goesOnAt}.`);
      held[topic][partition] = goesOnAt;
    }
  }
  return held;
}

/**
 * Where a log begins to be another one, at the earliest that can be known; undefined where it is the same.
 *
 * @param now The epochs from the start of the one that was read up to the offset.
 */
export function firstOther(now: readonly LogEpoch[], read: LogEpoch): number | undefined {
  const [first, next] = now;
  if (first?.id !== read.id || first.start !== read.start) return Math.min(first?.start ?? 0, read.start);
  return next?.start;
}

function logReplaced(
  partition: string,
  { to, goesOnAt }: { readonly to: number; readonly goesOnAt: number },
): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${partition} was read up to offset ${to}, but from offset ${goesOnAt} on it holds other records now: ` +
      "its broker was restored from an older copy.",
    {
      hint: "Restore the checkpoint and its sink of the same time as well, start the query anew, " +
        `or set fail_on_data_loss = false to go on at offset ${goesOnAt}.`,
    },
  );
}
