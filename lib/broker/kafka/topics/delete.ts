/** Deletes topics in Kafka. */
import { asking } from "../connection/denied.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { errorType, UNKNOWN_TOPIC } from "../connection/failures.ts";
import { deleteTopics } from "../kafkajs/modules.ts";
import { requestCall } from "../kafkajs/request_call.ts";

const DELETION_MS_MAX = 30_000;
const PAUSE_MS = 20;

/**
 * Deletes a topic and waits until no connected server knows it any more, for at most {@link DELETION_MS_MAX}
 * after it was deleted; false if there is none.
 */
export async function deleteKafkaTopic(connection: KafkaConnection, topic: string): Promise<boolean> {
  const found = await connection.topicMetadata(topic);
  if (found === undefined) return false;
  const { cluster, host } = connection;
  let attempts = 0;
  const isDeleted = await connection.retrying(async () => {
    await cluster.refreshMetadata();
    const node = await cluster.findControllerBroker();
    attempts++;
    try {
      const request = { topics: [topic], timeout: DELETION_MS_MAX };
      const options = { version: 1, answerMsMax: DELETION_MS_MAX };
      const asked = { operation: "Delete", resource: "topic", name: topic } as const;
      await asking(asked, () => connection.send(node, requestCall(deleteTopics, request, options)));
      return true;
    } catch (error) {
      if (errorType(error) !== UNKNOWN_TOPIC.type) throw error;
      // An earlier attempt may have deleted it, and its response was lost.
      return attempts > 1;
    }
  });
  cluster.targetTopics.delete(topic);
  const untilMs = host.monotonicMs() + DELETION_MS_MAX;
  const isKnown = async () => {
    // A server that fails now has to ask for its metadata later.
    const left = await connection.metadataByNode(topic).catch(() => []);
    return left.some(({ id }) => id === found.id);
  };
  while (host.monotonicMs() < untilMs && await isKnown()) await host.sleep(PAUSE_MS);
  return isDeleted;
}
