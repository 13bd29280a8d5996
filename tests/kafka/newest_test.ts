/** The newest Kafka: what commands do daily, and every request that they send. */
import { deepEqual, equal } from "assert";
import { openBroker } from "../support/brokers.ts";
import { findingsOf, problemsOf } from "../support/doctor_findings.ts";
import { doEverything } from "../support/every_request.ts";
import { KAFKA_NEWEST } from "../support/kafka.ts";
import { newestKafka } from "../support/newest_kafka.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { countsByType, lines, printedCounts, Workplace } from "../support/workplace.ts";

const { servers } = await newestKafka();
const [major, minor] = KAFKA_NEWEST.split(".");

Deno.test("The newest Kafka takes every request that the program sends", async () => {
  const broker = await openBroker({ kind: "kafka", servers, clientId: "newest", properties: {} });
  try {
    await doEverything(broker);
  } finally {
    await broker.close();
  }
});

Deno.test("doctor knows its release, and which versions it has dropped, none of which is needed", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--limit", "1"]);
  const result = await place.runInProcess(["doctor", "--json", "--write"]);
  deepEqual([result.code, problemsOf(result)], [0, []], result.stdout);
  const texts = findingsOf(result).map(({ text }) => text);
  const said =
    `Server 1 has the features of Kafka ${major}.${minor} and accepts all requests that sfcrime sends; ` +
    "it has dropped old versions of ListOffsets, DescribeConfigs, which sfcrime does not need";
  equal(texts.filter((text) => text === said).length, 1, result.stdout);
});

Deno.test("Calls go in, are read by a group, counted into a topic by transactions, and described", async () => {
  await using place = new Workplace(servers);
  const group = `${place.topic}-readers`;
  await place.succeedInProcess(["produce", "--limit", "300", "--partitions", "3", "--compression", "zstd"]);
  const values = lines(await place.kcat(["-C", "-e", "-q"]));
  equal(values.length, 300);

  const read = await place.succeedInProcess([
    ...[
      "consume",
      "--group",
      group,
      "-X",
      "auto.offset.reset=earliest",
      "--exit-at-end",
      "--format",
      "value",
    ],
  ]);
  deepEqual(lines(read.stdout).toSorted(), values.toSorted());
  const lag = await place.succeedInProcess(["group", "lag", group, "--json"]);
  deepEqual(lines(lag.stdout).map((line) => JSON.parse(line).lag), [0, 0, 0]);

  const counts = `${place.topic}-counts`;
  const analyze = ["analyze", "by_type", "--trigger", "available-now", "--sink", `kafka:${counts}`];
  await place.succeedInProcess(analyze);
  // Nothing is new, so nothing is written.
  await place.succeedInProcess(analyze);
  const found = await succeedInProcess([
    ...["consume", counts, "--from", "beginning", "--exit-at-end", "--format", "value"],
    ...["-b", servers.join(",")],
  ]);
  const calls = values.map((value) => JSON.parse(value) as { original_crime_type_name: string });
  deepEqual(printedCounts(found.stdout), countsByType(calls));

  const { stdout } = await place.succeedInProcess(["topic", "describe", place.topic, "--json"]);
  const [described] = lines(stdout).map((line) => JSON.parse(line));
  deepEqual([described.topic, described.partitions.length], [place.topic, 3]);
});
