/** What a topic has of the records that a run has committed in transactions, partition by partition. */
import { SfcrimeError } from "../../base/errors.ts";
import { consumedRecords } from "../../broker/consumed_records.ts";
import type { AppenderTransactions, ProducerId } from "../../broker/writing/appender.ts";
import type { LastRecord, ProducerTail } from "../../broker/writing/producer_tail.ts";
import { runProgress } from "../../broker/writing/run_transactions.ts";
import type { TrackedTarget } from "./record_gate.ts";

/** @throws {SfcrimeError} INPUT if it is not known any more. */
export async function committedTails(
  id: ProducerId,
  transactions: AppenderTransactions,
  { broker, topic: { name: topic }, signal }: Pick<TrackedTarget, "broker" | "topic" | "signal">,
): Promise<Map<number, ProducerTail>> {
  const [committed, begins] = await Promise.all([
    transactions.progress(topic),
    broker.listOffsets(topic, "earliest"),
  ]);
  const reader = await broker.openReader();
  /** Undefined if it was deleted, or compacted. */
  const recordAt = async (partition: number, offset: number): Promise<LastRecord | undefined> => {
    if (offset < begins.get(partition)!) return undefined;
    const range = { topic, partition, from: offset, to: offset + 1 };
    for await (const chunk of reader.read(range, signal)) {
      const [record] = consumedRecords(chunk, range);
      if (record !== undefined) return record;
    }
    return undefined;
  };
  try {
    const tails = new Map<number, ProducerTail>();
    for (const partition of begins.keys()) {
      const progress = runProgress(id, committed.get(partition));
      if (progress === undefined) throw forgotten(topic, partition);
      const { count, lastOffset } = progress;
      const last = lastOffset === undefined ? undefined : await recordAt(partition, lastOffset);
      tails.set(partition, { count, last });
    }
    return tails;
  } finally {
    await reader.close();
  }
}

function forgotten(topic: string, partition: number): SfcrimeError {
  return new SfcrimeError(
    "INPUT",
    `How much was committed is not known any more: Kafka has no offsets of the interrupted run for ${topic}-${partition}.`,
    {
      hint:
        "It forgets them after some days, and when another run has the same transactional ID. Leave --resume out to send the whole input again.",
    },
  );
}
