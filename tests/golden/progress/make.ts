/**
 * Asks a real Spark, with a real Kafka, for the progress of the queries, and writes answers.json.
 *
 *     deno run --allow-all tests/golden/progress/make.ts
 */
import { join } from "node:path";
import { openBroker } from "../../support/brokers.ts";
import { kafkaSource } from "../../../lib/spark/query_documents.ts";
import { startKafka } from "../../support/kafka.ts";
import { planDocument } from "../../support/plan_document.ts";
import { sparkPython } from "../../support/spark_home.ts";
import { sparkConnectorJars } from "../../support/spark_connector.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { fillTopics } from "./fill_topics.ts";
import { planProgress, type ProgressLines } from "./scenario.ts";

const FILE = new URL("answers.json", import.meta.url);
const JOB = new URL("../../support/scenario_job.py", import.meta.url).pathname;

const kafka = await startKafka();
try {
  const broker = await openBroker({
    kind: "kafka",
    servers: kafka.servers,
    clientId: "make",
    properties: {},
  });
  await fillTopics(broker);
  await broker.close();
  await Deno.writeTextFile(FILE, `${JSON.stringify(await askSpark(kafka.servers), undefined, 1)}\n`);
} finally {
  await kafka.stop();
}

async function askSpark(servers: readonly string[]): Promise<ProgressLines> {
  await using directory = await tempDir();
  const plan = await planProgress(directory.path);
  const document = planDocument(plan, {
    source: { kind: "kafka", ...kafkaSource({ servers, properties: {} }, plan) },
    conf: {
      "spark.master": "local[2]",
      "spark.jars": await sparkConnectorJars(),
      "spark.ui.enabled": "false",
      "spark.ui.showConsoleProgress": "false",
      "spark.driver.host": "127.0.0.1",
      "spark.driver.bindAddress": "127.0.0.1",
      "spark.sql.shuffle.partitions": "1",
    },
    progress: true,
  });
  const path = join(directory.path, "plan.json");
  await Deno.writeTextFile(path, JSON.stringify(document));
  const command = new Deno.Command(await sparkPython(), {
    args: ["-B", JOB, path],
    stdin: "null",
    stdout: "null",
  });
  const { success, stderr } = await command.output();
  const said = new TextDecoder().decode(stderr);
  if (!success) throw new Error(said);
  const lines = said.split("\n").filter((line) => line.startsWith("{"));
  return Object.fromEntries(
    [...Map.groupBy(lines, (line) => (JSON.parse(line) as { name: string }).name)].toSorted(),
  );
}
