/** Records with all their parts on a real Kafka: sent by the program, read by kcat, printed by kcat, and sent again. */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import { CODECS } from "../../lib/broker/record_batch/codecs.ts";
import { sharedKafka } from "../support/kafka.ts";
import { latin1, latin1Bytes } from "../support/topic_records.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** A record whose bytes are text, of which each character is a byte. */
interface Sent {
  readonly partition: number;
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string])[];
}

const utf8 = new TextEncoder();
const START_MS = Date.UTC(2026, 0, 1);
/** What a broker takes by default, with the rest of the record. */
const LARGE_BYTES = 1_000_000 - 200;
const EACH_BYTE = latin1(Uint8Array.from({ length: 256 }, (_, byte) => byte));

const RECORDS: readonly Sent[] = [
  { key: "k", value: '{"a": 1}', headers: [["h", "v"], ["h", "again"]] },
  { key: null, value: "no key", headers: [] },
  { key: "gone", value: null, headers: [["why", "deleted"]] },
  { key: "", value: "", headers: [] },
  { key: latin1(utf8.encode("ключ 😀")), value: latin1(utf8.encode('\uFEFFZürich\n\t"\\/ 😀')), headers: [] },
  { key: EACH_BYTE, value: EACH_BYTE.repeat(3), headers: [] },
  { key: "large", value: `x\xff${"y".repeat(LARGE_BYTES)}`, headers: [] },
  { key: "large text", value: latin1(utf8.encode("é".repeat(LARGE_BYTES / 2))), headers: [] },
].map((record, n) => ({ ...record, partition: n % 2, timestampMs: START_MS + n } as Sent));

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A part as an envelope has it. */
function part(bytes: string | null): unknown {
  if (bytes === null) return null;
  try {
    return strict.decode(latin1Bytes(bytes));
  } catch {
    return { base64: btoa(bytes) };
  }
}

/** The line that `consume --format envelope` prints of a record. */
function envelope({ partition, timestampMs: timestamp, key, value, headers }: Sent): string {
  const pairs = headers.map(([name, text]) => ({ key: name, value: part(text) }));
  return `${JSON.stringify({ partition, timestamp, key: part(key), headers: pairs, value: part(value) })}\n`;
}

/** Printed by kcat: the numbers before a record, and the lengths of its key and value, −1 for null. */
const KCAT_FORMAT = "%p %T %K %S %k%s";

/** All records of a topic, byte by byte, as kcat prints them; with their headers. */
async function kcatBytes({ topic }: Workplace): Promise<Sent[]> {
  const args = ["-b", servers.join(","), "-t", topic, "-C", "-e", "-q", "-f", KCAT_FORMAT];
  const { stdout, success } = await new Deno.Command("kcat", { args, stderr: "inherit" }).output();
  ok(success);
  const all = latin1(stdout);
  const records: Sent[] = [];
  for (let at = 0; at < all.length;) {
    const [head, ...numbers] = /^(\d+) (\d+) (-?\d+) (-?\d+) /.exec(all.slice(at, at + 60))!;
    const [partition, timestampMs, keyBytes, valueBytes] = numbers.map(Number) as [
      number,
      number,
      number,
      number,
    ];
    at += head.length;
    const take = (length: number) => {
      const bytes = length < 0 ? null : all.slice(at, at + length);
      at += Math.max(0, length);
      return bytes;
    };
    records.push({ partition, timestampMs, key: take(keyBytes), value: take(valueBytes), headers: [] });
  }
  return records.sort((left, right) => left.timestampMs - right.timestampMs);
}

function withoutHeaders(records: readonly Sent[]): Sent[] {
  return records.map((record) => ({ ...record, headers: [] }));
}

for (const codec of CODECS) {
  Deno.test(`Envelopes, also those that consume prints, and kcat's lines bring every byte back, with compression ${codec}`, async () => {
    await using first = new Workplace(servers);
    const flags = [
      "--partitions",
      "2",
      "-z",
      codec,
      "--input",
      "-",
      "--retention",
      "forever",
      "--validate",
      "none",
    ];
    await first.succeedInProcess(["produce", "--input-format", "envelope", ...flags], {
      stdin: RECORDS.map(envelope).join(""),
    });
    deepEqual(await kcatBytes(first), withoutHeaders(RECORDS));
    const printed = await new Deno.Command("kcat", {
      args: ["-b", servers.join(","), "-t", first.topic, "-C", "-e", "-q", "-J"],
    }).output();
    await using second = new Workplace(servers);
    await second.succeedInProcess(["produce", "--input-format", "kcat", ...flags], { stdin: printed.stdout });
    deepEqual(await kcatBytes(second), withoutHeaders(RECORDS));
    const headers = (await second.kcatRecords()).toSorted((left, right) => left.ts - right.ts)
      .map(({ headers = [] }) => headers);
    deepEqual(headers, RECORDS.map(({ headers }) => headers.flat()));
    const { stdout } = await second.succeedInProcess([
      "consume",
      "--from",
      "beginning",
      "-e",
      "-f",
      "envelope",
    ]);
    await using third = new Workplace(servers);
    await third.succeedInProcess(["produce", "--input-format", "envelope", ...flags], { stdin: stdout });
    deepEqual(await kcatBytes(third), withoutHeaders(RECORDS));
    equal(
      (await third.kcat(["-C", "-e", "-q", "-f", "%T %h\n"])).split("\n").toSorted().join("\n"),
      (await second.kcat(["-C", "-e", "-q", "-f", "%T %h\n"])).split("\n").toSorted().join("\n"),
    );
  });
}

Deno.test("kcat and the program place the same keys in the same partitions, and the same headers on records", async () => {
  await using place = new Workplace(servers);
  const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
  await place.succeedInProcess(
    [
      "produce",
      "--input-format",
      "lines",
      "-K",
      "|",
      "-H",
      "a=1",
      "-H",
      "b=x=y",
      "--input",
      "-",
      "--partitions",
      "4",
    ],
    { stdin: keys.map((key) => `${key}|ours\n`).join("") },
  );
  await place.kcat(
    ["-P", "-K", "|", "-H", "a=1", "-H", "b=x=y", "-X", "topic.partitioner=murmur2_random"],
    keys.map((key) => `${key}|theirs\n`).join(""),
  );
  const records = await place.kcatRecords();
  const of = (whose: string) =>
    records.filter(({ payload }) => payload === whose)
      .map(({ key, partition, headers }) => JSON.stringify({ key, partition, headers })).toSorted();
  deepEqual(of("ours"), of("theirs"));
  equal(of("ours").length, keys.length);
});

Deno.test("Escapes in delimiters are those of kcat, also for bytes that are no text", async () => {
  await using ours = new Workplace(servers);
  await using theirs = new Workplace(servers);
  const input = join(ours.directory, "records");
  const escapes: readonly (readonly [string, string, string])[] = [
    ["\\xff", "\\x1e", "a\xffb\x1ec\xffd"],
    ["\\t", "\\x1e|\\n", "a\tb\x1e|\nc\td"],
  ];
  for (const [key, record, bytes] of escapes) {
    await Deno.writeFile(input, latin1Bytes(bytes));
    const flags = ["-K", key, "-D", record];
    await ours.succeedInProcess([
      "produce",
      ours.topic,
      input,
      "--input-format",
      "lines",
      "--partitions",
      "1",
      ...flags,
    ]);
    await theirs.kcat(["-P", ...flags, "-l", input]);
  }
  const of = async (place: Workplace) =>
    (await place.kcatRecords()).map(({ key, payload }) => [key, payload]);
  deepEqual(await of(ours), await of(theirs));
  deepEqual(await of(ours), escapes.flatMap(() => [["a", "b"], ["c", "d"]]));
});

Deno.test("Tombstones, fixed partitions and times of fields are on Kafka what they were in the input", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(
    [
      "produce",
      "--input-format",
      "lines",
      "-K",
      ":",
      "--null-value",
      "-",
      "-p",
      "1",
      "--input",
      "-",
      "--partitions",
      "2",
    ],
    { stdin: "a:1\nb:-\n" },
  );
  await place.succeedInProcess(["produce", "--timestamp", "at", "--key", "none", "-p", "0", "--input", "-"], {
    stdin: `{"at":${START_MS}}\n`,
  });
  const records = await place.kcatRecords();
  deepEqual(
    records.map(({ partition, key, payload, ts }) => [partition, key, payload, partition === 0 ? ts : 0])
      .toSorted(),
    [[0, null, `{"at":${START_MS}}`, START_MS], [1, "a", "1", 0], [1, "b", null, 0]],
  );
});

Deno.test("A partition that the topic does not have is refused", async () => {
  await using place = new Workplace(servers);
  const refused = await place.runInProcess(["produce", "--limit", "1", "-p", "7", "--partitions", "2"]);
  equal(refused.code, 1);
  ok(/has no partition 7/.test(refused.stderr), refused.stderr);
});
