/** The last records of a topic, and the columns that they have. */
import { SfcrimeError } from "../base/errors.ts";
import { plural } from "../base/text/format.ts";
import type { Broker } from "../broker/broker.ts";
import { missingTopic } from "../broker/failures.ts";
import { decodeBatches } from "../broker/record_batch/decode.ts";
import { RecordSchema } from "../records/inference/record_schema.ts";
import { javaText } from "../records/values/java_text.ts";
import { offsetBeforeLast } from "./last_records.ts";

/** What to look at. */
export interface TopicSampleOptions {
  readonly broker: Broker;
  /** How many of the last records, over all partitions. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/** @throws {SfcrimeError} INPUT if a topic has no records that columns can be taken from. */
export function requireObjects(topic: string, { objects, others }: RecordSchema): void {
  if (objects > 0) return;
  throw new SfcrimeError(
    "INPUT",
    others === 0
      ? `Topic ${topic} has no records to take columns from.`
      : `None of the last ${plural(others, "record")} of topic ${topic} is a JSON object.`,
    { hint: `Declare its columns in a section [stream.NAME] with topic = ${topic}.` },
  );
}

/** Looks at the last records of a topic. @throws {SfcrimeError} TOPIC_MISSING */
export async function sampleTopic(
  topic: string,
  { broker, count, signal }: TopicSampleOptions,
): Promise<RecordSchema> {
  if (await broker.describeTopic(topic) === undefined) throw missingTopic(topic, await broker.listTopics());
  const [starts, ends] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  const filled = [...ends].filter(([partition, end]) => end > (starts.get(partition) ?? 0));
  const ofEach = Math.ceil(count / Math.max(1, filled.length));
  const schema = new RecordSchema();
  const reader = await broker.openReader();
  try {
    for (const [partition, to] of filled) {
      const range = { topic, partition, from: starts.get(partition) ?? 0, to };
      let from = await offsetBeforeLast(ofEach, range, { reader, signal });
      for await (const { bytes, aborted } of reader.read({ ...range, from }, signal)) {
        from = decodeBatches(bytes, { from, to, aborted }, ({ bytes, valueStart, valueEnd }) => {
          schema.add(valueStart < 0 ? null : javaText(bytes.subarray(valueStart, valueEnd)));
        });
      }
    }
  } finally {
    await reader.close();
  }
  return schema;
}
