/** The session that the program is made for, in three terminals: produce, consume and analyze at the same time. */
import { deepEqual, equal, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { lines, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const TRIGGER_MS = 1_000;
/** How far behind its tick a batch may begin on a busy machine, for most of the batches. */
const LATE_MS_MAX = 400;

interface Progress {
  readonly query: string;
  readonly batchId: number;
  readonly triggeredAtMs: number;
  readonly inputRecords: number;
}

/** The progress of the batches, from the log in JSON. */
function progressOf(stderr: string): Progress[] {
  return lines(stderr).filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Progress)
    .filter(({ batchId }) => batchId !== undefined);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]!;
}

Deno.test("Produce, consume and analyze run together; each tick brings both queries' tables; all end well", async () => {
  await using place = new Workplace(servers);
  await place.succeed(["topic", "create", place.topic, "--partitions", "2"]);
  const analyzing = place.start(["analyze", "--trigger", `${TRIGGER_MS}ms`, "--log-format", "json"]);
  const consuming = place.start(["consume", "--from", "beginning", "--format", "ndjson"]);
  const producing = place.start(["produce", "--interval", "100ms", "--progress-interval", "10"]);
  const withRecords = (stderr: string) =>
    progressOf(stderr).filter(({ query, inputRecords }) => query === "by_type" && inputRecords > 0);
  await analyzing.until(({ stderr }) => withRecords(stderr).length >= 5);
  producing.kill("SIGINT");
  const produced = await producing.ended();
  const sent = Number(/(\d+) records \(/.exec(produced.stderr)?.[1]);
  const analysed = (stderr: string) =>
    withRecords(stderr).reduce((sum, { inputRecords }) => sum + inputRecords, 0);
  await analyzing.until(({ stderr }) => analysed(stderr) === sent);
  await consuming.until(({ stdout }) => lines(stdout).length === sent);
  analyzing.kill("SIGINT");
  consuming.kill("SIGINT");
  const [analysis, consumption] = await Promise.all([analyzing.ended(), consuming.ended()]);
  deepEqual([produced.code, analysis.code, consumption.code], [0, 0, 0]);

  const keys = lines(consumption.stdout).map((line) => (JSON.parse(line) as { key: string }).key);
  deepEqual(keys.toSorted(), sampleCalls().slice(0, sent).map(({ crime_id: id }) => id).toSorted());

  const batches = progressOf(analysis.stderr);
  const byQuery = (name: string) => batches.filter(({ query }) => query === name);
  const tables = lines(analysis.stdout).filter((line) => line.startsWith("Batch: "));
  equal(tables.length, batches.length);
  deepEqual(
    byQuery("by_type").map(({ batchId, triggeredAtMs }) => [batchId, triggeredAtMs]),
    byQuery("with_disposition").map(({ batchId, triggeredAtMs }) => [batchId, triggeredAtMs]),
  );
  for (
    const columns of [
      /^\| *original_crime_type_name\| *count\|$/,
      /^\| *call_date_time\|.*\| *description\|$/,
    ]
  ) {
    const headers = lines(analysis.stdout).filter((line) => columns.test(line));
    equal(headers.length, byQuery("by_type").length, String(columns));
  }

  // The first batch begins at once, the others at multiples of the interval, each at another one.
  const ticks = byQuery("by_type").slice(1).map(({ triggeredAtMs }) => triggeredAtMs);
  equal(new Set(ticks.map((ms) => Math.floor(ms / TRIGGER_MS))).size, ticks.length);
  const late = median(ticks.map((ms) => ms % TRIGGER_MS));
  ok(late < LATE_MS_MAX, `batches began ${late} ms behind their ticks: ${ticks}`);
});
