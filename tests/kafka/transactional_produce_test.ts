/** `produce --transactional` on a real Kafka, as kcat sees it: whole transactions, or nothing of them. */
import { deepEqual, equal, match, ok } from "assert";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { killAt, numberedLines, writeInput } from "../support/resumed_runs.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** The numbers of the records in each partition, as readers of an isolation level see them. */
async function numbersByPartition(place: Workplace, level = "read_committed"): Promise<number[][]> {
  const printed = await place.kcat(["-C", "-e", "-q", "-X", `isolation.level=${level}`, "-f", "%p %s\n"]);
  const partitions: number[][] = [];
  for (const [, partition, n] of printed.matchAll(/^(\d+) \{"n":(\d+)/gm)) {
    (partitions[Number(partition)] ??= []).push(Number(n));
  }
  return partitions;
}

const inOrder = (numbers: readonly number[]) => numbers.toSorted((left, right) => left - right);

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Waits until a topic has so many records, also of open transactions. */
async function untilWritten(topic: string, count: number): Promise<void> {
  const kafka = { kind: "kafka", servers, clientId: "watch", properties: {} } as const;
  const broker = await openBroker({ ...kafka, readsUncommitted: true });
  const { signal } = new AbortController();
  try {
    for (let ends = new Map<number, number>(); sum(ends.values()) < count;) {
      const found = await broker.waitForData(new Map([[topic, ends]]), { timeoutMs: 1_000, signal });
      ends = new Map(found.get(topic));
    }
  } finally {
    await broker.close();
  }
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);

/** A topic with three partitions, and an input of so many records for it. */
async function withInput(
  count: number,
  body: (place: Workplace, args: readonly string[]) => Promise<void>,
): Promise<void> {
  await using place = new Workplace(servers);
  const input = await writeInput(place, numberedLines(0, count));
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "3"]);
  await body(place, ["produce", "--input", input, "--key", "key", "--transactional"]);
}

Deno.test("Records are committed in transactions of a size, each with its key, and the summary counts them", () =>
  withInput(2_500, async (place, args) => {
    const { stderr } = await place.succeedInProcess([...args, "--transaction-records", "1000"]);
    match(stderr, /^2,500 records \(.*\) in 3 transactions committed to /m);
    const partitions = await numbersByPartition(place);
    for (const numbers of partitions) deepEqual(numbers, inOrder(numbers));
    deepEqual(inOrder(partitions.flat()), upTo(2_500));
    const markers = await place.kcat(["-C", "-e", "-q", "-f", "%o\n", "-p", "0"]);
    // Each transaction leaves a marker in each partition.
    equal(Number(lines(markers).at(-1)), partitions[0]!.length - 1 + 2);
  }));

Deno.test("A transaction is committed in time, though nothing else is sent", async () => {
  await using place = new Workplace(servers);
  await writeInput(place, numberedLines(0, 3));
  await place.succeedInProcess(["topic", "create", place.topic]);
  const run = place.start(["produce", place.topic, "input.ndjson", "--transactional", "--follow"]);
  deepEqual(
    lines(await place.kcat(["-C", "-q", "-c", "3", "-f", "%o\n"])),
    ["0", "1", "2"],
  );
  run.kill("SIGINT");
  const { code, stderr } = await run.ended();
  equal(code, 0, stderr);
  match(stderr, /^3 records \(.*\) in 1 transaction committed to /m);
});

Deno.test("A run that is stopped aborts its open transaction: its records are in the topic, and no reader of committed ones sees them", () =>
  withInput(50_000, async (place, args) => {
    const run = place.start([...args, "--transaction-interval", "never", "--rate", "5000"]);
    await untilWritten(place.topic, 500);
    run.kill("SIGINT");
    const { code, stderr } = await run.ended();
    equal(code, 0, stderr);
    match(stderr, /Stopping: aborting the open transaction\./);
    match(stderr, /^0 records \(0 B\) in 0 transactions committed to /m);
    match(stderr, /^warning: [\d,]+ records of the last transaction were not committed\.$/m);
    match(stderr, /^Stopped before the first transaction was committed\.$/m);
    deepEqual(await numbersByPartition(place), []);
    ok((await numbersByPartition(place, "read_uncommitted")).flat().length >= 500);
  }));

Deno.test("A run that fails leaves nothing of its open transaction to readers", () =>
  withInput(300, async (place, args) => {
    const input = args[2]!;
    await Deno.writeTextFile(input, `${numberedLines(0, 300)}[broken]\n`);
    const how = ["--transaction-interval", "never", "--on-error", "fail"];
    const { code, stderr } = await place.runInProcess([...args, ...how]);
    equal(code, 1, stderr);
    match(stderr, /^0 records .* committed to /m);
    match(stderr, /^warning: 300 records of the last transaction were not committed\.$/m);
    deepEqual(await numbersByPartition(place), []);
    await place.succeedInProcess([...args, "--transaction-interval", "never"]);
    deepEqual(inOrder((await numbersByPartition(place)).flat()), upTo(300));
  }));

Deno.test("A run that is killed three times and resumed has each record committed once, and in order", () =>
  withInput(30_000, async (place, args) => {
    const size = ["--transaction-records", "700"];
    const rate = ["--rate", "10000"];
    const broker = await openBroker({ kind: "kafka", servers, clientId: "watch", properties: {} });
    try {
      await killAt(place, [...args, ...size, ...rate], { broker, count: 3_000 });
      // Others write to the topic, even the same records.
      await place.kcat(["-P", "-K", "|"], "key-1|other\nkey-2|other\n");
      await killAt(place, [...args, ...size, ...rate, "--resume"], { broker, count: 8_000 });
      await killAt(place, [...args, ...size, ...rate, "--resume"], { broker, count: 14_000 });
    } finally {
      await broker.close();
    }
    const { stderr } = await place.succeedInProcess([...args, ...size, "--resume"]);
    match(stderr, /Resuming: topic .* has 1\d,\d\d\d records of .*input\.ndjson \(.* in partition 0, /);
    match(stderr, /^30,000 records of .*input\.ndjson are in /m);
    const partitions = await numbersByPartition(place);
    for (const numbers of partitions) deepEqual(numbers, inOrder(numbers));
    deepEqual(inOrder(partitions.flat()), upTo(30_000));
    // Another input is not taken for the same.
    await writeInput(place, numberedLines(1, 30_001));
    const other = await place.runInProcess([...args, ...size, "--resume"]);
    equal(other.code, 1);
    match(other.stderr, /input\.ndjson is not what the interrupted run has sent: the record at offset/);
  }));

Deno.test("A producer is fenced off by the next one with its transactional ID, which aborts what it had open", () =>
  withInput(10_000, async (place, args) => {
    const id = ["--transactional-id", place.topic];
    const first = place.start([...args, ...id, "--transaction-interval", "never", "--rate", "500"]);
    await untilWritten(place.topic, 100);
    await place.succeedInProcess([...args, ...id, "--limit", "10"]);
    const { code, stderr } = await first.ended();
    equal(code, 1, stderr);
    match(
      stderr,
      /Another producer has the transactional ID test-\S+ now, or a transaction was open for longer than/,
    );
    match(stderr, /^0 records .* committed to /m);
    deepEqual(inOrder((await numbersByPartition(place)).flat()), upTo(10));
  }));
