/** Requests that change topics, and tell how large they are. The answers have Kafka's own words for a refusal. */
import { FieldReader } from "../../protocol/field_reader.ts";
import { flexibleEncoder, NO_TAGS, writeCompactArray, writeCompactString } from "../../protocol/flexible.ts";
import { createEncoder, type Encoder, type ProtocolCall } from "../../kafkajs/internals.ts";
import { ownCall } from "../../kafkajs/request_call.ts";
import type { TopicChanges } from "../../../admin/broker_admin.ts";

/** The answer to a change. */
export interface ChangeAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | undefined;
}

export const INCREMENTAL_ALTER_CONFIGS = { key: 44, version: 0 } as const;
const TOPIC_RESOURCE = 2;
const SET = 0;
const DELETE = 1;

/** Changes settings of a topic; the others stay as they are. */
export function alterTopicCall(topic: string, { set, remove }: TopicChanges): ProtocolCall<ChangeAnswer> {
  return ownCall({
    apiKey: INCREMENTAL_ALTER_CONFIGS.key,
    apiVersion: INCREMENTAL_ALTER_CONFIGS.version,
    apiName: "IncrementalAlterConfigs",
    encode: () => {
      const encoder = createEncoder().writeInt32(1).writeInt8(TOPIC_RESOURCE).writeString(topic);
      const settings = Object.entries(set);
      encoder.writeInt32(settings.length + remove.length);
      for (const [name, value] of settings) encoder.writeString(name).writeInt8(SET).writeString(value);
      for (const name of remove) encoder.writeString(name).writeInt8(DELETE).writeString(null);
      return encoder.writeBoolean(false);
    },
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4 + 4); // throttle time, one resource
      return { errorCode: reader.int16(), errorMessage: reader.string() };
    },
  });
}

export const CREATE_PARTITIONS = { key: 37, version: 1 } as const;
const ADDITION_MS_MAX = 30_000;

/** Adds partitions until there are as many. */
export function createPartitionsCall(topic: string, numPartitions: number): ProtocolCall<ChangeAnswer> {
  return ownCall({
    apiKey: CREATE_PARTITIONS.key,
    apiVersion: CREATE_PARTITIONS.version,
    apiName: "CreatePartitions",
    encode: () =>
      createEncoder().writeInt32(1).writeString(topic).writeInt32(numPartitions)
        .writeInt32(-1) // no replicas of our own choice
        .writeInt32(ADDITION_MS_MAX).writeBoolean(false),
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4 + 4); // throttle time, one topic
      reader.string();
      return { errorCode: reader.int16(), errorMessage: reader.string() };
    },
    answerMsMax: ADDITION_MS_MAX,
  });
}

export const DESCRIBE_LOG_DIRS = { key: 35, version: 4, versionMin: 1 } as const;

/** The partitions whose sizes are asked for. */
export interface SizedPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** A directory of a server, with the sizes of partitions in it. */
export interface LogDirAnswer {
  readonly errorCode: number;
  readonly path: string;
  readonly sizes: readonly { readonly topic: string; readonly partition: number; readonly bytes: number }[];
  /** Absent in an answer of an older version. */
  readonly totalBytes?: number;
  readonly usableBytes?: number;
}

/** The directories of the server that is asked. @param versionMax The newest version that it accepts. */
export function describeLogDirsCall(
  topics: readonly SizedPartitions[],
  versionMax: number,
): ProtocolCall<readonly LogDirAnswer[]> {
  const isFlexible = versionMax >= DESCRIBE_LOG_DIRS.version;
  return ownCall({
    apiKey: DESCRIBE_LOG_DIRS.key,
    apiVersion: isFlexible ? DESCRIBE_LOG_DIRS.version : DESCRIBE_LOG_DIRS.versionMin,
    apiName: "DescribeLogDirs",
    encode: () => isFlexible ? encodeFlexible(topics) : encodePlain(topics),
    decode: (raw) => {
      const reader = new FieldReader(raw, { isFlexible });
      reader.skipTags(); // the header's
      reader.skip(isFlexible ? 4 + 2 : 4); // throttle time, and error code
      return reader.structs((): LogDirAnswer => {
        const errorCode = reader.int16();
        const path = reader.string() ?? "";
        const sizes = reader.structs(() => {
          const topic = reader.string() ?? "";
          return reader.structs(() => {
            const partition = reader.int32();
            const bytes = reader.int64();
            reader.skip(8 + 1); // lag, whether it replaces another directory
            return { topic, partition, bytes };
          });
        }).flat();
        if (!isFlexible) return { errorCode, path, sizes };
        return { errorCode, path, sizes, totalBytes: reader.int64(), usableBytes: reader.int64() };
      });
    },
  });
}

function encodeFlexible(topics: readonly SizedPartitions[]): Encoder {
  const encoder = flexibleEncoder();
  writeCompactArray(encoder, topics, ({ topic, partitions }) => {
    writeCompactString(encoder, topic);
    writeCompactArray(encoder, partitions, (partition) => encoder.writeInt32(partition));
    encoder.writeInt8(NO_TAGS);
  });
  return encoder.writeInt8(NO_TAGS);
}

function encodePlain(topics: readonly SizedPartitions[]): Encoder {
  const encoder = createEncoder().writeInt32(topics.length);
  for (const { topic, partitions } of topics) {
    encoder.writeString(topic).writeInt32(partitions.length);
    for (const partition of partitions) encoder.writeInt32(partition);
  }
  return encoder;
}
