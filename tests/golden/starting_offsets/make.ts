/**
 * Asks a real Spark, with a real Kafka, which records a new query reads, and writes answers.json.
 *
 *     deno run --allow-all tests/golden/starting_offsets/make.ts
 */
import { openBroker } from "../../support/brokers.ts";
import { kafkaSource } from "../../../lib/spark/query_documents.ts";
import { startOptions } from "../../../lib/spark/start_options.ts";
import { NO_LIMITS } from "../../../lib/stream/time/rate_limit.ts";
import { runTool } from "../../support/cache.ts";
import { startKafka } from "../../support/kafka.ts";
import { sparkPython } from "../../support/spark_home.ts";
import { sparkConnectorJars } from "../../support/spark_connector.ts";
import { CASES, fillTopic } from "./cases.ts";

const JOB = new URL("ask.py", import.meta.url).pathname;
const FILE = new URL("answers.json", import.meta.url);

const kafka = await startKafka();
try {
  const { servers } = kafka;
  const broker = await openBroker({ kind: "kafka", servers, clientId: "make", properties: {} });
  await fillTopic(broker);
  await broker.close();
  const cases = CASES.map(({ name, start, strategy }) => ({
    name,
    options: {
      ...kafkaSource({ servers, properties: {} }, { limits: NO_LIMITS, failOnDataLoss: true }).options,
      ...startOptions({ kind: "offsets", offsets: start }, {
        topics: { kind: "names", topics: ["t"] },
        strategy: strategy ?? "error",
      }),
    },
  }));
  const args = ["-B", JOB, await sparkConnectorJars(), JSON.stringify(cases)];
  const printed = await runTool(await sparkPython(), args);
  await Deno.writeTextFile(FILE, `${JSON.stringify(JSON.parse(printed), undefined, 1)}\n`);
} finally {
  await kafka.stop();
}
