/** What a broker says of a topic in several answers that are of one and the same topic. */
import { SfcrimeError } from "../base/errors.ts";
import type { Broker, PartitionOffsets } from "../broker/broker.ts";
import type { FoundTopic } from "./resolve_topic.ts";

/**
 * Asks about a topic, and asks anew where it was replaced meanwhile; undefined where there is none.
 *
 * @throws {SfcrimeError} What `ask` throws, but for TOPIC_MISSING of a topic that is deleted while it asks.
 */
export async function ofOneTopic<T>(
  broker: Broker,
  topic: string,
  ask: () => Promise<T>,
): Promise<{ readonly id: string; readonly answer: T } | undefined> {
  const idNow = async () => (await broker.describeTopic(topic))?.id;
  for (let id = await idNow(); id !== undefined;) {
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof SfcrimeError && error.code === "TOPIC_MISSING") return undefined;
      throw error;
    });
    const after = await idNow();
    if (answer !== undefined && after === id) return { id, answer };
    id = after;
  }
  return undefined;
}

/** What a topic holds. Where that is not more than what was read, nobody asks where it starts. */
export async function findTopic(
  broker: Broker,
  topic: string,
  positions: PartitionOffsets,
): Promise<FoundTopic | undefined> {
  const found = await ofOneTopic(broker, topic, async () => {
    const ends = await broker.listOffsets(topic, "latest");
    const hasNews = positions.size !== ends.size ||
      [...ends].some(([partition, end]) => positions.get(partition) !== end);
    return { ends, starts: hasNews ? await broker.listOffsets(topic, "earliest") : ends };
  });
  return found === undefined ? undefined : { id: found.id, ...found.answer };
}
