/** The formats of `consume` that have columns, and what it shows on a terminal. */
import { deepEqual, equal, match, ok } from "assert";
import { type FilledRecord, filledTopic } from "../support/filled_topic.ts";
import { startOnTerminal } from "../support/terminal.ts";
import type { Workplace } from "../support/workplace.ts";

const HOSTILE = "\x1b]0;owned\x07\u202e";

const RECORDS: readonly FilledRecord[] = [
  { key: "k", value: '{"city":"Zürich, \\"CH\\"","n":1.10}', headers: [{ key: "h", value: "v" }] },
  { key: null, value: null, timestampMs: Date.UTC(2018, 0, 1) },
  { key: "", value: "" },
  { key: "two\nlines", value: HOSTILE },
];

async function printed(place: Workplace, ...args: string[]): Promise<string> {
  return (await place.succeedInProcess(["consume", "-o", "beginning", "-e", ...args])).stdout;
}

Deno.test("csv has a header and RFC 4180's quotes; null is empty, an empty text is quoted", async () => {
  await using place = await filledTopic(RECORDS);
  const { topic } = place;
  equal(
    await printed(place, "-f", "csv"),
    "topic,partition,offset,timestamp,key,headers,value\n" +
      `${topic},0,0,1970-01-01T00:00:00.000Z,k,"[{""key"":""h"",""value"":""v""}]",` +
      '"{""city"":""Zürich, \\""CH\\"""",""n"":1.10}"\n' +
      `${topic},0,1,2018-01-01T00:00:00.000Z,,,\n` +
      `${topic},0,2,1970-01-01T00:00:00.000Z,"",,""\n` +
      `${topic},0,3,1970-01-01T00:00:00.000Z,"two\nlines",,${HOSTILE}\n`,
  );
});

Deno.test("A table has the names of its columns once, one record a line, and no control of a record", async () => {
  await using place = await filledTopic(RECORDS);
  const lines = (await printed(place, "-f", "table")).split("\n");
  match(lines[0]!, /^topic +partition {2}offset {2}timestamp +key +headers +value$/);
  equal(lines.length, 1 + RECORDS.length + 1);
  const starts = ["partition", "offset", "timestamp", "key", "headers", "value"].map((name) =>
    lines[0]!.indexOf(name)
  );
  equal(lines[1]!.slice(starts[2]!, starts[2]! + 19), "1970-01-01 00:00:00");
  equal(lines[1]!.slice(starts[4]!, starts[4]! + 8), "[{h, v}]");
  equal(lines[2]!.slice(starts[5]!), "NULL");
  match(lines[4]!, /two\\nlines .*\\u001b\]0;owned\\a\\u202e$/);
});

Deno.test("A format that does not exist, a letter that kcat does not have, and a delimiter of others are refused", async () => {
  await using place = await filledTopic([]);
  const refused = async (...args: string[]) => {
    const { code, stderr } = await place.runInProcess(["consume", ...args]);
    equal(code, 2, stderr);
    return stderr;
  };
  match(await refused("-f", "xml"), /--format = "xml": expected pretty, ndjson, .*or a template/);
  match(await refused("-f", "%k %q"), /--format = "%k %q": expected .* %t %p %o/);
  match(await refused("-f", "ndjson", "-D", "x"), /--delimiter is for the formats value and raw/);
});

Deno.test("--tee writes the same to a file, whose directory has to be there", async () => {
  await using place = await filledTopic(RECORDS);
  const stdout = await printed(place, "-f", "pretty", "--tee", "out.txt");
  equal(await Deno.readTextFile(`${place.directory}/out.txt`), stdout);
  const again = await printed(place, "-f", "ndjson", "-n", "1", "--tee", "out.txt");
  equal(await Deno.readTextFile(`${place.directory}/out.txt`), again);
  const { code, stderr } = await place.runInProcess(["consume", "-e", "--tee", "no/out.txt"]);
  equal(code, 2);
  match(stderr, /Cannot write no\/out\.txt: directory no does not exist/);
});

Deno.test("On a terminal, JSON that is too long for a line is indented, with its digits; nothing else is", async () => {
  const long = { text: "x".repeat(60), list: [1, 2], none: {}, empty: [], flag: null };
  const value = `{"big":9007199254740993,${JSON.stringify(long).slice(1)}`;
  await using place = await filledTopic([{ key: "k", value: '{"a":[1]}' }, { key: "k", value }, {
    value: "text",
  }]);
  const words = ["consume", place.topic, "-o", "beginning", "-e", "--quiet"];
  const run = startOnTerminal(words, { cwd: place.directory, columns: 80, rows: 40 });
  equal(await run.ended(), 0);
  const lines = run.screen().filter((line) => line !== "");
  deepEqual(lines.map((line) => line.replace(/\d{4}-\S+ \S+/, "TIME")), [
    '0:0  TIME  k  {"a":[1]}',
    "0:1  TIME  k",
    "{",
    '  "big": 9007199254740993,',
    `  "text": "${long.text}",`,
    '  "list": [',
    "    1,",
    "    2",
    "  ],",
    '  "none": {},',
    '  "empty": [],',
    '  "flag": null',
    "}",
    "0:2  TIME  -  text",
  ]);
  ok(run.raw.includes("\x1b[34m"), "coloured");
});

Deno.test("On a terminal without colour, or with NO_COLOR, nothing is coloured", async () => {
  await using place = await filledTopic([{ value: '{"a":1}' }]);
  const words = ["consume", place.topic, "-o", "beginning", "-e", "--quiet"];
  for (
    const [args, env] of [[["--no-color"], {}], [[], { NO_COLOR: "1" }], [[], { TERM: "dumb" }]] as const
  ) {
    const run = startOnTerminal([...words, ...args], { cwd: place.directory, env, columns: 80, rows: 5 });
    equal(await run.ended(), 0);
    ok(!run.raw.includes("\x1b["), run.raw);
    ok(run.raw.includes('{"a":1}'), run.raw);
  }
});
