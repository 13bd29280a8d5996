/** Asks Kafka for the batch size limit of a topic. */
import type { BatchLimit } from "../../writing/batch_limit.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { configOf } from "../topics/config.ts";

const SETTINGS = ["max.message.bytes", "segment.bytes"] as const;

/** The smallest limit of a topic; undefined if this user is not allowed to read its settings. */
export async function batchLimitOf(
  connection: KafkaConnection,
  topic: string,
): Promise<BatchLimit | undefined> {
  const entries = await configOf(connection, { topic, names: SETTINGS }) ?? [];
  const limits = SETTINGS.flatMap((setting) => {
    const bytes = Number(entries.find(({ configName }) => configName === setting)?.configValue ?? NaN);
    return Number.isNaN(bytes) ? [] : [{ bytes, setting }];
  });
  return limits.toSorted((left, right) => left.bytes - right.bytes)[0];
}
