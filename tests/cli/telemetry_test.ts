/** What a run exports for OpenTelemetry, by the runtime's own exporter, to a receiver of its protocol. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { OtlpReceiver } from "../support/otlp_receiver.ts";
import { run, start } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { whenTrue } from "../support/when_true.ts";

const PHASES = ["latestOffset", "walCommit", "addBatch", "commitOffsets"];

/** As far as it is compared. */
interface Progress {
  readonly batchId: number;
  readonly timestamp: string;
  readonly numInputRows: number;
  readonly durationMs: Readonly<Record<string, number>>;
  readonly sink: { readonly numOutputRows: number };
}

Deno.test("Each batch is a trace with its phases and figures, beside the metrics and the requests of the runtime", async () => {
  await using directory = await tempDir();
  await using receiver = new OtlpReceiver();
  await succeedInProcess(["produce", "--limit", "500"], { cwd: directory.path });
  const words = ["analyze", "by_type", "--ui", "--ui-port", "0", "--trigger", "200ms", "--sink", "none"];
  const program = start(
    [...words, "--workers", "1", "--max-offsets-per-trigger", "200", "--progress", "progress.json"],
    { cwd: directory.path, env: receiver.environment },
  );
  try {
    await program.until(({ stderr }) => stderr.includes("by_type batch 2"));
    const [, url] = /^Dashboard at (\S+)/m.exec(program.stderr)!;
    equal((await fetch(`${url}/api/info`)).status, 200);
  } finally {
    program.kill("SIGINT");
  }
  equal((await program.ended()).code, 0);

  const lines = (await Deno.readTextFile(join(directory.path, "progress.json"))).trim().split("\n")
    .map((line) => JSON.parse(line) as Progress);
  equal(lines.length, 3);
  const own = receiver.spans.filter(({ scope }) => scope === "sfcrime");
  equal(own.length, lines.length * (1 + PHASES.length));
  for (const { batchId, timestamp, numInputRows, durationMs, sink } of lines) {
    const batch = own.find(({ attributes }) => attributes["sfcrime.batch_id"] === batchId)!;
    deepEqual([batch.name, batch.parentSpanId], ["batch by_type", ""]);
    deepEqual(
      [batch.startMs, batch.endMs - batch.startMs],
      [Date.parse(timestamp), durationMs["triggerExecution"]],
    );
    const figures = ["query", "input_records", "output_rows", "lag_records", "late_rows"];
    deepEqual(figures.map((name) => batch.attributes[`sfcrime.${name}`]), [
      "by_type",
      numInputRows,
      sink.numOutputRows,
      [300, 100, 0][batchId],
      0,
    ]);
    const phases = own.filter(({ parentSpanId }) => parentSpanId === batch.spanId);
    deepEqual(
      phases.map(({ name, traceId, startMs, endMs }) => [name, traceId, endMs - startMs]),
      PHASES.map((name) => [name, batch.traceId, durationMs[name]]),
    );
  }

  // They are sent once a minute, and at the end; those of memory by the minute only.
  const pointOf = (name: string) => receiver.points.find((point) => point.name === name);
  const metrics = ["batches", "input_records", "output_rows", "lag_records"];
  deepEqual(metrics.map((name) => pointOf(`sfcrime.${name}`)!.value), [
    3,
    500,
    lines.reduce((sum, { sink }) => sum + sink.numOutputRows, 0),
    0,
  ]);
  equal(pointOf("sfcrime.batch_duration")!.count, 3);
  deepEqual(pointOf("sfcrime.batches")!.attributes, { "sfcrime.query": "by_type" });
  equal(pointOf("http.server.request.duration")!.count, 1);
  const request = receiver.spans.find(({ name, scope }) => name === "GET" && scope !== "sfcrime")!;
  equal(request.attributes["url.path"], "/api/info");
});

Deno.test("Metrics are sent while a query runs, with the memory of the runtime", async () => {
  await using directory = await tempDir();
  await using receiver = new OtlpReceiver();
  await succeedInProcess(["produce", "--limit", "5"], { cwd: directory.path });
  const program = start(
    ["analyze", "by_type", "--trigger", "1h", "--sink", "none", "--workers", "1"],
    { cwd: directory.path, env: { ...receiver.environment, OTEL_METRIC_EXPORT_INTERVAL: "200" } },
  );
  const valueOf = (name: string) => receiver.points.find((point) => point.name === name)?.value;
  try {
    await whenTrue(() =>
      valueOf("sfcrime.input_records") === 5 && valueOf("v8js.memory.heap.size") !== undefined
    );
  } finally {
    // The runtime may hang at an end that it could choose itself, as it is sending metrics all the time.
    program.kill("SIGKILL");
  }
  await program.ended();
});

Deno.test("The batch that ends its query with an error is a trace with that error", async () => {
  await using directory = await tempDir();
  await using receiver = new OtlpReceiver();
  await succeedInProcess(["produce", "--limit", "5"], { cwd: directory.path });
  const { code, stderr } = await run(
    [
      ...["analyze", "bad", "--trigger", "available-now", "--sink", "none", "--workers", "1"],
      ...["-X", "query.bad.sql=SELECT 1 / (length(city) - length(city)) AS q FROM calls"],
    ],
    { cwd: directory.path, env: receiver.environment },
  );
  equal(code, 1);
  const own = receiver.spans.filter(({ scope }) => scope === "sfcrime");
  deepEqual(own.map(({ name, status, attributes }) => [name, status.code, attributes]), [
    ["batch bad", 2, { "sfcrime.query": "bad" }],
  ]);
  match(own[0]!.status.message!, /zero/i);
  ok(stderr.includes(own[0]!.status.message!.split("\n")[0]!));
});
