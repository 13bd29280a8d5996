/** Ways to say where a new query starts, and the topic that it starts to read. */
import type { Broker } from "../../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import type { StartingOffsets, TimestampStrategy } from "../../../lib/config/values/values.ts";
import FILE from "./cases.json" with { type: "json" };

/** A way to start; without a strategy it is the default one. */
export interface StartCase {
  readonly name: string;
  readonly start: StartingOffsets;
  readonly strategy?: TimestampStrategy;
}

/** All of them. */
export const CASES = FILE.cases as unknown as readonly StartCase[];

/** Makes the topic `t`, whose records have the times of the cases. */
export async function fillTopic(broker: Broker): Promise<void> {
  const once = { numPartitions: FILE.times.length, replicationFactor: 1, config: { "retention.ms": "-1" } };
  await broker.createTopic("t", once);
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  await appender.append(
    "t",
    FILE.times.map((times, partition) => ({
      partition,
      records: RecordsBuilder.of(times.map((timestampMs) => ({ key: null, value: null, timestampMs }))),
    })),
  );
  await appender.close();
}
