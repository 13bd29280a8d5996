import { deepEqual } from "assert";
import { KafkaBatchTopic } from "../../lib/broker/kafka/writing/batch_topic.ts";
import { KafkaTransactions } from "../../lib/broker/kafka/writing/transactions.ts";
import { batchGroupOf, batchOf } from "../../lib/broker/writing/batch_rows.ts";
import { connectionOf, OUTPUT_PARTITIONS } from "./connection.ts";
import { Process } from "./process.ts";
import { Scheduler } from "./scheduler.ts";
import { Transactions } from "./transactions.ts";

const utf8 = new TextEncoder();

Deno.test("An EndTxn that arrives after it was repeated does not end the transaction of the next batch", async () => {
  const scheduler = new Scheduler();
  let isLate = true;
  const process = new Process("run", {
    scheduler,
    // Half of what is random: a request that is not answered arrives late.
    random: () => 0.5,
    wallMs: () => 0,
    latencyMsMax: () => 0,
    lostShare: (label) => {
      if (!isLate || !label.includes("EndTxn")) return 0;
      isLate = false;
      return 1;
    },
  });
  const transactions = new Transactions(scheduler, () => 0.5);
  const write = async () => {
    const connection = connectionOf(process, transactions);
    const group = batchGroupOf("q");
    const topic = await KafkaBatchTopic.open({
      connection,
      topic: "t",
      partitionCount: OUTPUT_PARTITIONS,
      transactions: await KafkaTransactions.open(connection, group),
      findLastBatch: async () => batchOf(await process.call("asks", () => transactions.committedOf(group))),
    });
    const append = (id: number) => topic.append([{ key: null, value: utf8.encode(JSON.stringify({ id })) }]);
    await topic.begin({ batchId: 0 });
    await append(0);
    await topic.commit();
    await topic.begin({ batchId: 1 });
    await append(1);
    // Long enough for the first EndTxn to arrive.
    await process.clock.sleep(10_000);
    await append(2);
    await topic.commit();
    await process.clock.sleep(1_000);
  };
  await scheduler.runUntil(write(), 1_000);
  deepEqual(transactions.batchesOf("t"), [
    { batchId: 0, rows: [[0]] },
    { batchId: 1, rows: [[1], [2]] },
  ]);
});
