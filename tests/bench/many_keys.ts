/**
 * Counts millions of distinct keys in one batch, and says how much memory that took:
 * `deno run -A tests/bench/many_keys.ts [KEYS] [STATE_MEMORY_MB]`.
 */
import { join } from "node:path";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { start } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { say } from "../support/say.ts";

const BATCH = 10_000;
const PARTITIONS = 4;
const KEYS = Number(Deno.args[0] ?? 5_000_000);
const MEMORY = Deno.args[1] ?? "2000";

const utf8 = new TextEncoder();

await using directory = await tempDir();
await directory.write(
  "app.cfg",
  "[stream.t]\ntopic = t\ncolumns = id STRING\nwatermark = none\n" +
    "[query.ids]\nsql = SELECT id, count(*) AS n FROM t GROUP BY id\noutput_mode = update\n",
);
await Deno.mkdir(join(directory.path, ".sfcrime"));
const broker = openEmbeddedBroker(join(directory.path, ".sfcrime", "broker.db"));
await broker.createTopic("t", { numPartitions: PARTITIONS, replicationFactor: 1 });
const appender = await broker.openAppender({ codec: "none", acks: "all" });
for (let at = 0; at < KEYS; at += BATCH) {
  const records = Array.from({ length: Math.min(BATCH, KEYS - at) }, (_, index) => ({
    key: null,
    value: utf8.encode(`{"id":"${100_000_000 + at + index}"}`),
    timestampMs: 0,
  }));
  await appender.append("t", [{ partition: (at / BATCH) % PARTITIONS, records: RecordsBuilder.of(records) }]);
}
await appender.close();
await broker.close();

const startMs = performance.now();
const program = start(
  [
    "analyze",
    "ids",
    "--trigger",
    "available-now",
    "--sink",
    "none",
    "-X",
    `analyze.state_memory_mb=${MEMORY}`,
  ],
  { cwd: directory.path },
);
let peak = "";
// The most memory that the process ever had, as the kernel counts it; gone with the process.
const watch = setInterval(() => {
  try {
    peak = /VmHWM:\s*(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${program.pid}/status`))?.[1] ?? peak;
  } catch {
    // It has ended.
  }
}, 100);
const { code, stderr } = await program.ended();
clearInterval(watch);
say(stderr.trimEnd());
say(
  `${KEYS} keys: exit code ${code}, ${Math.round(performance.now() - startMs)} ms, ` +
    `at most ${Math.round(Number(peak) / 1_024)} MiB`,
);
