/** The parts of docs/scaling.md about clusters, made from figures that can be worked out by hand. */
import { match, ok } from "assert";
import type { ExecutorFigures, ScalingFigures } from "../../bench/scaling/figures.ts";
import { readFigures } from "../../bench/scaling/figures.ts";
import { scalingPage } from "../../bench/scaling/scaling_page.ts";

/** Three seconds to start, a half for each executor more, one for a batch, 4 µs for a record; of two, a fifth waits. */
const EXECUTORS: ExecutorFigures = {
  load: "0.1",
  rounds: 3,
  cores: 2,
  oursSeconds: 6,
  runs: [
    { executors: 1, records: 1_000_000, batches: 1, seconds: 8 },
    { executors: 1, records: 5_000_000, batches: 10, seconds: 33 },
    { executors: 1, records: 5_000_000, batches: 1, seconds: 24 },
    { executors: 2, records: 1_000_000, batches: 1, seconds: 6.9 },
    { executors: 2, records: 5_000_000, batches: 1, seconds: 16.5 },
    { executors: 4, records: 1_000_000, batches: 1, seconds: 8 },
    { executors: 4, records: 5_000_000, batches: 1, seconds: 20 },
  ],
};
const FIGURES: ScalingFigures = {
  ...readFigures(),
  partitions: [{ partitions: 1, perSecond: 700_000 }, { partitions: 2, perSecond: 800_000 }],
  keys: [
    { keys: 0, ours: { seconds: 1, peakMiB: 100 }, spark: { seconds: 2, peakMiB: 1_000 } },
    { keys: 2 ** 20, ours: { seconds: 2, peakMiB: 160 }, spark: { seconds: 3, peakMiB: 1_480 } },
  ],
  executors: EXECUTORS,
};

Deno.test("The page fits the model to the runs with one and two executors, and says how far off those with four are", () => {
  const page = scalingPage(FIGURES);
  match(page, /^start +3\.00 s /m);
  match(page, /^perExecutor +0\.50 s /m);
  match(page, /^perBatch +1\.00 s /m);
  match(page, /^perRecord +4\.00 µs .* 250,000 records\/s$/m);
  // Two executors take 12 s for what takes one 20 s.
  match(page, /^contention +0\.20 /m);
  match(page, /^\| 2 \| 5,000,000 \| 1 \| 16\.50 \| 16\.50 \| fitted \|$/m);
  match(page, /^\| 4 \| 1,000,000 \| 1 \| 8\.00 \| 7\.90 \| −1% \|$/m);
  match(page, /^\| 4 \| 5,000,000 \| 1 \| 20\.00 \| 17\.50 \| −12% \|$/m);
});

Deno.test("The page says up to which rate one machine is enough, and what larger ones take", () => {
  const page = scalingPage(FIGURES);
  match(page, /reads up to 800,000 records\/s.*enough up to 400,000 records\/s/);
  match(page, /each takes 60 bytes here, and 480 in Spark/);
  match(
    page,
    /^\| this program[^|]*\| one, used by 25% \| more than one: hand over \| more than one: hand over \|$/m,
  );
  // 1,000,000 × 2 × 4 µs of each second, of which a batch leaves 59 of 60.
  match(page, /^cores .* = 8\.14, in executors of 4: 12$/m);
  match(page, /^\| Spark: executors of 4 cores \| 1 \| 3 \| 21 \|$/m);
});

Deno.test("Without figures of executors, nothing is computed from them", () => {
  const { executors: _, ...others } = FIGURES;
  const page = scalingPage(others);
  ok(!page.includes("## Executors") && !page.includes("## Sizing"));
});
