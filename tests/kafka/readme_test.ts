import { equal, ok } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { readmeCommands, ReadmeShell } from "../support/readme.ts";
import { freshTopic } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const COMMANDS = readmeCommands(Deno.readTextFileSync(new URL("../../README.md", import.meta.url)));

Deno.test("Every command of README for Kafka does what it should, in the order of the page", async (t) => {
  await using shell = await ReadmeShell.open();
  const topic = freshTopic();
  // The test's own broker and topic stand in for those of the page.
  const environment = {
    SFCRIME_KAFKA_BOOTSTRAP_SERVERS: servers.join(","),
    SFCRIME_KAFKA_TOPIC: topic,
    // Only the topic of the page gets the sample by itself.
    SFCRIME_PRODUCER_INPUT: "sample",
    SFCRIME_KAFKA_REPLICATION_FACTOR: "1",
  };
  const commands = COMMANDS.filter(({ how }) => how === "kafka");
  ok(commands.length >= 3);
  for (const { command } of commands) {
    await t.step(command, async () => {
      const here = command.replaceAll("localhost:9092", servers.join(",")).replaceAll(
        "sf-police-calls",
        topic,
      );
      const { code, stdout, stderr } = await shell.run(here, environment);
      equal(code, 0, stderr);
      ok(stderr.includes("Kafka at"), stderr);
      if (command.includes("analyze")) ok(stdout.includes("Batch: 0"), stdout);
      if (command.includes("offsets")) ok(stdout.includes(`${topic}-0: 0 to 2000`), stdout);
    });
  }
});
