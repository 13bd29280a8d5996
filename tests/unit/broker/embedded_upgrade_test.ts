/** Files of the embedded broker that older versions have made. */
import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { tempDir } from "../../support/temp_dir.ts";

async function append(path: string): Promise<void> {
  const broker = openEmbeddedBroker(path);
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const records = RecordsBuilder.of([{ key: null, value: new Uint8Array(3), timestampMs: 0 }]);
  await appender.append("t", [{ partition: 0, records }]);
  await broker.commitOffsets("g", "t", new Map([[0, 1]]));
  await broker.close();
}

Deno.test("A file of version 1 is opened with all that it has, and its next records have an epoch", async () => {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  await append(path);
  const database = new DatabaseSync(path);
  database.exec(`
    ALTER TABLE group_offsets DROP COLUMN metadata;
    DROP TABLE epochs;
    PRAGMA user_version = 1;
  `);
  database.close();
  await append(path);
  const broker = openEmbeddedBroker(path);
  deepEqual(await broker.listOffsets("t", "latest"), new Map([[0, 2]]));
  deepEqual(await broker.committedOffsets("g", "t"), new Map([[0, 1]]));
  const [epoch, ...others] = await broker.logEpochs!({ topic: "t", partition: 0, from: 0, to: 2 });
  equal(epoch!.start, 1, "records of version 1 have none");
  equal(others.length, 0);
  await broker.close();
});
