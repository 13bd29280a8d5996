import { equal, match, ok } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { startOnTerminal } from "../support/terminal.ts";

const CALLS = Array.from(
  { length: 30 },
  (_, id) =>
    `${
      JSON.stringify({
        crime_id: String(id),
        address: `${id} Market Street`,
        call_date_time: "2018-12-31T23:57:00.000",
      })
    }\n`,
)
  .join("");

async function withCalls() {
  const directory = await tempDir();
  await succeedInProcess(["produce", "--input", "-"], { cwd: directory.path, stdin: CALLS });
  return directory;
}

const ADDRESSES = [
  "analyze",
  "--sql",
  "SELECT crime_id, concat(address, ', San Francisco') AS place FROM calls",
];

Deno.test("On a terminal a table has the query's name, whole cells that fit, and the number of rows", async () => {
  await using directory = await withCalls();
  const terminal = startOnTerminal(ADDRESSES, { cwd: directory.path, columns: 80, rows: 60 });
  equal(await terminal.ended(), 0);
  const text = terminal.everything().join("\n");
  match(text, /^sql {2}batch 0, the first 20 rows of 30$/m);
  match(text, /^\|19 +\|19 Market Street, San Francisco\|$/m);
  ok(!text.includes("Batch:"));
  const narrow = startOnTerminal(ADDRESSES, { cwd: directory.path, columns: 30, rows: 60 });
  equal(await narrow.ended(), 0);
  match(narrow.everything().join("\n"), /^\|19 +\|19 Market S.*\.\.\.\|$/m);
});

Deno.test("A window is shown as start – end, and a batch without rows not at all", async () => {
  await using directory = await withCalls();
  const windows = [
    ...[
      "analyze",
      "--sql",
      "SELECT window(call_date_time, '1 hour') AS hour, count(*) AS n FROM calls GROUP BY 1",
    ],
    ...["--watermark", "call_date_time 10 minutes", "--flush-at-end"],
  ];
  const terminal = startOnTerminal(windows, { cwd: directory.path, columns: 80, rows: 40 });
  equal(await terminal.ended(), 0);
  const text = terminal.everything().join("\n");
  match(text, /^\|2018-12-31 23:00 – 2019-01-01 00:00\| 30\|$/m);
  equal([...text.matchAll(/^sql {2}batch/gm)].length, 1, text);
});

Deno.test("--spark-console prints Spark's bytes on a terminal, too; --rows and --truncate work as Spark's options", async () => {
  await using directory = await withCalls();
  const cwd = directory.path;
  const piped = (await succeedInProcess(ADDRESSES, { cwd })).stdout;
  match(piped, /^-+\nBatch: 0\n-+\n\+-+\+-+\+\n/);
  const terminal = startOnTerminal([...ADDRESSES, "--spark-console"], { cwd, columns: 120, rows: 60 });
  equal(await terminal.ended(), 0);
  ok(terminal.raw.replaceAll("\r\n", "\n").includes(piped));
  const cut = (await succeedInProcess([...ADDRESSES, "--rows", "2", "--truncate", "7"], { cwd })).stdout;
  match(cut, /^\| {7}1\|1 Ma\.\.\.\|\n\+-+\+-+\+\nonly showing top 2 rows$/m);
  const whole = (await succeedInProcess([...ADDRESSES, "--truncate", "false"], { cwd })).stdout;
  match(whole, /^\|29? +\|29? Market Street, San Francisco *\|$/m);
});

Deno.test("Flags for tables are refused without the sink console, and with values that they do not take", async () => {
  for (
    const [args, says] of [
      [["--rows", "0"], '--rows = "0": expected a whole number from 1 to 10,000.'],
      [["--truncate", "a"], '--truncate = "a": expected true, false, or a number of characters.'],
      [["--sink", "ndjson", "--rows", "5"], "--rows is for the sink console, which no query has."],
    ] as const
  ) {
    await using directory = await tempDir();
    const { code, stderr } = await runInProcess(["analyze", "by_type", ...args], { cwd: directory.path });
    equal(code, 2);
    ok(stderr.includes(`sfcrime: ${says}\n`), stderr);
  }
});
