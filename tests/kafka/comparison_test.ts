/** Each command that `docs/comparison.md` has for a daily use of other tools does it, on a real Kafka. */
import { equal, ok } from "assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sampleCalls } from "../support/calls.ts";
import { comparedUses } from "../support/comparison.ts";
import { callServer } from "../support/dispatched_calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** The topic of the page. */
const TOPIC = "calls";

/** What ends a run of `consume`. */
const ENDS = ["-e", "--exit-at-end", "-n", "--until"];

/** The files that the page sends. */
async function writeFiles(directory: string): Promise<void> {
  const calls = sampleCalls().slice(0, 50);
  const ndjson = calls.map((call) => `${JSON.stringify(call)}\n`).join("");
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "calls.ndjson": ndjson,
    "more.ndjson": ndjson,
    "calls.ndjson.gz": gzipSync(ndjson),
    "calls.csv": "crime_id,city\n1,San Francisco\n",
    "lines.txt": "one\ntwo\n",
    "keyed.txt": "a:one\nb:none\n",
    "envelopes.ndjson": '{"key":"a","headers":[],"value":"one"}\n',
    "letters.ndjson": '{"time":"t","input":"x","record":1,"text":"{\\"n\\":1}"}\n',
    "client.properties": "client.id=me\nrequest.timeout.ms=30000\n",
    "kcat.ndjson": '{"topic":"t","partition":0,"offset":0,"ts":1,"key":"a","payload":"one"}\n',
  };
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(join(directory, name), bytes);
  }
}

Deno.test("Every command that stands beside those of other tools ends well", async (t) => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--timestamp", "event", "--partitions", "2"]);
  await place.succeedInProcess(["topic", "create", "arrivals"]);
  await writeFiles(place.directory);
  await using openData = callServer({ closed: [1], latest: [2] });
  const env = { SFCRIME_DATASF_URL: openData.url };
  const uses = comparedUses();
  ok(uses.length > 20);
  for (const { section, what, args } of uses) {
    await t.step(`${section}: ${what}`, async () => {
      const [verb, ...rest] = args.map((word) => word === TOPIC ? place.topic : word);
      const waits = verb === "consume" && !rest.some((word) => ENDS.includes(word));
      const { code, stderr } = await place.runInProcess([verb!, ...rest, ...waits ? ["-e"] : []], { env });
      equal(code, 0, stderr);
      ok(!/^warning/m.test(stderr), stderr);
    });
  }
});
