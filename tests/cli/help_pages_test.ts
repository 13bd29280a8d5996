import { equal, match, ok } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { startOnTerminal } from "../support/terminal.ts";

Deno.test("help of a command is its --help; without a name it is that of the program, and the documents", async () => {
  for (const path of [["topic"], ["topic", "create"], ["analyze"], ["help"]]) {
    const [page, flag] = [
      await succeedInProcess(["help", ...path]),
      await succeedInProcess([...path, "--help"]),
    ];
    equal(page.stdout, flag.stdout);
    equal(page.stderr, "");
  }
  const { stdout } = await succeedInProcess(["help"]);
  match(stdout, /^Usage: sfcrime \[options\] \[command\]$/m);
  match(stdout, /^ {2}sql +Statements and functions of SQL$/m);
});

Deno.test("help prints a document, whichever way its name is written", async () => {
  const { stdout } = await succeedInProcess(["help", "any_topic"]);
  match(stdout, /^ANY TOPIC\n\n/);
  for (const words of [["any-topic"], ["any", "topic"], ["any_topic.md"], ["Any_Topic"]]) {
    equal((await succeedInProcess(["help", ...words])).stdout, stdout, words.join(" "));
  }
});

Deno.test("help finds a setting, a function and a metric in the documents, with what stands there", async () => {
  const setting = (await succeedInProcess(["help", "max_offsets_per_trigger"])).stdout;
  match(setting, /^\[analyze\]$/im);
  match(setting, /^\[spark\]$/im);
  equal(
    (await succeedInProcess(["help", "analyze.late_rows"])).stdout,
    (await succeedInProcess(["help", "late_rows"])).stdout,
  );
  match((await succeedInProcess(["help", "producer.key"])).stdout, /crime_id/);
  match((await succeedInProcess(["help", "date_trunc"])).stdout, /date_trunc\(/);
  match((await succeedInProcess(["help", "DATE_TRUNC"])).stdout, /date_trunc\(/);
});

Deno.test("What there is no help on is refused, with what was meant", async () => {
  const { code, stdout, stderr } = await runInProcess(["help", "date_trnc"]);
  equal(code, 2);
  equal(stdout, "");
  match(stderr, /^sfcrime: There is no help on date_trnc\.\n {2}Did you mean date_trunc\?/);
  const far = await runInProcess(["help", "what on earth"]);
  equal(
    far.stderr,
    "sfcrime: There is no help on what on earth.\n  sfcrime help lists the commands and the documents.\n",
  );
});

const SIZE = { columns: 80, rows: 24 };

Deno.test("On a terminal a document is paged with the keys of less, and what was there before comes back", async () => {
  const terminal = startOnTerminal(["help", "sinks"], SIZE);
  await terminal.until(() => terminal.screen()[0] === "SINKS" && terminal.screen().at(-1) !== "");
  match(terminal.screen().at(-1)!, /^\d+ % +space: next page, b: back, \/: search, q: quit$/);
  terminal.type("G");
  await terminal.until(() => terminal.screen().at(-1)!.startsWith("end "));
  terminal.type("g");
  await terminal.until(() => terminal.screen()[0] === "SINKS");
  terminal.type("/parquet\r");
  await terminal.until(() => /parquet/i.test(terminal.screen()[0]!));
  terminal.resize({ columns: 60, rows: 12 });
  await terminal.until(() =>
    terminal.screen().slice(0, 11).every((line) => line.length <= 60) && / %/.test(terminal.screen()[11]!)
  );
  terminal.type("q");
  equal(await terminal.ended(), 0);
  equal(terminal.screen().join("").trim(), "");
});

Deno.test("Ctrl-C ends the pager, and leaves the terminal as it was", async () => {
  const terminal = startOnTerminal(["help", "sinks"], SIZE);
  await terminal.until(() => terminal.screen()[0] === "SINKS" && terminal.screen().at(-1) !== "");
  terminal.type("\x03");
  equal(await terminal.ended(), 0);
  equal(terminal.screen().join("").trim(), "");
  ok(terminal.raw.endsWith("\x1b[?25h\x1b[?1049l"), JSON.stringify(terminal.raw.slice(-40)));
});

Deno.test("What fits on the screen is not paged", async () => {
  const terminal = startOnTerminal(["help", "version"], { columns: 80, rows: 40 });
  equal(await terminal.ended(), 0);
  match(terminal.screen()[0]!, /^Usage: sfcrime version/);
});
