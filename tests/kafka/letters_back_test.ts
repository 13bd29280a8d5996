/** Dead letters that are sent back to a real Kafka by runs that are killed with SIGKILL: each arrives once. */
import { deepEqual, match } from "assert";
import { join } from "node:path";
import { formatCount } from "../../lib/base/text/format.ts";
import { openBroker } from "../support/brokers.ts";
import { sharedKafka } from "../support/kafka.ts";
import { killAt } from "../support/resumed_runs.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** Each letter is read, and planned, and sent by every run, so all of them take a minute of CPU time. */
const LETTERS = Deno.env.get("ALL_CASES") === "true" ? 200_000 : 20_000;
const COUNTS = [0.15, 0.4, 0.7].map((part) => part * LETTERS);
/** Slow enough to be killed in time. */
const RATE = ["--rate", String(LETTERS / 10)];

/** Letters as `produce` writes them, of which each record has been mended. */
function lettersFile(topic: string): string {
  const time = new Date(Date.UTC(2026, 0, 1)).toISOString();
  return Array.from({ length: LETTERS }, (_, n) => {
    const text = JSON.stringify({ n, key: n % 7 === 0 ? null : `key-${n % 100}` });
    return `${
      JSON.stringify({ time, topic, input: "x", record: n, line: n, offset: n, reason: "r", text })
    }\n`;
  }).join("");
}

Deno.test("Dead letters go back by runs of which three are killed, each once", async () => {
  await using place = new Workplace(servers);
  const path = join(place.directory, "letters.ndjson");
  await Deno.writeTextFile(path, lettersFile(place.topic));
  const args = ["produce", place.topic, "--from-dead-letters", path, "--key", "key"];
  const broker = await openBroker({ kind: "kafka", servers, clientId: "watch", properties: {} });
  try {
    await broker.createTopic(place.topic, { numPartitions: 3, replicationFactor: 1 });
    for (const count of COUNTS) await killAt(place, [...args, ...RATE], { broker, count });
    match((await place.succeed(args)).stderr, /^1\d+,\d\d\d dead letters went back to topic /m);
    const { stderr } = await place.succeed(args);
    match(stderr, new RegExp(`^${formatCount(LETTERS)} dead letters went back to topic `, "m"));
    match(stderr, /^0 records .* sent to /m);
  } finally {
    await broker.close();
  }
  const printed = await place.kcat(["-C", "-e", "-q", "-f", "%s\n"]);
  const numbers = [...printed.matchAll(/^\{"n":(\d+)/gm)].map(([, n]) => Number(n));
  deepEqual(numbers.sort((left, right) => left - right), Array.from({ length: LETTERS }, (_, n) => n));
});
