/** How `consume` prints records, held to what kcat prints of the same ones, on both brokers. */
import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { type FilledRecord, fillTopic } from "../support/filled_topic.ts";
import { sharedKafka } from "../support/kafka.ts";
import { run } from "../support/program.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const TIME = Date.now() - 3_600_000;
const BINARY = Uint8Array.of(0xff, 0xfe, 0x00, 0x0a, 0x80);

/** Text and bytes, nothing and empty, with headers and without, and one of a megabyte. */
const RECORDS: readonly FilledRecord[] = [
  { key: "a", value: '{"city": "Zürich", "n": 9007199254740993}' },
  { key: null, value: "no key" },
  { key: "deleted", value: null },
  { key: "", value: "" },
  { key: BINARY, value: BINARY },
  {
    key: "headers",
    value: "日本\t\n",
    headers: [
      { key: "one", value: "1" },
      { key: "one", value: "again, with = and ," },
      { key: "none", value: null },
      { key: "empty", value: "" },
      { key: "ü", value: "é" },
    ],
  },
  { key: null, value: "x".repeat(900_000) },
].map((record, index) => ({ ...record, timestampMs: TIME + index }));

/** The same topic with {@link RECORDS} on Kafka and on the embedded broker. */
async function filledPlaces(): Promise<readonly [Workplace, Workplace]> {
  const onKafka = new Workplace(servers);
  const embedded = new Workplace([], onKafka.topic);
  for (const place of [onKafka, embedded]) {
    await place.succeedInProcess(["topic", "create", place.topic]);
    await fillTopic(place, RECORDS);
  }
  return [onKafka, embedded];
}

async function bytesOf(place: Workplace, args: readonly string[]): Promise<Uint8Array> {
  const file = join(place.directory, "out");
  await place.succeedInProcess(["consume", "--from", "beginning", "--exit-at-end", "--tee", file, ...args]);
  return await Deno.readFile(file);
}

async function kcatBytes({ topic, directory }: Workplace, args: readonly string[]): Promise<Uint8Array> {
  const file = join(directory, "kcat");
  const words = ["kcat", "-b", servers.join(), "-t", topic, "-C", "-e", "-q", ...args];
  const { code, stderr } = await run(["-c", '"$@" > "$0"', file, ...words], { executable: "/bin/bash" });
  equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return await Deno.readFile(file);
}

const TEMPLATES = [
  "%t %p %o %k %h %T %s %K %S\\n",
  "%R%s",
  "%k\\t%s\\x1e",
  "100%% \\x41\\x0a\\101\\0101 \\\\ \\r\\q%o",
  "é %o|",
];

Deno.test("A template prints the bytes that kcat prints with it, on both brokers", async () => {
  const [onKafka, embedded] = await filledPlaces();
  await using _first = onKafka;
  await using _second = embedded;
  for (const template of TEMPLATES) {
    const expected = Buffer.from(await kcatBytes(onKafka, ["-f", template]));
    for (const place of [onKafka, embedded]) {
      const printed = Buffer.from(await bytesOf(place, ["--format", template]));
      equal(printed.toString("hex"), expected.toString("hex"), template);
    }
  }
});

Deno.test("value and raw print the bytes of values, with the delimiter that kcat has by -D", async () => {
  const [onKafka, embedded] = await filledPlaces();
  await using _first = onKafka;
  await using _second = embedded;
  for (const place of [onKafka, embedded]) {
    deepEqual(await bytesOf(place, ["-f", "value"]), await kcatBytes(onKafka, []));
    deepEqual(await bytesOf(place, ["-f", "raw", "-D", "\\x1e"]), await kcatBytes(onKafka, ["-D", "\\x1e"]));
    deepEqual(await bytesOf(place, ["-f", "raw"]), await kcatBytes(onKafka, ["-f", "%s"]));
  }
});

interface Envelope {
  readonly topic: string;
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: string;
  readonly key: EnvelopeBytes;
  readonly headers: readonly { readonly key: string; readonly value: EnvelopeBytes }[];
  readonly value: EnvelopeBytes;
}

type EnvelopeBytes = string | null | { readonly base64: string };

function bytesIn(part: EnvelopeBytes): Buffer | null {
  if (part === null) return null;
  return typeof part === "string" ? Buffer.from(part) : Buffer.from(part.base64, "base64");
}

Deno.test("An envelope has every byte of a record: key, headers and value, null and empty, and its timestamp", async () => {
  const [onKafka, embedded] = await filledPlaces();
  await using _first = onKafka;
  await using _second = embedded;
  const asBytes = (part: string | Uint8Array | null) => part === null ? null : Buffer.from(part);
  for (const place of [onKafka, embedded]) {
    const lines = new TextDecoder().decode(await bytesOf(place, ["-f", "envelope"])).split("\n").slice(0, -1);
    const rows = lines.map((line) => JSON.parse(line) as Envelope);
    deepEqual(
      rows.map(({ key, headers, value, timestamp, offset }) => ({
        key: bytesIn(key),
        headers: headers.map(({ key, value }) => [key, bytesIn(value)]),
        value: bytesIn(value),
        timestamp,
        offset,
      })),
      RECORDS.map(({ key = null, headers = [], value, timestampMs }, offset) => ({
        key: asBytes(key),
        headers: headers.map(({ key, value }) => [key, asBytes(value)]),
        value: asBytes(value),
        timestamp: timestampMs,
        offset,
      })),
    );
    deepEqual([...new Set(rows.map(({ timestampType }) => timestampType))], ["CreateTime"]);
    deepEqual([...new Set(rows.map(({ topic }) => topic))], [place.topic]);
    // Only what is no text is base64.
    deepEqual(
      rows.flatMap(({ value }, index) => typeof value === "object" && value !== null ? [index] : []),
      [4],
    );
  }
});

Deno.test("What is printed as envelopes is produced as the same records, from each broker to the other", async () => {
  const [onKafka, embedded] = await filledPlaces();
  await using _first = onKafka;
  await using _second = embedded;
  for (const [from, to] of [[onKafka, new Workplace()], [embedded, new Workplace(servers)]] as const) {
    await using target = to;
    const stdin = await bytesOf(from, ["-f", "envelope"]);
    await target.succeedInProcess(["produce", "--input-format", "envelope", "--input", "-"], { stdin });
    const asText = (bytes: Uint8Array, topic: string) =>
      new TextDecoder().decode(bytes).replaceAll(topic, "the topic");
    equal(asText(await bytesOf(target, ["-f", "envelope"]), target.topic), asText(stdin, from.topic));
    if (from === onKafka) continue;
    const template = ["-f", TEMPLATES[0]!.replace("%t", "")];
    deepEqual(await kcatBytes(target, template), await kcatBytes(onKafka, template));
  }
});

Deno.test("An envelope says whether the broker has set the timestamp", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess([
    ...["topic", "create", place.topic, "--topic-config", "message.timestamp.type=LogAppendTime"],
  ]);
  await place.kcat(["-P"], "a\n");
  const [line] = new TextDecoder().decode(await bytesOf(place, ["-f", "envelope"])).split("\n");
  equal((JSON.parse(line!) as Envelope).timestampType, "LogAppendTime");
});
