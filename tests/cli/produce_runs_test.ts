/** How a run of `produce` goes: without sending anything, along a growing file, and in batches of a size. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { openEmbeddedBroker } from "../support/brokers.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { topicRecords } from "../support/topic_records.ts";
import { Workplace } from "../support/workplace.ts";

async function withBroker<T>(place: Workplace, use: (broker: Broker) => Promise<T>): Promise<T> {
  await Deno.mkdir(join(place.directory, ".sfcrime"), { recursive: true });
  const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
  try {
    return await use(broker);
  } finally {
    await broker.close();
  }
}

/** The values of the only partition, once there are so many. */
async function valuesOf(broker: Broker, topic: string, count: number): Promise<(string | null)[]> {
  const { signal } = new AbortController();
  for (let end = 0; end < count;) {
    const positions = new Map([[topic, new Map([[0, end]])]]);
    end = (await broker.waitForData(positions, { timeoutMs: 1_000, signal })).get(topic)!.get(0)!;
  }
  return (await topicRecords(broker, topic)).map(({ value }) => value);
}

Deno.test("A dry run reads and places everything, and leaves neither a topic nor dead letters", async () => {
  await using place = new Workplace();
  const stdin = '{"k":"a"}\n[]\n{"k":"b"}\n{"k":"a"}\n';
  const args = ["produce", "--dry-run", "--input", "-", "--key", "k", "--partitions", "4"];
  const { stderr } = await place.succeedInProcess(args, { stdin });
  const [, ...places] = /^Dry run: 3 records \(30 B\) would be sent to \S+: (.*)$/m.exec(stderr)!;
  match(stderr, /Record 2 of stdin .* was not sent: it is not a JSON object\.$/m);
  match(stderr, /1 broken record not sent\.$/m);
  equal((await place.succeedInProcess(["topic", "list"])).stdout, "");
  const left = [...Deno.readDirSync(place.directory)].map(({ name }) => name);
  deepEqual(left.filter((name) => name !== ".sfcrime"), []);
  await place.succeedInProcess(["produce", ...args.slice(2)], { stdin });
  match((await place.succeedInProcess(args, { stdin })).stderr, /^Dry run: 3 records/m);
  const records = await withBroker(place, (broker) => topicRecords(broker, place.topic));
  const byPartition = Map.groupBy(records, ({ partition }) => partition);
  const found = [...byPartition].map(([partition, { length }]) => `${length} to partition ${partition}`);
  deepEqual(places, [found.join(", ")]);
});

Deno.test("A followed file is sent as it grows, and so is the one that takes its place; a line is sent when it is whole", async () => {
  await using place = new Workplace();
  await withBroker(place, async (broker) => {
    const { topic, directory } = place;
    await broker.createTopic(topic, { numPartitions: 1, replicationFactor: 1 });
    const path = join(directory, "log");
    await Deno.writeTextFile(path, "1\n2\n3");
    const run = place.start(["produce", "--follow", "--input-format", "lines", "--input", path]);
    deepEqual(await valuesOf(broker, topic, 2), ["1", "2"]);
    await Deno.writeTextFile(path, "3\n4\n", { append: true });
    deepEqual(await valuesOf(broker, topic, 4), ["1", "2", "33", "4"]);
    // As log rotation does: renamed, and then a new one.
    await Deno.rename(path, `${path}.1`);
    await Deno.writeTextFile(path, "5\n");
    deepEqual(await valuesOf(broker, topic, 5), ["1", "2", "33", "4", "5"]);
    await Deno.truncate(path, 0);
    await run.until(({ stderr }) => stderr.includes(`${path} was cut: going on at its beginning.`));
    await Deno.writeTextFile(path, "6\n7", { append: true });
    deepEqual(await valuesOf(broker, topic, 6), ["1", "2", "33", "4", "5", "6"]);
    run.kill("SIGINT");
    const { code, stderr } = await run.ended();
    equal(code, 0, stderr);
    match(stderr, /^6 records .* sent to/m);
    match(stderr, /^.*log was replaced: going on with the new file$/m);
  });
});

for (const flags of [["--loop"], ["--sort-by", "a"]]) {
  Deno.test(`Refused, as it needs an end: produce --follow ${flags.join(" ")}`, async () => {
    await using place = new Workplace();
    const { code, stderr } = await place.runInProcess(["produce", "--follow", ...flags]);
    equal(code, 2, stderr);
    match(stderr, /--follow and .* are mutually exclusive/);
  });
}

/** How many records the batches of a topic have. */
async function batchSizes(broker: Broker, topic: string): Promise<number[]> {
  const reader = await broker.openReader();
  const sizes: number[] = [];
  const to = (await broker.listOffsets(topic, "latest")).get(0)!;
  for await (const { bytes } of reader.read({ topic, partition: 0, from: 0, to })) {
    sizes.push(new DataView(bytes.buffer, bytes.byteOffset).getInt32(57));
  }
  await reader.close();
  return sizes;
}

Deno.test("Batches keep to --batch-bytes, and --linger gathers records that come one by one", async () => {
  await using place = new Workplace();
  const stdin = Array.from({ length: 100 }, (_, n) => `${JSON.stringify({ n, x: "x".repeat(80) })}\n`).join(
    "",
  );
  const args = ["produce", "--input", "-", "--partitions", "1", "--key", "none"];
  await place.succeedInProcess([...args, "--batch-bytes", "1000"], { stdin });
  const small = await withBroker(place, (broker) => batchSizes(broker, place.topic));
  equal(Math.max(...small) * 85 <= 1_000, true, String(small));
  equal(small.reduce((sum, count) => sum + count, 0), 100);
  await place.succeedInProcess(["topic", "delete", place.topic, "--yes"]);
  await place.succeedInProcess([...args, "--rate", "1000", "--linger", "10m"], { stdin });
  deepEqual(await withBroker(place, (broker) => batchSizes(broker, place.topic)), [100]);
});
