/** The list of requests by which `doctor` judges a server, held to the requests that the program sends. */
import { deepEqual, equal, ok } from "assert";
import type { Broker } from "../../lib/broker/broker.ts";
import { SPOKEN } from "../../lib/broker/kafka/admin/spoken.ts";
import { Connection } from "../../lib/broker/kafka/kafkajs/modules.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { freshTopic } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const address = { kind: "kafka", servers, clientId: "spoken", properties: {} } as const;

/** Only asked where a server knows it, about groups that are not of the classic protocol. */
const OPTIONAL = "ConsumerGroupDescribe";

interface SentRequest {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
}

/** The requests that are sent by whoever runs `body`. */
async function requestsOf(body: () => Promise<void>): Promise<SentRequest[]> {
  const { prototype } = Connection as unknown as {
    prototype: { send(options: { readonly request: SentRequest }): Promise<unknown> };
  };
  const { send } = prototype;
  const sent: SentRequest[] = [];
  prototype.send = function (options) {
    sent.push(options.request);
    return send.call(this, options);
  };
  try {
    await body();
  } finally {
    prototype.send = send;
  }
  return sent;
}

/** Does with a broker all that commands do. */
async function doEverything(broker: Broker): Promise<void> {
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
    topic,
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

Deno.test("The requests that a server has to accept are those that are sent, in their versions", async () => {
  const sent = await requestsOf(async () => {
    const broker = await openBroker(address);
    try {
      await doEverything(broker);
    } finally {
      await broker.close();
    }
  });
  const unknown = sent.filter(({ apiKey, apiVersion, apiName }) =>
    apiName !== OPTIONAL &&
    !SPOKEN.some(({ key, min, max }) => key === apiKey && apiVersion >= min && apiVersion <= max)
  );
  deepEqual([...new Set(unknown.map(({ apiName, apiVersion }) => `${apiName} ${apiVersion}`))], []);
  const keys = new Set(sent.map(({ apiKey }) => apiKey));
  // A member sends heartbeats only after some seconds.
  const unsent = SPOKEN.filter(({ key, name }) => name !== "Heartbeat" && !keys.has(key));
  deepEqual(unsent, []);
  equal(keys.size > 20, true);
});
