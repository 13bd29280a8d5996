/** Every request that the program sends to a Kafka, in the order in which commands do. */
import { ok } from "assert";
import type { Broker } from "../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { freshTopic } from "./workplace.ts";

/** Does with a broker all that commands do. */
export async function doEverything(broker: Broker): Promise<void> {
  const [topic, group] = [freshTopic(), freshTopic()];
  const admin = await broker.admin();
  await broker.createTopic(topic, { numPartitions: 1, replicationFactor: 1 });
  await admin.addPartitions(topic, 2);
  await admin.alterTopic(topic, { set: { "retention.ms": "-1" }, remove: [] });
  await broker.topicConfig(topic);
  await broker.topicDefaults();
  await admin.partitionSizes(topic);
  const { servers: [server] } = await admin.servers!.cluster();
  await admin.servers!.versions(server!.nodeId);
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const records = () => RecordsBuilder.of([{ key: null, value: new Uint8Array(1), timestampMs: 0 }]);
  await appender.append(topic, [{ partition: 0, records: records() }]);
  await appender.close();
  const reader = await broker.openReader();
  const { id } = (await broker.describeTopic(topic))!;
  for (const range of [{ topic }, { topic, topicId: id }]) {
    for await (const _chunk of reader.read({ ...range, partition: 0, from: 0, to: 1 })) ok(true);
  }
  await reader.close();
  const batches = await broker.openBatchTopic(topic, topic);
  await batches.begin({ batchId: 0 });
  await batches.append([{ key: null, value: new Uint8Array(1) }]);
  await batches.commit();
  await batches.close();
  const joined = Promise.withResolvers<void>();
  const stop = new AbortController();
  const member = broker.subscribe({
    group,
    topics: [topic],
    autoOffsetReset: "earliest",
    signal: stop.signal,
    onAssigned: () => joined.resolve(),
    onRecords: ({ length }) => Promise.resolve({ count: length, wantsMore: true }),
  });
  await joined.promise;
  stop.abort();
  await member;
  await admin.groups();
  await admin.describeGroup(group);
  await admin.describeGroup(`${group}-missing`);
  await broker.committedOffsets(group, topic);
  await admin.groupOffsets(group);
  await broker.commitOffsets(group, topic, new Map([[0, 0]]));
  await admin.deleteGroup(group);
  await broker.deleteTopic(topic);
}
