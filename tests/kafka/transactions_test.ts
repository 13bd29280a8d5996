/** Transactions of other producers: only what they committed is shown and counted, and no run waits for the rest. */
import { deepEqual, equal } from "assert";
import { Kafka, logLevel, type Producer } from "kafkajs";
import { sharedKafka } from "../support/kafka.ts";
import { lines, printedCounts, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

function messages(type: string, count: number) {
  const value = JSON.stringify({ original_crime_type_name: type });
  return Array.from({ length: count }, () => ({ value, partition: 0 }));
}

async function sendIn(
  producer: Producer,
  { topic, type, count }: { readonly topic: string; readonly type: string; readonly count: number },
  end: "commit" | "abort",
): Promise<void> {
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: messages(type, count) });
  await transaction[end]();
}

/** A topic that ends with the marker of an aborted transaction: five records count, six do not. */
async function withTransactions(
  body: (place: Workplace, producer: Producer) => Promise<void>,
): Promise<void> {
  await using place = new Workplace(servers);
  const { topic } = place;
  await place.succeed(["topic", "create", topic]);
  const producer = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING }).producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 2, retries: 20 },
  });
  await producer.connect();
  try {
    await sendIn(producer, { topic, type: "Fire", count: 3 }, "commit");
    await sendIn(producer, { topic, type: "Ghost", count: 5 }, "abort");
    await sendIn(producer, { topic, type: "Theft", count: 2 }, "commit");
    await sendIn(producer, { topic, type: "Ghost", count: 1 }, "abort");
    await body(place, producer);
  } finally {
    await producer.disconnect();
  }
}

const COMMITTED = new Map<string | null, number>([["Fire", 3], ["Theft", 2]]);

async function analysed(place: Workplace): Promise<Map<string | null, number>> {
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  return printedCounts((await place.succeed(args)).stdout);
}

/** The types of the records that consume prints. */
async function consumed(place: Workplace, how: readonly string[]): Promise<string[]> {
  const args = ["consume", ...how, "--exit-at-end", "--format", "value"];
  return lines((await place.succeed(args)).stdout).map((line) =>
    (JSON.parse(line) as { original_crime_type_name: string }).original_crime_type_name
  );
}

Deno.test("Aborted records and markers are neither shown nor counted, and every run comes to its end", () =>
  withTransactions(async (place) => {
    deepEqual(await analysed(place), COMMITTED);
    const types = ["Fire", "Fire", "Fire", "Theft", "Theft"];
    deepEqual(await consumed(place, ["--from", "beginning"]), types);
    deepEqual(await consumed(place, ["--group", place.topic]), types);
  }));

Deno.test("--from -N gives the last N records of a partition, whatever markers and aborted records lie between", () =>
  withTransactions(async (place, producer) => {
    const { topic } = place;
    for (let n = 0; n < 10; n++) {
      await sendIn(producer, { topic, type: `T${n}`, count: 1 + n % 2 }, n % 3 === 2 ? "abort" : "commit");
    }
    const all = await consumed(place, ["--from", "beginning"]);
    equal(all.length, 5 + 11);
    for (const count of [1, 2, 3, 7, 15, 16, 99]) {
      deepEqual(await consumed(place, ["--from", String(-count)]), all.slice(-count));
    }
  }));

Deno.test("A transaction that is still open is not waited for, and counts once it is committed", () =>
  withTransactions(async (place, producer) => {
    const open = await producer.transaction();
    await open.send({ topic: place.topic, messages: messages("Open", 4) });
    deepEqual(await analysed(place), COMMITTED);
    equal((await consumed(place, ["--from", "beginning"])).length, 5);
    await open.commit();
    deepEqual(await analysed(place), new Map([...COMMITTED, ["Open", 4]]));
  }));

Deno.test("An analysis that is running shows a transaction's records once it is committed", () =>
  withTransactions(async (place, producer) => {
    const args = ["analyze", "by_type", "--trigger", "0", "--sink", "ndjson"];
    const analysis = place.start(args);
    await analysis.until(({ stdout }) => lines(stdout).length >= 2);
    await sendIn(producer, { topic: place.topic, type: "Ghost", count: 2 }, "abort");
    await sendIn(producer, { topic: place.topic, type: "Late", count: 2 }, "commit");
    await analysis.until(({ stdout }) => stdout.includes("Late"));
    analysis.kill("SIGINT");
    const { code, stdout } = await analysis.ended();
    equal(code, 0);
    deepEqual(printedCounts(stdout), new Map([...COMMITTED, ["Late", 2]]));
  }));

for (const how of [["--read-uncommitted"], ["--isolation-level", "read_uncommitted"]]) {
  Deno.test(`${how[0]} shows what is aborted or still open as well, as kcat does`, () =>
    withTransactions(async (place, producer) => {
      const open = await producer.transaction();
      await open.send({ topic: place.topic, messages: messages("Open", 2) });
      const format = ["-o", "beginning", "-e", "-f", "%o %s\\n"];
      const printed = await place.succeedInProcess(["consume", ...format, ...how]);
      const expected = await place.kcat(["-C", "-q", "-X", "isolation.level=read_uncommitted", ...format]);
      equal(printed.stdout, expected);
      equal(lines(expected).length, 3 + 5 + 2 + 1 + 2);
      await open.abort();
    }));
}
