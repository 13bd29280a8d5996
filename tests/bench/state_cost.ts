/** What a batch costs that touches the same number of keys, beside few and beside many in state. */
import { openEmbeddedBroker } from "../support/brokers.ts";
import { tempDir } from "../support/temp_dir.ts";
import { measure, median } from "./measure.ts";
import { fromSource } from "./programs.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const TOPIC = "t";
const CONFIG = `[stream.t]
topic = t
columns = id STRING
watermark = none
[query.ids]
sql = SELECT id, count(*) AS n FROM t GROUP BY id
output_mode = update
sink = none
`;
const APPEND_RECORDS = 20_000;
const BATCHES = 20;
/** The first batches still compile code. */
const WARM_UP_BATCHES = 5;

/** A state that was filled, and batches over it. */
export interface StateBatches {
  readonly batchMs: number;
  readonly fillMs: number;
  readonly peakMiB: number;
}

/** Fills a state with so many keys, then runs batches that each touch so many of them, and gives the median. */
export async function stateBatches(
  { keys, touched }: { readonly keys: number; readonly touched: number },
): Promise<StateBatches> {
  await using directory = await tempDir();
  await directory.write("app.cfg", CONFIG);
  const command = fromSource(
    ...["--data-dir", directory.path, "analyze", "ids", "--trigger", "available-now"],
    ...["--checkpoint", `${directory.path}/checkpoint`, "-X", "analyze.state_memory_mb=8000"],
  );
  await append(directory.path, ids(keys, (n) => n));
  const fill = await measure(command, { cwd: directory.path });
  // Every key is as likely, and no two of a batch are the same: a step that has no factor in common with keys.
  const step = 7_919;
  await append(directory.path, ids((BATCHES + WARM_UP_BATCHES) * touched, (n) => (n * step) % keys));
  const progress = `${directory.path}/progress.ndjson`;
  const run = await measure(
    [...command, "--max-offsets-per-trigger", String(touched), "--progress", progress],
    { cwd: directory.path },
  );
  const batches = (await Deno.readTextFile(progress)).trim().split("\n").map((line) =>
    JSON.parse(line) as {
      numInputRows: number;
      durationMs: { triggerExecution: number };
      stateOperators: { numRowsTotal: number; numRowsUpdated: number }[];
    }
  );
  for (const { numInputRows, stateOperators: [state] } of batches) {
    if (numInputRows === touched && state!.numRowsTotal === keys && state!.numRowsUpdated === touched) {
      continue;
    }
    throw new Error(`A batch of ${numInputRows} touched ${state!.numRowsUpdated} of ${state!.numRowsTotal}`);
  }
  if (batches.length !== BATCHES + WARM_UP_BATCHES) throw new Error(`${batches.length} batches`);
  const times = batches.slice(WARM_UP_BATCHES).map(({ durationMs }) => durationMs.triggerExecution);
  return { batchMs: median(times), fillMs: fill.wallMs, peakMiB: run.peakMiB };
}

function* ids(count: number, idOf: (n: number) => number): Iterable<string> {
  for (let n = 0; n < count; n++) yield `{"id":"${100_000_000 + idOf(n)}"}`;
}

async function append(directory: string, values: Iterable<string>): Promise<void> {
  const broker = openEmbeddedBroker(`${directory}/broker.db`);
  await broker.createTopic(TOPIC, { numPartitions: 1, replicationFactor: 1 });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const utf8 = new TextEncoder();
  let records = [];
  for (const value of values) {
    records.push({ key: null, value: utf8.encode(value), timestampMs: 0 });
    if (records.length < APPEND_RECORDS) continue;
    await appender.append(TOPIC, [{ partition: 0, records: RecordsBuilder.of(records) }]);
    records = [];
  }
  if (records.length > 0) {
    await appender.append(TOPIC, [{ partition: 0, records: RecordsBuilder.of(records) }]);
  }
  await appender.close();
  await broker.close();
}
