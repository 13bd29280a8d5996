import { doesNotMatch, equal, match, ok } from "assert";
import { exists } from "../support/cache.ts";
import { freePorts } from "../support/ports.ts";
import { run } from "../support/program.ts";
import { runInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

interface Refusal {
  readonly args: readonly string[];
  readonly code: 1 | 2;
  readonly says: readonly RegExp[];
}

const USAGE: readonly Refusal[] = [
  { args: ["prodce"], code: 2, says: [/unknown command 'prodce'/, /Did you mean produce\?/] },
  { args: ["topic", "lst"], code: 2, says: [/unknown command 'lst'/, /Did you mean list\?/] },
  {
    args: ["produce", "--rat", "5"],
    code: 2,
    says: [/unknown option '--rat'/, /Did you mean --rate\? See sfcrime produce --help\./],
  },
  {
    args: ["topic", "delete"],
    code: 2,
    says: [/missing required argument/, /See sfcrime topic delete --help\./],
  },
  { args: ["topic", "drop"], code: 2, says: [/unknown command 'drop'/, /See sfcrime topic --help\./] },
  { args: ["analyze", "--zz"], code: 2, says: [/unknown option '--zz'/, /See sfcrime analyze --help\./] },
  { args: ["consume", "--topic"], code: 2, says: [/'--topic <name>' argument missing/] },
  {
    args: ["produce", "calls.json"],
    code: 2,
    says: [/No input for topic calls\.json/, /sfcrime produce calls\.json FILE/],
  },
  {
    args: ["analyze", "by_typ"],
    code: 2,
    says: [/Query by_typ does not exist/, /Did you mean by_type\?/, /with_disposition/],
  },
  { args: ["analyze", "--trigger", "10"], code: 2, says: [/--trigger = "10": expected/, /10s/] },
  {
    args: ["produce", "--interval", "2 fortnights"],
    code: 2,
    says: [/--interval = "2 fortnights": expected/, /2m/],
  },
  { args: ["produce", "--limit", "0"], code: 2, says: [/--limit = "0": expected a whole number, 1 or more/] },
  { args: ["produce", "--rate", "5", "--interval", "1s"], code: 2, says: [/--rate and --interval/] },
  { args: ["consume", "--from", "here"], code: 2, says: [/--from = "here": expected beginning/] },
  { args: ["topic", "describe", "a b"], code: 2, says: [/"a b": expected a topic name/] },
  {
    args: ["produce", "-X", "kafka.tpic=a"],
    code: 2,
    says: [/\[kafka\] has no key tpic\. Did you mean topic\?/],
  },
  {
    args: ["config", "show", "--config", "no.cfg"],
    code: 2,
    says: [/Cannot read configuration file no\.cfg: no such file/],
  },
  {
    args: ["produce", "--input", "no.json"],
    code: 2,
    says: [/No such file: no\.json/, /- is stdin, and sample/],
  },
  { args: ["produce", "--input", "text.txt"], code: 1, says: [/text\.txt is not JSON: it starts with "h"/] },
  { args: ["produce", "--input", "empty.json"], code: 1, says: [/empty\.json is empty/] },
  { args: ["produce", "--input", "blank.json"], code: 1, says: [/blank\.json is empty/] },
  { args: ["produce", "--input", "."], code: 2, says: [/\. is a directory/] },
  {
    args: ["consume", "--topic", "no-such"],
    code: 1,
    says: [/Topic no-such does not exist/, /sfcrime produce/],
  },
  { args: ["analyze", "--topic", "no-such"], code: 1, says: [/Topic no-such does not exist/] },
  { args: ["topic", "describe", "no-such"], code: 1, says: [/Topic no-such does not exist/] },
  {
    args: ["config", "check", "--config", "bad.cfg"],
    code: 2,
    says: [
      /^sfcrime: bad\.cfg:2: \[kafka\] has no key topc .*Did you mean topic\?/,
      /^bad\.cfg:3: .*"x": expected a whole/m,
    ],
  },
  {
    args: ["config", "check", "--config", "broken.cfg"],
    code: 2,
    says: [/broken\.cfg:2: this line is not a section or a key/],
  },
  {
    args: ["config", "check", "--config", "sql.cfg"],
    code: 2,
    says: [
      /Query a, line 2, column 13: syntax error at or near calls/,
      /^ {2}cont\(\*\) FRM calls\n {14}\^{5}$/m,
    ],
  },
  {
    args: ["analyze", "--config", "column.cfg"],
    code: 2,
    says: [/Query a, line 1, column 8: .*adress/, /\baddress\b/, /^ {9}\^{6}$/m],
  },
  ...settingsThatCollide([
    {
      args: ["--config", "limits.cfg"],
      says: [
        /limits\.cfg:2: min_offsets_per_trigger = 9 is greater than .* = 5 \(limits\.cfg:3\)/,
        /No batch/,
      ],
    },
    {
      args: ["-X", "analyze.sink=kafka:sf-police-calls"],
      says: [/-X analyze\.sink: query by_type would write to sf-police-calls, which it reads/],
    },
    {
      args: ["--config", "loop.cfg"],
      says: [/loop\.cfg:3: query a would write to sf-police-calls, which it reads/, /another topic/],
    },
    {
      args: ["-X", "analyze.late_rows=kafka:sf-police-calls"],
      says: [/late rows of by_type would go to sf-police-calls, which it reads/],
    },
    {
      args: ["--config", "shared.cfg"],
      says: [/shared\.cfg:6: same is already the checkpoint of a/, /another directory for b/],
    },
    {
      args: ["-X", "analyze.progress=-"],
      says: [/Cannot write progress to stdout: query by_type writes its rows there/],
    },
  ]),
];

/** What no value is wrong of, but two of them together: `config check` finds it as the run itself does. */
function settingsThatCollide(cases: readonly Omit<Refusal, "code">[]): Refusal[] {
  return cases.flatMap(({ args, says }): Refusal[] =>
    [["analyze"], ["config", "check"]].map((verb) => ({ args: [...verb, ...args], code: 2, says }))
  );
}

Deno.test("What is wrong is said in one message with what to do, without a stack; 2 for usage, 1 for failures", async () => {
  await using directory = await tempDir();
  await directory.write("text.txt", "hello\n");
  await directory.write("empty.json", "");
  await directory.write("blank.json", " \n\t\n");
  await directory.write("bad.cfg", "[kafka]\ntopc = a\nnum_partitions = x\n");
  await directory.write("broken.cfg", "[kafka]\ntopic\n");
  await directory.write("sql.cfg", "[query.a]\nsql = SELECT\n   cont(*) FRM calls\n");
  await directory.write("column.cfg", "[query.a]\nsql = SELECT adress FROM calls\n");
  await directory.write(
    "limits.cfg",
    "[analyze]\nmin_offsets_per_trigger = 9\nmax_offsets_per_trigger = 5\n",
  );
  await directory.write(
    "loop.cfg",
    "[query.a]\nsql = SELECT city FROM calls\nsink = kafka:sf-police-calls\n",
  );
  const query = (name: string) => `[query.${name}]\nsql = SELECT city FROM calls\ncheckpoint = same\n`;
  await directory.write("shared.cfg", `${query("a")}${query("b")}`);
  const nobody = `127.0.0.1:${freePorts(1)[0]}`;
  for (const [index, { args, code, says }] of USAGE.entries()) {
    const dataDir = `${directory.path}/data-${index}`;
    // Whatever is found wrong in the words of a command is found before any broker is touched.
    const broker = code === 2 ? ["--bootstrap-server", nobody] : [];
    const result = await runInProcess([...broker, "--data-dir", dataDir, ...args], { cwd: directory.path });
    const shown = `sfcrime ${args.join(" ")}\n${result.stderr}`;
    equal(result.code, code, shown);
    equal(result.stdout, "", shown);
    for (const pattern of says) match(result.stderr, pattern, shown);
    doesNotMatch(result.stderr, /^ +at /m, shown);
    match(result.stderr, /^sfcrime: /m, shown);
    if (code === 2) ok(!await exists(dataDir), shown);
  }
});

Deno.test("A text file that is not UTF-8 is refused with its line: the configuration, a statement, a table", async () => {
  await using directory = await tempDir();
  const latin1 = (name: string, text: string) =>
    directory.write(name, Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  await latin1("latin.cfg", "[kafka]\n# Caf\xe9\ntopic = caf\xe9\n");
  await latin1("utf16.cfg", "\xff\xfe[\0k\0a\0f\0k\0a\0]\0");
  await latin1("query.sql", "SELECT city\nFROM calls -- caf\xe9\n");
  await directory.write("query.cfg", "[query.a]\nsql_file = query.sql\n");
  await latin1("codes.json", '[{"disposition_code": "A"},\n {"disposition_code": "\xe9"}]\n');
  await latin1("codes.csv", "disposition_code,description\nA,caf\xe9\n");
  for (
    const [code, place, ...args] of [
      [2, "latin.cfg:2", "config", "check", "--config", "latin.cfg"],
      [2, "utf16.cfg:1", "config", "show", "--config", "utf16.cfg"],
      [2, "query.sql:2", "config", "check", "--config", "query.cfg"],
      [1, "Table radio_code, line 2 of codes.json", "config", "check", "-X", "spark.input_file=codes.json"],
      [
        1,
        "Table radio_code, line 2 of codes.csv",
        ...["config", "check", "-X", "spark.input_file=codes.csv", "-X", "table.radio_code.format=csv"],
      ],
    ] as const
  ) {
    const result = await runInProcess(args, { cwd: directory.path });
    equal(result.code, code, result.stderr);
    match(result.stderr, /^sfcrime: .*: this line is not valid UTF-8\.\n {2}Save the file as UTF-8/);
    ok(result.stderr.startsWith(`sfcrime: ${place}: `), result.stderr);
  }
});

/** Requests are retried for twice this time; a first connection is given up on after a few seconds. */
const FIRST_CONTACT_MS_MAX = 30_000;

Deno.test("A Kafka that is not there is named soon, with what to try", async () => {
  const server = `127.0.0.1:${freePorts(1)[0]}`;
  for (const verb of [["produce"], ["consume"], ["analyze"], ["topic", "list"]]) {
    const startMs = performance.now();
    const { code, stdout, stderr } = await run([...verb, "-b", server]);
    ok(performance.now() - startMs < FIRST_CONTACT_MS_MAX);
    equal(code, 1);
    equal(stdout, "");
    ok(stderr.includes(`Cannot connect to Kafka: ${server}: connection refused.`), stderr);
    match(stderr, /--bootstrap-server/);
    // There may be no compose.yaml where the program runs.
    doesNotMatch(stderr, /docker/);
  }
});

Deno.test("A server that takes connections and never answers is given up on too", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const taken: Deno.Conn[] = [];
  const taking = (async () => {
    for await (const connection of listener) taken.push(connection);
  })();
  const server = `127.0.0.1:${listener.addr.port}`;
  const startMs = performance.now();
  const { code, stderr } = await run(["topic", "list", "-b", server]);
  ok(performance.now() - startMs < FIRST_CONTACT_MS_MAX);
  equal(code, 1);
  ok(stderr.includes(`Kafka at ${server} did not answer within 4 s.`), stderr);
  match(stderr, /security\.protocol/);
  ok(taken.length > 0);
  listener.close();
  await taking;
  taken.forEach((connection) => connection.close());
});
