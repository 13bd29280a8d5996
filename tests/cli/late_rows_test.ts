/** What goes beyond Spark: late records are shown, silent streams wait for nobody, open groups come at the end. */
import { deepEqual, equal, match, ok } from "assert";
import { runInProcess } from "../support/program_in_process.ts";
import { join } from "node:path";
import { at, LATE_RUN, LatePlace, lateRows, RECORDS, RUN } from "../support/late_place.ts";
import { lines } from "../support/workplace.ts";

function windowsOf(stdout: string): string[] {
  return lines(stdout).map((line) => {
    const { start, n } = JSON.parse(line) as { start: string; n: number };
    return `${start.slice(11, 16)} ${n}`;
  }).toSorted();
}

Deno.test("--late-rows writes each record of which a row was too late, with its place, once for each query", async () => {
  await using place = new LatePlace();
  await place.send(RECORDS);
  await place.succeedInProcess([...LATE_RUN, "--workers", "2", "--late-rows", "late.ndjson"]);
  const late = lines(await Deno.readTextFile(join(place.directory, "late.ndjson")));
  deepEqual(late.toSorted(), lateRows(place.topic));
});

Deno.test("--late-rows kafka:TOPIC puts the same into a topic, which is made where it is missing", async () => {
  await using place = new LatePlace();
  await place.send(RECORDS);
  const words = [...LATE_RUN, "--late-rows", "kafka:late", "-X", "kafka.num_partitions=2"];
  match(
    (await place.succeedInProcess(words)).stderr,
    /^Created topic late \(2 partitions, keeps records forever\)$/m,
  );
  const consume = ["consume", "--topic", "late", "--from", "beginning", "--exit-at-end", "--format", "value"];
  const late = async () => lines((await runInProcess(consume, { cwd: place.directory })).stdout).toSorted();
  deepEqual(await late(), lateRows(place.topic));
  ok(!(await place.succeedInProcess(words)).stderr.includes("Topic late made"));
  deepEqual(await late(), [...lateRows(place.topic), ...lateRows(place.topic)].toSorted());
});

Deno.test("Late rows cannot go to a topic that is read, or that cannot be", async () => {
  await using place = new LatePlace();
  const read = await place.runInProcess([...LATE_RUN, "--late-rows", `kafka:${place.topic}`]);
  equal(read.code, 2);
  match(read.stderr, /late rows of windows would go to \S+, which it reads\.\n.*Choose another topic/);
  const wrong = await place.runInProcess([...LATE_RUN, "--late-rows", "kafka:my topic"]);
  equal(wrong.code, 2);
  match(
    wrong.stderr,
    /--late-rows = "kafka:my topic": expected a path, or kafka:TOPIC with a topic name: 1 to 249/,
  );
});

Deno.test("--flush-at-end gives the groups that are open at the end, and none twice when the query goes on", async () => {
  await using place = new LatePlace();
  await place.send([at("11:00"), at("12:00")]);
  const windows = async (...args: string[]) =>
    windowsOf((await place.succeedInProcess(["analyze", "windows", ...RUN, ...args])).stdout);
  deepEqual(await windows(), ["11:00 1"]);
  deepEqual(await windows("--flush-at-end"), ["11:00 1", "12:00 1"]);
  const kept = ["--checkpoint", "kept", "--flush-at-end"];
  deepEqual(await windows(...kept), ["11:00 1", "12:00 1"]);
  // Behind the windows that were given out, a row of them is late.
  await place.send([at("12:09"), at("12:10")]);
  deepEqual(await windows(...kept), ["12:10 1"]);
  deepEqual(await windows(...kept), []);
});

Deno.test("--flush-at-end also gives the groups that were due before a restart", async () => {
  await using place = new LatePlace();
  await place.send([at("11:00"), at("12:00")]);
  const once = async (...args: string[]) => {
    const run = ["analyze", "early", "--trigger", "once", "--sink", "ndjson", "--checkpoint", "kept"];
    return windowsOf((await place.succeedInProcess([...run, ...args])).stdout);
  };
  // The watermark, 11:50, has passed the only group.
  deepEqual(await once(), []);
  deepEqual(await once(), []);
  deepEqual(await once("--flush-at-end"), ["11:00 1"]);
  deepEqual(await once("--flush-at-end"), []);
});

Deno.test("--flush-at-end also gives the groups of groups, and of rows that a join holds back", async () => {
  await using place = new LatePlace();
  await place.send([at("11:00", "x"), at("11:20", "x"), at("12:00", "y")]);
  const flushed = async (sql: string) =>
    windowsOf((await place.succeedInProcess(["analyze", "--sql", sql, ...RUN, "--flush-at-end"])).stdout);
  deepEqual(
    await flushed(
      `SELECT window(w, '1 hour').start AS start, sum(n) AS n
        FROM (SELECT window(at, '10 minutes') AS w, count(*) AS n FROM a GROUP BY 1) GROUP BY window(w, '1 hour')`,
    ),
    ["11:00 2", "12:00 1"],
  );
  deepEqual(
    await flushed(
      `SELECT window(l.at, '10 minutes').start AS start, count(r.id) AS n FROM a l LEFT JOIN a r
        ON l.id = r.id AND r.at > l.at AND r.at <= l.at + INTERVAL 30 MINUTES GROUP BY window(l.at, '10 minutes')`,
    ),
    ["11:00 1", "11:20 0", "12:00 0"],
  );
});

Deno.test("--idle-timeout lets a stream go on without one that has fallen silent", async () => {
  await using place = new LatePlace();
  await place.succeedInProcess(["topic", "create", "other"]);
  await place.send([at("10:00")], ["--topic", "other"]);
  await place.send([at("11:00"), at("12:00")]);
  const program = place.start([
    ...["analyze", "both", "--trigger", "100ms", "--sink", "ndjson", "--idle-timeout", "1s"],
  ]);
  await program.until(({ stdout }) => lines(stdout).length >= 2);
  program.kill("SIGINT");
  equal((await program.ended()).code, 0);
  deepEqual(windowsOf(program.stdout), ["10:00 1", "11:00 1"]);
});
