/** Makes the topics of the scenario, and puts its records there. */
import type { Broker } from "../../../lib/broker/broker.ts";
import { type BatchRecords, byPartition } from "../../support/stream_scenario.ts";
import { SCENARIO } from "./scenario.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";

export async function fillTopics(broker: Broker): Promise<void> {
  const { streams, batches: [batch], partitions: numPartitions = 1 } = SCENARIO;
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  for (const topic of Object.keys(streams)) {
    await broker.createTopic(topic, {
      numPartitions,
      replicationFactor: 1,
      config: { "retention.ms": "-1" },
    });
    const parts = byPartition(batch as BatchRecords, topic, numPartitions);
    await appender.append(
      topic,
      parts.map((records, partition) => ({ partition, records: RecordsBuilder.of(records) })),
    );
  }
  await appender.close();
}
