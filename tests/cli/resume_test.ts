/** `produce --resume` on the embedded broker, and what cannot be resumed. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { killAt, numberedLines, writeInput } from "../support/resumed_runs.ts";
import { topicRecords } from "../support/topic_records.ts";
import { Workplace } from "../support/workplace.ts";

const RECORDS = 20_000;
/** Slow enough to be killed in time. */
const RATE = ["--rate", "4000"];

/** The numbers of the records of a topic, sorted. */
async function numbers(place: Workplace): Promise<number[]> {
  const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
  try {
    const records = await topicRecords(broker, place.topic);
    return records.map(({ value }) => JSON.parse(value!).n as number).sort((left, right) => left - right);
  } finally {
    await broker.close();
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

for (const order of [[], ["--sort-by", "padding"]]) {
  Deno.test(`A run ${order.join(" ")} that is killed twice is resumed, and each record is there once`, async () => {
    await using place = new Workplace();
    // With broken records, which are kept once.
    const lines = numberedLines(0, RECORDS).split("\n");
    lines.splice(10, 0, "[broken early]");
    lines.splice(RECORDS - 10, 0, "[broken late]");
    const input = await writeInput(place, lines.join("\n"));
    const args = ["produce", "--input", input, "--key", "key", ...order];
    await Deno.mkdir(join(place.directory, ".sfcrime"));
    const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
    try {
      await broker.createTopic(place.topic, { numPartitions: 3, replicationFactor: 1 });
      await killAt(place, [...args, ...RATE], { broker, count: 2_000 });
      await killAt(place, [...args, ...RATE, "--resume"], { broker, count: 4_000 });
    } finally {
      await broker.close();
    }
    await place.succeed([...args, "--resume"]);
    deepEqual(await numbers(place), upTo(RECORDS));
    const letters = await Deno.readTextFile(
      join(place.directory, ".sfcrime/dead-letters", `${place.topic}.ndjson`),
    );
    equal(letters.split("\n").filter((line) => line.includes("broken early")).length, 1);
  });
}

Deno.test("A followed file is resumed as it has grown; one that was replaced in the meantime is refused at once", async () => {
  await using place = new Workplace();
  const path = join(place.directory, "log.ndjson");
  const args = ["produce", "--input", path, "--follow", "--resume"];
  await Deno.writeTextFile(path, numberedLines(0, 10));
  await Deno.mkdir(join(place.directory, ".sfcrime"));
  const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
  try {
    await broker.createTopic(place.topic, { numPartitions: 1, replicationFactor: 1 });
    await killAt(place, args, { broker, count: 10 });
    await Deno.writeTextFile(path, numberedLines(10, 15), { append: true });
    await killAt(place, args, { broker, count: 15 });
    await Deno.rename(path, `${path}.1`);
    await Deno.writeTextFile(path, numberedLines(15, 17));
    const { code, stderr } = await place.runInProcess(args);
    equal(code, 1);
    match(
      stderr,
      /log\.ndjson is not what the interrupted run has sent: it has 13 records less than were sent\./,
    );
    await Deno.rename(`${path}.1`, path);
    await Deno.writeTextFile(path, numberedLines(15, 20), { append: true });
    await killAt(place, args, { broker, count: 20 });
  } finally {
    await broker.close();
  }
  deepEqual(await numbers(place), upTo(20));
});

Deno.test("A compressed input is resumed, though it cannot be read from the middle", async () => {
  await using place = new Workplace();
  const path = join(place.directory, "input.gz");
  await Deno.writeFile(path, gzipSync(numberedLines(0, 500)));
  const args = ["produce", "--input", path, "--key", "key"];
  await place.succeedInProcess([...args, "--limit", "200"]);
  match((await place.succeedInProcess([...args, "--resume"])).stderr, /^300 records .* sent to /m);
  deepEqual(await numbers(place), upTo(500));
});

Deno.test("Without --resume, all of an input is sent again", async () => {
  await using place = new Workplace();
  const input = await writeInput(place, numberedLines(0, 10));
  const args = ["produce", "--input", input, "--key", "key"];
  await place.succeedInProcess(args);
  await place.succeedInProcess(args);
  equal((await numbers(place)).length, 20);
});

/** What is not the same run any more: what is changed after the first one, and what is said of it. */
const CHANGES: readonly (readonly [RegExp, string, ...string[]])[] = [
  [
    /is not what the interrupted run has sent: the record at offset \d+ of partition 0 is another one/,
    "other",
  ],
  [/is not what the interrupted run has sent: it has 90 records less than were sent/, "shorter"],
  [/The interrupted run had other settings: key was "key"/, "same", "--key", "n"],
  [/The interrupted run had other settings: partitioner was unset/, "same", "--partitioner", "round-robin"],
];

for (const [says, change, ...flags] of CHANGES) {
  Deno.test(`An input that is ${change} is not resumed ${flags.join(" ")}`, async () => {
    await using place = new Workplace();
    const args = ["produce", "--input", await writeInput(place, numberedLines(0, 100)), "--partitions", "1"];
    await place.succeedInProcess([...args, "--key", "key"]);
    if (change === "other") await writeInput(place, numberedLines(1, 200));
    if (change === "shorter") await writeInput(place, numberedLines(0, 10));
    const { code, stderr } = await place.runInProcess([...args, "--resume", "--key", "key", ...flags]);
    equal(code, 1, stderr);
    match(stderr, says);
    equal((await numbers(place)).length, 100);
  });
}

const REFUSED: readonly (readonly [RegExp, ...string[]])[] = [
  [/stdin cannot be resumed: it can be read only once/, "--input", "-"],
  [/--resume and --loop are mutually exclusive/, "--loop"],
  [/--resume needs --acks all/, "--acks", "1"],
];

for (const [says, ...flags] of REFUSED) {
  Deno.test(`Refused: produce --resume ${flags.join(" ")}`, async () => {
    await using place = new Workplace();
    const { code, stderr } = await place.runInProcess(["produce", "--resume", ...flags], {
      stdin: '{"n":1}',
    });
    equal(code, 2, stderr);
    match(stderr, says);
  });
}

Deno.test("A topic that was created again is sent the whole input", async () => {
  await using place = new Workplace();
  const input = await writeInput(place, numberedLines(0, 10));
  const args = ["produce", "--input", input, "--key", "key", "--resume"];
  await place.succeedInProcess(args);
  await place.succeedInProcess(["topic", "delete", place.topic, "--yes"]);
  match((await place.succeedInProcess(args)).stderr, /^10 records .* sent to /m);
  deepEqual(await numbers(place), upTo(10));
});
