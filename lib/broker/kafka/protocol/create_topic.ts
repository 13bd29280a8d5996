/** The request CreateTopics. Its response has Kafka's error message, which kafkajs drops. */
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type ProtocolCall } from "../kafkajs/internals.ts";
import { ownCall } from "../kafkajs/request_call.ts";
import type { TopicConfig } from "../../topics/topic_config.ts";

/** A topic to create. */
export interface CreateTopicOptions {
  readonly topic: string;
  readonly numPartitions: number;
  readonly replicationFactor: number;
  readonly config: TopicConfig;
}

/** The response of Kafka. */
export interface CreateTopicAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | undefined;
}

const CREATE_TOPICS_KEY = 19;
/** The first version that Kafka 4 still accepts. */
const CREATE_TOPICS_VERSION = 2;
const CREATION_MS_MAX = 30_000;

/** Creates one topic. With ZooKeeper, only the controller can do this; otherwise any node. */
export function createTopicCall(
  { topic, numPartitions, replicationFactor, config }: CreateTopicOptions,
): ProtocolCall<CreateTopicAnswer> {
  return ownCall({
    apiKey: CREATE_TOPICS_KEY,
    apiVersion: CREATE_TOPICS_VERSION,
    apiName: "CreateTopics",
    encode: () => {
      const encoder = createEncoder().writeInt32(1).writeString(topic)
        .writeInt32(numPartitions).writeInt16(replicationFactor)
        .writeInt32(0); // no replicas of our own choice
      const settings = Object.entries(config);
      encoder.writeInt32(settings.length);
      for (const [name, value] of settings) encoder.writeString(name).writeString(value);
      return encoder.writeInt32(CREATION_MS_MAX).writeBoolean(false);
    },
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4 + 4); // throttle time, one topic
      reader.string();
      return { errorCode: reader.int16(), errorMessage: reader.string() };
    },
    answerMsMax: CREATION_MS_MAX,
  });
}
