/**
 * Checks that the logs are still the ones that a query has read. If the file of a broker was restored from a
 * copy, its topics have the same ids, and may have grown past the offsets of the query again, with other
 * records, which the query would skip. The epoch of the last record that was read reveals this.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { Broker, LogEpoch, TopicOffsets } from "../../broker/broker.ts";
import type { CheckpointEpochs, CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";

const log = logger("analyze");

/** The epochs of the last records before some offsets, if the broker has epochs. */
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

/** What is known about the logs that were read. */
export interface LogsRead {
  readonly offsets: CheckpointOffsets;
  readonly epochs: CheckpointEpochs;
  /** The ids of the topics. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Checks logs against what was read of them, and returns the offsets to resume from: the same, or, if lost
 * records are tolerated, those from which a log differs. A topic that is gone or has another id is handled by
 * its reader.
 *
 * @throws {SfcrimeError} DATA_LOSS, with the offsets, if lost records are not tolerated.
 */
export async function verifiedOffsets(
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
      const resumesAt = firstDivergence(await broker.logEpochs(range), read);
      if (resumesAt === undefined) continue;
      const loss = logReplaced(`${topic}-${partition}`, { to, resumesAt });
      if (failOnDataLoss) throw loss;
      log.warn(`${loss.message} Resuming at offset ${resumesAt}.`);
      held[topic][partition] = resumesAt;
    }
  }
  return held;
}

/**
 * The earliest offset from which a log may differ; undefined if it is the same.
 *
 * @param now The epochs from the start of the one that was read, up to the offset.
 */
export function firstDivergence(now: readonly LogEpoch[], read: LogEpoch): number | undefined {
  const [first, next] = now;
  if (first?.id !== read.id || first.start !== read.start) return Math.min(first?.start ?? 0, read.start);
  return next?.start;
}

function logReplaced(
  partition: string,
  { to, resumesAt }: { readonly to: number; readonly resumesAt: number },
): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${partition} was read up to offset ${to}, but has different records from offset ${resumesAt} on: ` +
      "its broker was restored from an older copy.",
    {
      hint:
        "Restore the checkpoint and its sink from the same backup, restart the query with a new checkpoint, " +
        `or set fail_on_data_loss = false to resume at offset ${resumesAt}.`,
    },
  );
}
