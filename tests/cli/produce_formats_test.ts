/** Inputs that are not plain JSON, and what is sent with records: keys, headers, partitions, timestamps, tombstones. */
import { deepEqual, equal, match } from "assert";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { join } from "node:path";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { topicRecords, type WholeRecord } from "../support/topic_records.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

/** What a run is given. */
interface Given {
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly stdin?: string;
}

/** The records that a run leaves in a new topic. */
async function produced({ args, files = {}, stdin = "" }: Given): Promise<WholeRecord[]> {
  await using directory = await tempDir();
  for (const [name, content] of Object.entries(files)) await directory.write(name, content);
  await succeedInProcess(["produce", "--topic", "t", ...args], { cwd: directory.path, stdin });
  const broker = openEmbeddedBroker(join(directory.path, ".sfcrime", "broker.db"));
  try {
    return await topicRecords(broker, "t");
  } finally {
    await broker.close();
  }
}

function parts(records: readonly WholeRecord[]): [string | null, string | null][] {
  return records.map(({ key, value }) => [key, value]);
}

Deno.test("Several inputs are sent one after the other, in any compression, from files and from stdin", async () => {
  const line = (n: number) => `{"n":${n}}\n`;
  const files = {
    "a.json": '[{"n":1},{"n":2}]',
    "b.gz": gzipSync(line(3)),
    "c.zst": zstdCompressSync(line(4)),
    // Two frames, as `cat a.zst b.zst` makes them, with one between them that is to be skipped.
    "d.zst": new Uint8Array([
      ...zstdCompressSync(line(5)),
      ...[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3],
      ...zstdCompressSync(line(6)),
    ]),
  };
  const inputs = ["a.json", "b.gz", "-", "c.zst", "d.zst"].flatMap((name) => ["--input", name]);
  const args = [...inputs, "--partitions", "1", "--key", "n"];
  const values = await produced({ args, files, stdin: line(7) });
  deepEqual(values.map(({ value }) => value), [1, 2, 3, 7, 4, 5, 6].map((n) => line(n).trim()));
});

Deno.test("The first argument is the topic, and the others are files", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("a.ndjson", '{"n":1}\n');
  await directory.write("b.ndjson", '{"n":2}\n');
  await succeedInProcess(["produce", "mine", "a.ndjson", "b.ndjson", "--key", "n"], options);
  const { stdout } = await succeedInProcess(
    ["consume", "mine", "--from", "beginning", "-e", "-f", "%k %s\n"],
    options,
  );
  deepEqual(stdout.trim().split("\n").toSorted(), ['1 {"n":1}', '2 {"n":2}']);
  const twice = await runInProcess(["produce", "mine", "a.ndjson", "--topic", "other"], options);
  equal(twice.code, 2);
  match(twice.stderr, /topic is given twice: "mine", and --topic "other"/);
});

Deno.test("zstd that breaks off sends what came before, and fails", async () => {
  await using directory = await tempDir();
  const packed = zstdCompressSync(Array.from({ length: 50_000 }, (_, n) => `{"n":${n}}\n`).join(""));
  for (
    const [name, content] of [["cut", packed.subarray(0, packed.length / 2)], ["more", [
      ...packed,
      1,
      2,
      3,
      4,
    ]]] as const
  ) {
    await directory.write(name, Uint8Array.from(content));
    const args = ["produce", "--topic", name, "--input", name, "--key", "n"];
    const { code, stderr } = await runInProcess(args, { cwd: directory.path });
    equal(code, 1);
    match(stderr, new RegExp(`Cannot read ${name} to the end: its zstd data is incomplete or damaged`));
    match(stderr, /^[\d,]{2,} records .* sent to/m);
  }
});

Deno.test("A broken record of several inputs is named by its own file and its number there", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("a.ndjson", '{"n":1}\n{"n":2}\n');
  await directory.write("b.ndjson", '{"n":3}\n[]\n');
  const { stderr } = await succeedInProcess(
    ["produce", "--topic", "t", "--input", "a.ndjson", "--input", "b.ndjson"],
    options,
  );
  match(stderr, /Record 2 of b\.ndjson \(line 2, byte 8\) was not sent/);
  const letter = JSON.parse(await Deno.readTextFile(join(directory.path, ".sfcrime/dead-letters/t.ndjson")));
  deepEqual([letter.input, letter.record, letter.line], ["b.ndjson", 2, 2]);
});

Deno.test("CSV becomes objects, with keys, times and an order like any other", async () => {
  const csv = 'id;city;at\n2;Oakland;2020-01-02T00:00:00Z\n1;"Daly;City";2020-01-01T00:00:00Z\n';
  const args = ["--input-format", "csv", "-D", ";", "--key-template", "{city}/{id}", "--timestamp", "at"];
  const order = ["--sort-by", "id", "--partitions", "1", "--input", "x.csv"];
  const records = await produced({ args: [...args, ...order], files: { "x.csv": csv } });
  deepEqual(parts(records), [
    ["Daly;City/1", '{"id":"1","city":"Daly;City","at":"2020-01-01T00:00:00Z"}'],
    ["Oakland/2", '{"id":"2","city":"Oakland","at":"2020-01-02T00:00:00Z"}'],
  ]);
  deepEqual(records.map(({ timestampMs }) => timestampMs), [Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 2)]);
});

Deno.test("Lines have keys before a delimiter, and the null value is a tombstone", async () => {
  const args = [
    "--input-format",
    "lines",
    "-K",
    ":",
    "--null-value",
    "",
    "--input",
    "-",
    "--partitions",
    "1",
  ];
  const records = await produced({ args, stdin: "a:1\r\nb:\nc:x:y" });
  deepEqual(parts(records), [["a", "1"], ["b", null], ["c", "x:y"]]);
});

Deno.test("Raw records are the bytes between delimiters, or the whole input", async () => {
  const files = { "x.bin": Uint8Array.of(0xff, 0x00, 0x0a, 0x7c, 0xfe) };
  const args = ["--input", "x.bin", "--input-format", "raw", "--partitions", "1", "-k", "all"];
  deepEqual(parts(await produced({ args, files })), [["all", "\xff\0\n|\xfe"]]);
  deepEqual(parts(await produced({ args: [...args, "-D", "\\x7c"], files })), [["all", "\xff\0\n"], [
    "all",
    "\xfe",
  ]]);
});

Deno.test("An envelope has all parts of a record, and they are sent as they are", async () => {
  const envelopes = [
    {
      topic: "other",
      partition: 2,
      offset: 7,
      timestamp: 1_500_000_000_000,
      timestampType: "CreateTime",
      key: "k",
      headers: [{ key: "h", value: "é" }, { key: "b", value: { base64: "AP8=" } }, { key: "h", value: null }],
      value: '{"a": 1}',
    },
    { key: { base64: "/w==" }, value: null, partition: 0 },
    { key: null, value: { base64: "" }, timestamp: "2020-01-01T01:00:00+01:00", partition: 0 },
    { value: { a: [1, "x"] }, partition: 0 },
  ];
  const stdin = envelopes.map((each) => `${JSON.stringify(each)}\n`).join("");
  const args = ["--input", "-", "--input-format", "envelope", "--partitions", "3", "-H", "run=1"];
  const [tombstone, empty, embedded, first] = await produced({ args, stdin });
  deepEqual(first, {
    partition: 2,
    key: "k",
    value: '{"a": 1}',
    timestampMs: 1_500_000_000_000,
    headers: [["h", "\xc3\xa9"], ["b", "\0\xff"], ["h", null], ["run", "1"]],
  });
  deepEqual([tombstone!.key, tombstone!.value, tombstone!.headers], ["\xff", null, [["run", "1"]]]);
  deepEqual([empty!.key, empty!.value, empty!.timestampMs], [null, "", Date.UTC(2020, 0, 1)]);
  deepEqual([embedded!.key, embedded!.value], [null, '{"a":[1,"x"]}']);
});

Deno.test("What is no record in an envelope is broken, with the reason", async () => {
  await using directory = await tempDir();
  const lines = [
    '{"key":"k"}',
    '{"value":{"base64":"no!"}}',
    '{"value":"v","headers":{}}',
    '{"value":"v","headers":[{"key":"h"}]}',
    '{"value":"v","partition":-1}',
    '{"value":"v","partition":9}',
    '{"value":"sent"}',
  ];
  const args = ["produce", "--topic", "t", "--input-format", "envelope", "--input", "-", "--partitions", "2"];
  const { stderr } = await succeedInProcess(args, { cwd: directory.path, stdin: lines.join("\n") });
  const letters = (await Deno.readTextFile(join(directory.path, ".sfcrime/dead-letters/t.ndjson"))).trim()
    .split("\n");
  deepEqual(letters.map((letter) => JSON.parse(letter).reason), [
    "it has no field value",
    "its value is not valid base64",
    "its headers are not an array",
    "one of its headers has no key or no value",
    "its partition is not a whole number",
    "it belongs to partition 9, and topic t has 2 partitions",
  ]);
  match(stderr, /--partitioner murmur2/);
  match(stderr, /^1 record .* sent to t/m);
});

Deno.test("kaf's lines have the same parts, and an empty key is none", async () => {
  const line = '{"topic":"x","partition":0,"offset":0,"timestamp":"2025-07-04T12:53:46.841+02:00",' +
    '"headers":[{"key":"h1","value":"hv1"}],"key":"","payload":"{data:1}"}';
  const [record] = await produced({ args: ["--input", "-", "--input-format", "kaf"], stdin: line });
  deepEqual(record, {
    partition: 0,
    key: null,
    value: "{data:1}",
    timestampMs: Date.UTC(2025, 6, 4, 10, 53, 46, 841),
    headers: [["h1", "hv1"]],
  });
});

Deno.test("Records go to the partition that is asked for, by their keys, or in turn", async () => {
  const stdin = [0, 1, 2, 3].map((n) => `{"k":"same","n":${n}}\n`).join("");
  const args = ["--input", "-", "--partitions", "3", "--key", "k"];
  const placed = async (...more: string[]) => {
    const records = await produced({ args: [...args, ...more], stdin });
    return records.map(({ partition, value }) => `${partition}:${JSON.parse(value!).n}`);
  };
  deepEqual(await placed("-p", "1"), ["1:0", "1:1", "1:2", "1:3"]);
  deepEqual(await placed("--partitioner", "round-robin"), ["0:0", "0:3", "1:1", "2:2"]);
  equal(new Set((await placed("--partitioner", "murmur2")).map((place) => place[0])).size, 1);
});

Deno.test("--limit, -n and --max-messages are the same", async () => {
  const stdin = '{"n":1}\n{"n":2}\n{"n":3}\n';
  for (const flag of ["--limit", "-n", "--max-messages"]) {
    equal((await produced({ args: ["--input", "-", flag, "2"], stdin })).length, 2, flag);
  }
});

const REFUSED: readonly (readonly [RegExp, ...string[]])[] = [
  [/--key does not fit --input-format lines/, "--input-format", "lines", "--key", "a"],
  [/--key-template does not fit --input-format raw/, "--input-format", "raw", "-k", "{a}"],
  [/--key does not fit --input-format envelope/, "--input-format", "envelope", "--key", "a"],
  [/--key-delimiter does not fit --input-format json/, "-K", ":"],
  [/--delimiter does not fit --input-format ndjson/, "--input-format", "ndjson", "-D", "|"],
  [
    /--delimiter with bytes that are not UTF-8 does not fit --input-format csv/,
    "--input-format",
    "csv",
    "-D",
    "\\xff",
  ],
  [/--null-value does not fit --input-format json/, "--null-value", "x"],
  [/--sort-by does not fit --input-format lines/, "--input-format", "lines", "--sort-by", "a"],
  [/--timestamp with a field does not fit --input-format kcat/, "--input-format", "kcat", "--timestamp", "a"],
  [/--key and --key-template are mutually exclusive/, "--key", "a", "-k", "{b}"],
  [/--partition and --partitioner are mutually exclusive/, "-p", "0", "--partitioner", "murmur2"],
  [/The embedded broker has no transactions of producers\.\n {2}They need Kafka/, "--transactional"],
  [/Transactions need --acks all, not 1\./, "--transactional-id", "a", "--acks", "1"],
  [/--transaction-interval needs --transactional\./, "--transaction-interval", "1s"],
  [
    /--transaction-interval = "11m".*expected never, or a duration/s,
    "--transactional",
    "--transaction-interval",
    "11m",
  ],
  [/Key template "\{a" has a brace without a partner/, "-k", "{a"],
  [/--header = "x": expected NAME=VALUE/, "-H", "x"],
  [/stdin is an input twice/, "--input", "-"],
];

for (const [says, ...args] of REFUSED) {
  Deno.test(`Refused before anything is sent: produce ${args.join(" ")}`, async () => {
    await using directory = await tempDir();
    const { code, stderr } = await runInProcess(["produce", "--topic", "t", "--input", "-", ...args], {
      cwd: directory.path,
      stdin: '{"a":1}',
    });
    equal(code, 2, stderr);
    match(stderr, says);
  });
}

Deno.test("An input that is not JSON is refused with the formats that it may have", async () => {
  await using directory = await tempDir();
  const { code, stderr } = await runInProcess(["produce", "--topic", "t", "--input", "-"], {
    cwd: directory.path,
    stdin: "a,b\n1,2\n",
  });
  equal(code, 1);
  match(stderr, /stdin is not JSON: it starts with "a"\.\n.*--input-format csv, lines or raw/);
});
