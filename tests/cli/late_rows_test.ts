/** What goes beyond Spark: late records are shown, silent streams wait for nobody, open groups come at the end. */
import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { lines, Workplace } from "../support/workplace.ts";

const CONFIG = `[stream.a]
columns = at TIMESTAMP, id STRING
watermark = at 10 minutes
[stream.b]
topic = other
columns = at TIMESTAMP, id STRING
watermark = at 10 minutes
[query.windows]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n FROM a WHERE id <> 'no' GROUP BY window(at, '10 minutes')
[query.changed]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n FROM a GROUP BY window(at, '10 minutes')
output_mode = update
[query.ids]
sql = SELECT id FROM a
deduplicate = id
[query.both]
sql = SELECT window(at, '10 minutes').start AS start, count(*) AS n
    FROM (SELECT at FROM a UNION ALL SELECT at FROM b) GROUP BY window(at, '10 minutes')
`;

interface TestRecord {
  readonly at: string;
  readonly id: string;
}

class Place extends Workplace {
  constructor() {
    super();
    Deno.writeTextFileSync(join(this.directory, "app.cfg"), CONFIG);
  }

  async send(records: readonly TestRecord[], args: readonly string[] = []): Promise<void> {
    const stdin = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await this.succeed(["produce", "--input", "-", ...args], { stdin });
  }
}

function at(time: string, id = time): TestRecord {
  return { at: `2018-01-01T${time}:00Z`, id };
}

/** Batches of two: the rows behind 12:00 are late from the third batch on. */
const RECORDS = [
  ...[at("11:00"), at("12:00")],
  ...[at("11:01"), at("12:01")],
  ...[at("11:02"), at("11:50")],
  ...[at("11:03", "no"), at("12:02")],
];
const RUN = ["--trigger", "available-now", "--max-offsets-per-trigger", "2", "--sink", "ndjson"];

function windowsOf(stdout: string): string[] {
  return lines(stdout).map((line) => {
    const { start, n } = JSON.parse(line) as { start: string; n: number };
    return `${start.slice(11, 16)} ${n}`;
  }).toSorted();
}

Deno.test("--late-rows writes each record of which a row was too late, with its place, once for each query", async () => {
  await using place = new Place();
  await place.send(RECORDS);
  const args = ["analyze", "windows", "changed", "ids", ...RUN, "--late-rows", "late.ndjson"];
  await place.succeed([...args, "--workers", "2"]);
  const late = lines(await Deno.readTextFile(join(place.directory, "late.ndjson")))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const expected = (["windows", "changed", "ids"] as const).flatMap((query) =>
    RECORDS.flatMap((record, offset) => {
      // Rows are late by 11:50 in the third batch, and by 11:51 in the last: a key by its time, a window by its end.
      const batchId = Math.floor(offset / 2);
      const lastLate = query === "ids" ? "2018-01-01T11:50:00Z" : "2018-01-01T11:49:59Z";
      const isLate = batchId >= 2 && record.at <= lastLate;
      if (!isLate || (query === "windows" && record.id === "no")) return [];
      const value = JSON.stringify(record);
      return [JSON.stringify({ query, batchId, topic: place.topic, partition: 0, offset, value })];
    })
  );
  deepEqual(late.map((record) => JSON.stringify(record)).toSorted(), expected.toSorted());
});

Deno.test("--flush-at-end gives the groups that are open at the end, and none twice when the query goes on", async () => {
  await using place = new Place();
  await place.send([at("11:00"), at("12:00")]);
  const windows = async (...args: string[]) =>
    windowsOf((await place.succeed(["analyze", "windows", ...RUN, ...args])).stdout);
  deepEqual(await windows(), ["11:00 1"]);
  deepEqual(await windows("--flush-at-end"), ["11:00 1", "12:00 1"]);
  const kept = ["--checkpoint", "kept", "--flush-at-end"];
  deepEqual(await windows(...kept), ["11:00 1", "12:00 1"]);
  // Behind the windows that were given out, a row of them is late.
  await place.send([at("12:09"), at("12:10")]);
  deepEqual(await windows(...kept), ["12:10 1"]);
  deepEqual(await windows(...kept), []);
});

Deno.test("--idle-timeout lets a stream go on without one that has fallen silent", async () => {
  await using place = new Place();
  await place.succeed(["topic", "create", "other"]);
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
