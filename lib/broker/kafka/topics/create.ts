/** Creates topics in Kafka. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { TopicOptions } from "../../broker.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { answerError } from "../connection/denied.ts";
import { protocolError } from "../kafkajs/internals.ts";
import { type CreateTopicAnswer, createTopicCall } from "../protocol/create_topic.ts";

const LEADER_NOT_AVAILABLE = 5;
const TOPIC_ALREADY_EXISTS = 36;
const INVALID_REPLICATION_FACTOR = 38;
const INVALID_CONFIG = 40;
const CLUSTER_AUTHORIZATION_FAILED = 31;
const POLICY_VIOLATION = 44;
/** What the controller says if there are brokers, but none that it hears of. */
const NO_BROKER_YET = "brokers are currently fenced";

/**
 * Creates a topic and waits until its partitions have leaders, as seen by every connected server; false if it
 * already exists.
 *
 * @throws {SfcrimeError} BROKER; if a setting is rejected, with Kafka's own message.
 */
export async function createKafkaTopic(
  connection: KafkaConnection,
  topic: string,
  options: TopicOptions,
): Promise<boolean> {
  const { numPartitions, replicationFactor, config = {} } = options;
  const created = await connection.retrying(async () => {
    await connection.cluster.refreshMetadata();
    const node = await connection.cluster.findControllerBroker();
    const call = createTopicCall({ topic, numPartitions, replicationFactor, config });
    const answer = await connection.send(node, call);
    if (answer.errorCode === TOPIC_ALREADY_EXISTS) return false;
    if (answer.errorCode !== 0) throw creationFailure(topic, options, answer);
    return true;
  });
  await connection.retrying(async () => {
    const found = await connection.metadataByNode(topic);
    const isKnown = found.every(({ errorCode, partitions }) =>
      errorCode === 0 && partitions.every(({ errorCode }) => errorCode === 0)
    );
    if (!isKnown) throw protocolError(LEADER_NOT_AVAILABLE);
  });
  return created;
}

function creationFailure(
  topic: string,
  { replicationFactor, config = {} }: TopicOptions,
  { errorCode, errorMessage }: CreateTopicAnswer,
): Error {
  const cause = protocolError(errorCode);
  const said = (errorMessage ?? cause.message).replace(/\.$/, "");
  switch (errorCode) {
    case INVALID_REPLICATION_FACTOR:
      // So it says for a moment after its start, and after it did not hear of its brokers for some seconds.
      if (said.includes(NO_BROKER_YET)) {
        return new SfcrimeError("BROKER", `Kafka cannot create topic ${topic} now: ${said}.`, {
          hint:
            "No broker has reported to the controller in time. Look into the logs of Kafka, or try again.",
          retriable: true,
          cause,
        });
      }
      return new SfcrimeError(
        "BROKER",
        `Topic ${topic} cannot have ${replicationFactor} replicas: the cluster has fewer brokers.`,
        { hint: "Lower [kafka] replication_factor, or start more brokers.", cause },
      );
    case INVALID_CONFIG:
    case POLICY_VIOLATION: {
      const settings = Object.entries(config);
      // Kafka includes the name of the setting, but not always its value.
      const meant = settings.filter(([name]) => said.includes(name));
      const named = (meant.length > 0 ? meant : settings).map((setting) => setting.join("=")).join(", ");
      const what = named === "" ? "" : ` with ${named}`;
      return new SfcrimeError("BROKER", `Kafka refused to create topic ${topic}${what}: ${said}.`, { cause });
    }
    case CLUSTER_AUTHORIZATION_FAILED:
      return answerError(errorCode, { operation: "Create", resource: "cluster" });
    default:
      return answerError(errorCode, { operation: "Create", resource: "topic", name: topic });
  }
}
