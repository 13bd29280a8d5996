/** What a topic has of the records of a producer, partition by partition. */
import { SfcrimeError } from "../../base/errors.ts";
import type { PartitionOffsets } from "../../broker/broker.ts";
import type { ProducerId } from "../../broker/writing/appender.ts";
import { type ProducerTail, producerTail } from "../../broker/writing/producer_tail.ts";
import type { TrackedTarget } from "./record_gate.ts";

/** A producer, and the end of each partition before its first record. */
export interface StartedProducer {
  readonly id: ProducerId;
  readonly starts: PartitionOffsets;
}

/** @throws {SfcrimeError} INPUT if records of the producer may have been deleted. */
export async function producerTails(
  { id, starts }: StartedProducer,
  { broker, topic: { name: topic }, signal }: Pick<TrackedTarget, "broker" | "topic" | "signal">,
): Promise<Map<number, ProducerTail>> {
  const [begins, ends] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  const reader = await broker.openReader();
  try {
    const tails = new Map<number, ProducerTail>();
    for (const [partition, to] of ends) {
      const start = starts.get(partition) ?? 0;
      const begin = begins.get(partition) ?? 0;
      const range = { topic, partition, from: Math.max(start, begin), to };
      const tail = await producerTail(id.producerId, range, { reader, signal });
      if (tail.count === 0 && begin > start) throw deleted(topic, partition);
      tails.set(partition, tail);
    }
    return tails;
  } finally {
    await reader.close();
  }
}

function deleted(topic: string, partition: number): SfcrimeError {
  return new SfcrimeError(
    "INPUT",
    `How much was sent is not known any more: the records of the interrupted run in ${topic}-${partition} were deleted.`,
    {
      hint:
        "The retention of the topic is too short for this. Leave --resume out to send the whole input again.",
    },
  );
}
