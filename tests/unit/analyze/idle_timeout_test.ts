/** How long a silent stream holds back the watermark while the wall clock is set. */
import { ok } from "assert";
import { join } from "node:path";
import { analyze } from "../../../lib/analyze/analyze.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";
import type { Broker } from "../../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { planFrom } from "../../support/plan_from.ts";
import { tempDir } from "../../support/temp_dir.ts";

const [INTERVAL_MS, MINUTE_MS, HOUR_MS, DAY_MS] = [10_000, 60_000, 3_600_000, 86_400_000];
const START_MS = Date.UTC(2026, 0, 1, 12);
const EVENT_MS = Date.UTC(2018, 0, 1);

const SETTINGS = {
  "stream.busy.topic": "busy",
  "stream.busy.columns": "at TIMESTAMP",
  "stream.busy.watermark": "at 0 seconds",
  "stream.silent.topic": "silent",
  "stream.silent.columns": "at TIMESTAMP",
  "stream.silent.watermark": "at 0 seconds",
  "query.q.sql": "SELECT window(at, '1 minute') AS w, count(*) AS n " +
    "FROM (SELECT at FROM busy UNION ALL SELECT at FROM silent) GROUP BY 1",
  "query.q.output_mode": "append",
  "analyze.trigger": "10s",
  "analyze.idle_timeout": "1m",
  "analyze.workers": "1",
};

async function append(broker: Broker, topic: string, eventMs: number): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const value = new TextEncoder().encode(JSON.stringify({ at: new Date(eventMs).toISOString() }));
  await appender.append(topic, [{
    partition: 0,
    records: RecordsBuilder.of([{ key: null, value, timestampMs: 0 }]),
  }]);
  await appender.close();
}

/** How long the silent stream has held back the watermark, when the wall clock is set behind the first batch. */
async function heldBackMs(byMs: number): Promise<number> {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  for (const topic of ["busy", "silent"]) {
    await broker.createTopic(topic, { numPartitions: 1, replicationFactor: 1 });
    await append(broker, topic, EVENT_MS);
  }
  const clock = new FakeClock(START_MS);
  const stop = new AbortController();
  let heldBack = Infinity;
  try {
    await analyze({
      broker,
      address: { kind: "embedded", path },
      plan: await planFrom(SETTINGS, { names: ["q"] }),
      output: { write: () => Promise.resolve() },
      host: clock,
      spawn: spawnWorker,
      signal: stop.signal,
      listener: {
        progress: async ({ batchId, watermarkMs }) => {
          if (batchId === 0) clock.set(byMs);
          if (watermarkMs! > EVENT_MS) heldBack = Math.min(heldBack, clock.monotonicMs());
          // Long enough to be seen late, and a bound for a watermark that is held back for good.
          if (heldBack < Infinity || clock.monotonicMs() > 10 * MINUTE_MS) stop.abort();
          else await append(broker, "busy", EVENT_MS + HOUR_MS);
        },
      },
    });
    return heldBack;
  } finally {
    await broker.close();
  }
}

for (const [how, byMs] of [["left alone", 0], ["set back", -HOUR_MS], ["set forward", DAY_MS]] as const) {
  Deno.test(`A silent stream holds back the watermark for the idle timeout, with a wall clock that is ${how}`, async () => {
    const ms = await heldBackMs(byMs);
    ok(ms >= MINUTE_MS && ms <= MINUTE_MS + 2 * INTERVAL_MS, String(ms));
  });
}
