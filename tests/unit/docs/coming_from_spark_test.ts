import { deepEqual, equal, match } from "assert";
import { NAMED_REFERENCE } from "../../../lib/config/reference/named_keys.ts";
import { REFERENCE } from "../../../lib/config/reference/reference.ts";
import { runInProcess, succeedInProcess } from "../../support/program_in_process.ts";
import { tempDir } from "../../support/temp_dir.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/coming_from_spark.md", import.meta.url));

Deno.test("The job that the page translates is valid, and gives the rows of its query", async () => {
  await using directory = await tempDir();
  const file = /```ini\n(.*?)```/s.exec(PAGE)![1]!;
  // There is no such Kafka.
  await directory.write("job.cfg", file.replace(/^bootstrap_servers = .*$/m, "").replace("append", "update"));
  const cwd = directory.path;
  await Deno.mkdir(`${cwd}/out`);
  const { stderr } = await succeedInProcess(["--config", "job.cfg", "config", "check"], { cwd });
  match(stderr, /Configuration OK \(job\.cfg\): 1 query/);
  const rows = ["09:10", "09:50", "10:00"].map((time) => `{"city":"SF","at":"2019-01-01T${time}:00Z"}\n`)
    .join("");
  await succeedInProcess(["produce", "--topic", "calls", "--input", "-"], { cwd, stdin: rows });
  const run = [
    "--config",
    "job.cfg",
    "analyze",
    "--trigger",
    "available-now",
    "-X",
    "query.by_hour.sink=ndjson",
  ];
  const { stdout } = await succeedInProcess([...run, "-X", "query.by_hour.trigger=available-now"], { cwd });
  deepEqual(
    stdout.trim().split("\n").map((line) => JSON.parse(line).count).toSorted(),
    [1, 2],
  );
});

Deno.test("Every key and flag of the page's table is there", async () => {
  const table = PAGE.slice(PAGE.indexOf("| In Spark"), PAGE.indexOf("## What to know"));
  const cells = table.split("\n").slice(2).flatMap((row) => row.split("|").slice(2, 3));
  const keys = new Set([...Object.values(REFERENCE), ...Object.values(NAMED_REFERENCE)].flatMap(Object.keys));
  const help = (await runInProcess(["analyze", "--help"])).stdout;
  for (const [, code] of cells.join("\n").matchAll(/`([^`]+)`/g)) {
    const [key] = /^[a-z_]+(?=$| = )/.exec(code!) ?? [];
    const isValue = ["once", "available-now"].includes(code!);
    if (key !== undefined && !isValue) equal(keys.has(key), true, code);
    const [flag] = /^--[a-z-]+/.exec(code!) ?? [];
    if (flag !== undefined && flag !== "--once") match(help, new RegExp(`${flag}\\b`), code);
  }
});
