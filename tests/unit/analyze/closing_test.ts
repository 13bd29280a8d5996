/** What stays open, and which error is told, when a query cannot be closed. */
import { deepEqual, rejects } from "assert";
import { join } from "node:path";
import { analyze } from "../../../lib/analyze/analyze.ts";
import { planAnalysis } from "../../../lib/plan/plan_analysis.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { takeWriterLock } from "../../../lib/checkpoint/writer_lock.ts";
import { loadSettings } from "../../../lib/config/settings.ts";
import type { Sink } from "../../../lib/sinks/sink.ts";
import { MACHINE } from "../../support/plan_from.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";

const CONFIG = `
[analyze]
workers = 2
[stream.t]
topic = t
columns = n INT
watermark = none
[query.first]
sql = SELECT n FROM t
[query.second]
sql = SELECT n FROM t
trigger = 1h
`;

/** Runs two queries, in two groups; the sink of `failing` takes no rows, and neither sink can be closed. */
async function run(
  failing: string,
): Promise<{ readonly error: unknown; readonly closed: readonly string[] }> {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const record = { key: null, value: new TextEncoder().encode('{"n":1}'), timestampMs: 0 };
  await appender.append("t", [{ partition: 0, records: RecordsBuilder.of([record]) }]);
  const settings = loadSettings({
    flags: [{ setting: "analyze.checkpoint", flag: "--checkpoint", value: directory.path }],
    properties: [],
    environment: {},
    file: { path: "test.cfg", text: CONFIG },
  });
  const plan = await planAnalysis(settings, MACHINE);
  const closed: string[] = [];
  const makeSink = ({ name }: { readonly name: string }): Sink => ({
    description: name,
    format: { kind: "values", rowsMax: 100 },
    begin: () => {},
    write: () => name === failing ? Promise.reject(new Error(`${name} is full`)) : Promise.resolve(),
    commit: () => Promise.resolve(),
    close: () => {
      closed.push(name);
      return Promise.reject(new Error(`${name} cannot be closed`));
    },
  });
  const stop = new AbortController();
  try {
    await analyze({
      broker,
      address: { kind: "embedded", path },
      plan,
      output: { write: () => Promise.resolve() },
      host: systemHost,
      spawn: spawnWorker,
      signal: stop.signal,
      listener: { progress: () => stop.abort() },
      makeSink,
    });
    return { error: undefined, closed };
  } catch (error) {
    // A checkpoint that is still open could not be opened by another.
    for (const { checkpoint } of plan.queries) takeWriterLock(checkpoint!).release();
    return { error, closed };
  } finally {
    await broker.close();
  }
}

for (const failing of ["first", "second"]) {
  Deno.test(`When ${failing} of two queries fails and neither can be closed, all is closed and its error is told`, async () => {
    const { error, closed } = await run(failing);
    await rejects(Promise.reject(error), new RegExp(`${failing} is full`));
    deepEqual(closed, ["first", "second"]);
  });
}

Deno.test("A query that cannot be closed fails the run, and the other is closed nevertheless", async () => {
  const { error, closed } = await run("neither");
  await rejects(Promise.reject(error), /first cannot be closed/);
  deepEqual(closed, ["first", "second"]);
});
