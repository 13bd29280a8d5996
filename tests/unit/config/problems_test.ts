import { equal, match, ok } from "assert";
import { CLIENT_PROPERTIES } from "../../../lib/config/properties/client_properties.ts";
import { NAMED_SECTIONS, SECTIONS } from "../../../lib/config/sections.ts";
import { load, refusal } from "./sources.ts";

Deno.test("Everything that is wrong is told at once, each with its place, value, and what is allowed", () => {
  const error = refusal({
    file: [
      "[kafka]",
      "topc = calls",
      "num_partitions = many",
      "[analize]",
      "trigger = 1s",
      "[analyze]",
      "# a remark",
      "trigger = 10",
      "sink = consle",
      "[query.a]",
      "sql = SELECT 1",
      "output_mode = all",
    ].join("\n"),
    environment: { SFCRIME_CONSUMER_FORMAT: "xml" },
    flags: { "producer.rate": "fast" },
    properties: ["kafka.tpic=x", "security.protocl=ssl", "nonsense"],
  });
  equal(error.code, "CONFIG");
  equal(error.exitCode, 2);
  const lines = error.message.split("\n");
  const expected = [
    /^app\.cfg:4: \[analize\] is not a known section\. Did you mean analyze\? Known: kafka, .*query\.NAME\.$/,
    /^app\.cfg:2: \[kafka\] has no key topc \(its value is "calls"\)\. Did you mean topic\? Similar names: .* sfcrime config show lists all keys\.$/,
    /^app\.cfg:3: \[kafka\] num_partitions = "many": expected a whole number from 1 to 10,000\.$/,
    /^app\.cfg:8: \[analyze\] trigger = "10": expected available-now, once, or a duration such as /,
    /^app\.cfg:9: \[analyze\] sink = "consle": expected console, /,
    /^app\.cfg:12: \[query\.a\] output_mode = "all": expected append, update or complete\.$/,
    /^SFCRIME_CONSUMER_FORMAT = "xml": expected pretty, ndjson, .*template of .*$/,
    /^--rate = "fast": expected a number greater than 0\.$/,
    /^-X kafka\.tpic: \[kafka\] has no key tpic\. Did you mean topic\? /,
    /^-X security\.protocl is not a known client property\. Did you mean security\.protocol\? /,
    /^-X nonsense: expected name=value, such as /,
  ];
  for (const pattern of expected) {
    equal(lines.filter((line) => pattern.test(line)).length, 1, `${pattern} in\n${error.message}`);
  }
  equal(lines.length, expected.length, error.message);
});

Deno.test("Where only the command line is wrong, the error is one of usage", () => {
  equal(refusal({ flags: { "producer.rate": "0" } }).code, "USAGE");
  equal(refusal({ environment: { SFCRIME_PRODUCER_RATE: "0" } }).code, "CONFIG");
});

Deno.test("A file that is no INI is refused with the line where that shows", () => {
  const cases: readonly (readonly [file: string, message: RegExp])[] = [
    ["[kafka]\n\n# fine\ntopic\n", /^app\.cfg:4: this line is not a section or a key\.$/],
    ["topic = a\n[kafka]\n", /^app\.cfg:1: topic is not in any \[section\]\.$/],
    ["[kafka]\ntopic = a\nTopic = b\n", /^app\.cfg:3: duplicate key topic in this section\.$/],
    ["[kafka]\ntopic = a\n[ui]\n[kafka]\n", /^app\.cfg:4: duplicate section \[kafka\]\.$/],
    ["[kafka]\ntopic = a\u0000\n", /^app\.cfg:2: this line contains a control character\.$/],
    ["[ui]\n[query.a]\nsql =\n", /^app\.cfg:2: \[query\.a\] is empty: expected sql, or sql_file/],
    ["[query.a b]\nsql = SELECT 1\n", /^app\.cfg:1: \[query\.a b\] is not a known section\./],
  ];
  for (const [file, message] of cases) match(refusal({ file }).message, message);
});

Deno.test("Nothing inside a value is special: SQL is read as it stands, over several lines", () => {
  const { queries } = load({
    file: "\uFEFF[query.a]\r\nsql = SELECT 'a = b; c' AS x, -- #1\r\n   ; not a remark? it is\r\n" +
      '    [1] FROM calls\r\n; remark\r\n\tWHERE y = "[z]"\r\n',
  });
  equal(queries["a"]!.sql, "SELECT 'a = b; c' AS x, -- #1\n[1] FROM calls\nWHERE y = \"[z]\"");
});

/** Texts that each key must refuse, and what the error must then name. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "kafka.bootstrap_servers": [",", "host:0", "host:65536", "a b:1", "host:port"],
  "kafka.topic": [".", "..", "a/b", "é", "x".repeat(250)],
  "kafka.num_partitions": ["0", "10001", "1.5", "-1", "1e3", "many"],
  "kafka.auto_offset_reset": ["none", "beginning"],
  "producer.rate": ["0", "-1", "1/s", "Infinity", "NaN"],
  "producer.interval": ["0", "0s", "2", "2 fortnights", "-1s", "s"],
  "producer.compression": ["brotli"],
  "producer.acks": ["2", "none"],
  "consumer.from": ["--5", "5.5", "-5x", "yesterday", "2018-13-01"],
  "analyze.trigger": ["10", "never", "-1s"],
  "analyze.starting_offsets": ["begin", "{}x", '{"a":[1]}', '{"a":{"x":1}}', '{"a":{"0":-3}}'],
  "analyze.max_offsets_per_trigger": ["0", "1.5"],
  "analyze.watermark": [
    "10 minutes",
    "call_date_time",
    "call_date_time soon",
    "call_date_time -1 minutes",
    "call_date_time, 10 minutes",
  ],
  "analyze.time_zone": ["Mars/Olympus", "+25:00"],
  "analyze.workers": ["0", "257"],
  "ui.port": ["65536", "-1", "http"],
  "ui.enabled": ["perhaps"],
  "logging.level": ["loud"],
};

Deno.test("A value that a key does not take is refused by the name, the value, and what is allowed", () => {
  for (const [name, values] of Object.entries(REFUSED)) {
    const [section, key] = name.split(".") as [keyof typeof SECTIONS, string];
    const kind = (SECTIONS[section] as Readonly<Record<string, { readonly allowed: string }>>)[key]!;
    for (const value of values) {
      const { message } = refusal({ file: `[${section}]\n${key} = ${value}\n` });
      equal(
        message,
        `app.cfg:2: [${section}] ${key} = ${JSON.stringify(value)}: expected ${kind.allowed}.`,
      );
    }
  }
});

Deno.test("A stream is read in permissive or failfast mode; others are rejected, as Spark's from_json rejects them", () => {
  const { message } = refusal({ file: "[stream.calls]\nmode = dropmalformed\n" });
  match(
    message,
    /^app\.cfg:2: \[stream\.calls\] mode = "dropmalformed": expected permissive or failfast\.$/m,
  );
});

Deno.test("-X sets how a topic of any name is read; the names of queries and tables are words", () => {
  equal(load({ properties: ["stream.a-b.c.mode=failfast"] }).streams["a-b.c"]!.mode, "failfast");
  const { message } = refusal({ properties: ["query.a-b.sql=SELECT 1", "stream.a-b.modes=failfast"] });
  match(message, /^-X query\.a-b\.sql: \[query\.a-b\] is not a known section\. Names have letters/m);
  match(message, /^-X stream\.a-b\.modes: \[stream\.a-b\] has no key modes\. Did you mean mode\?/m);
});

Deno.test("A wrong client property is refused like any other key", () => {
  const { message } = refusal({ file: "[kafka]\nsecurity.protocol = tls\nrequest.timeout.ms = 1s\n" });
  match(message, /^app\.cfg:2: security\.protocol = "tls": expected plaintext, ssl, /m);
  match(message, /^app\.cfg:3: request\.timeout\.ms = "1s": expected a whole number/m);
});

Deno.test("What an error calls allowed is never empty", () => {
  const kinds = [SECTIONS, NAMED_SECTIONS, { CLIENT_PROPERTIES }].flatMap((sections) =>
    Object.values(sections).flatMap((keys) => Object.values(keys))
  ) as readonly { readonly allowed: string }[];
  ok(kinds.length > 50);
  for (const { allowed } of kinds) ok(allowed.length > 0);
});
