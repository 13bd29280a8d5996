import { equal, rejects } from "assert";
import { TaskRunner } from "../../../lib/analyze/workers/task_runner.ts";
import type { BrokerAddress, Reader } from "../../../lib/broker/broker.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";

const utf8 = new TextEncoder();

/** Gives one batch, of which a byte of the only value is not what it was when the checksum was made. */
function damagedReader(): Reader {
  const records = [{ key: null, value: utf8.encode('{"city":"San Francisco"}'), timestampMs: 0 }];
  const bytes = RecordsBuilder.of(records).toBatch();
  bytes[bytes.length - 5]! ^= 1;
  return {
    async *read() {
      yield await Promise.resolve({ bytes, aborted: [] });
    },
    close: () => Promise.resolve(),
  };
}

async function run(properties: Readonly<Record<string, string>>): Promise<number> {
  const broker: BrokerAddress = { kind: "kafka", servers: [], clientId: "test", properties };
  const setup = {
    broker,
    failOnDataLoss: true,
    collectsLate: false,
    queries: [],
    streams: {},
    tables: {},
    tableColumns: {},
  };
  const range = { topic: "t", partition: 0, from: 0, to: 1 };
  const runner = new TaskRunner(setup, damagedReader());
  const taken = () => Promise.resolve();
  return (await runner.run({ id: 0, range, queries: [] }, { rows: taken, late: taken, part: taken })).records;
}

Deno.test("A damaged batch ends the query with check.crcs, and is read without", async () => {
  equal(await run({}), 1);
  await rejects(run({ "check.crcs": "true" }), { code: "CORRUPT" });
});
