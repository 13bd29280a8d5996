import { equal, ok } from "assert";
import { join } from "node:path";
import { READ_BYTES_MAX } from "../../../lib/base/bounds.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { tempDir } from "../../support/temp_dir.ts";

const SMALL = 600;
const LARGE = 40;
const LARGE_BYTES = 900_000;

Deno.test("Large batches behind small ones are read no more at once than others", async () => {
  await using directory = await tempDir();
  const broker = openEmbeddedBroker(join(directory.path, "broker.db"));
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  for (let offset = 0; offset < SMALL + LARGE; offset++) {
    const value = new Uint8Array(offset < SMALL ? 1 : LARGE_BYTES);
    const records = RecordsBuilder.of([{ key: null, value, timestampMs: 0 }]);
    await appender.append("t", [{ partition: 0, records }]);
  }
  const reader = await broker.openReader();
  const before = Deno.memoryUsage().external;
  let [chunks, most] = [0, 0];
  for await (const _chunk of reader.read({ topic: "t", partition: 0, from: 0, to: SMALL + LARGE })) {
    chunks++;
    most = Math.max(most, Deno.memoryUsage().external - before);
  }
  equal(chunks, SMALL + LARGE);
  // What is read, one batch more, and as much room again for what else the process does.
  ok(most < 2 * (READ_BYTES_MAX + LARGE_BYTES), `${most} bytes at once`);
  await reader.close();
  await broker.close();
});
