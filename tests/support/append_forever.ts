/**
 * Appends numbered records to an embedded broker without end, and prints each append once it is confirmed:
 * `deno run append_forever.ts FILE TOPIC PARTITION NAME`. For tests that kill it.
 */
import { openBroker } from "./brokers.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const [path, topic, partition, name] = Deno.args as [string, string, string, string];
const utf8 = new TextEncoder();
const RECORDS_MAX = 400;

const broker = await openBroker({ kind: "embedded", path });
await broker.createTopic(topic, { numPartitions: 2, replicationFactor: 1, config: { "retention.ms": "-1" } });
const appender = await broker.openAppender({ codec: "gzip", acks: "all" });
for (let next = 0;;) {
  const count = 1 + Math.floor(Math.random() * RECORDS_MAX);
  const records = Array.from({ length: count }, (_, index) => ({
    key: null,
    value: utf8.encode(`${name} ${next + index} ${"x".repeat(200)}`),
    timestampMs: 0,
  }));
  const [appended] = await appender.append(topic, [{
    partition: Number(partition),
    records: RecordsBuilder.of(records),
  }]);
  Deno.stdout.writeSync(utf8.encode(`${appended!.baseOffset} ${next} ${count}\n`));
  next += count;
}
