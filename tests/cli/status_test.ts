/** What queries are doing, in the log: as a real Spark says it. */
import { deepEqual, equal } from "assert";
import type { StreamingQueryStatus } from "../../lib/monitoring/run_listener.ts";
import sparks from "../golden/status/answers.json" with { type: "json" };
import { lines, Workplace } from "../support/workplace.ts";

const SETTINGS = {
  "stream.events.columns": "at TIMESTAMP",
  "stream.events.watermark": "at 0 seconds",
  "query.counts.sql": "SELECT at, count(*) AS n FROM events GROUP BY at",
  "query.counts.output_mode": "append",
};

/** What lasts, and what is the same for every source: Spark also has a step before its first batch. */
function lasting(statuses: readonly StreamingQueryStatus[]): StreamingQueryStatus[] {
  return statuses.filter(({ message, isTriggerActive }) =>
    message !== "Initializing StreamExecution" &&
    (isTriggerActive || /^(Initializing sources|Waiting for next trigger|Stopped)$/.test(message))
  ).map((status) => ({ ...status, message: status.message.replace(/ from .*/, "") }));
}

function logged(stderr: string): StreamingQueryStatus[] {
  return lines(stderr).map((line) => JSON.parse(line) as { status?: StreamingQueryStatus })
    .flatMap(({ status }) => status === undefined ? [] : [status]);
}

Deno.test("With --log-level debug the log has each StreamingQueryStatus, as Spark goes through them", async () => {
  await using place = new Workplace();
  await place.succeed(["produce", "--input", "-"], { stdin: '{"at":"2018-01-01T00:00:00"}\n' });
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-X", `${name}=${value}`]);
  const log = ["--log-level", "debug", "--log-format", "json"];
  const program = place.start([
    "analyze",
    "counts",
    "--sink",
    "none",
    "--trigger",
    "500ms",
    ...settings,
    ...log,
  ]);
  const expected = lasting(sparks);
  await program.until(({ stderr }) => lasting(logged(stderr)).length >= expected.length);
  program.kill("SIGINT");
  const { code, stderr } = await program.ended();
  equal(code, 0);
  const here = lasting(logged(stderr));
  deepEqual([...here.slice(0, expected.length - 1), here.at(-1)], expected);
});
