/** The history in a checkpoint: what a reader finds is what a listener would have kept, over restarts and kills. */
import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { join } from "node:path";
import {
  HISTORY_BATCHES_MAX,
  HISTORY_HOURS_MAX,
  HISTORY_MINUTES_MAX,
  HISTORY_THINNED_BATCHES,
  RECENT_PROGRESS_MAX,
} from "../../lib/base/bounds.ts";
import { SqliteFile } from "../../lib/base/files/sqlite.ts";
import { CHECKPOINT_KIND } from "../../lib/checkpoint/checkpoint_file.ts";
import { HistoryTable } from "../../lib/checkpoint/history_table.ts";
import { KeptHistory, keptProgress, keptSnapshot } from "../../lib/monitoring/history/kept_history.ts";
import { pointOf } from "../../lib/monitoring/history/point_of.ts";
import { QueryHistory } from "../../lib/monitoring/history/query_history.ts";
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";
import { randomFrom } from "../support/random.ts";
import { randomProgress } from "../support/random_progress.ts";
import { tempDir } from "../support/temp_dir.ts";

/** A run that ends, or is killed after its last commit. */
const runs = fc.array(
  fc.record({
    batches: fc.integer({ min: 0, max: 2_000 }),
    paceMs: fc.constantFrom(1_000, 60_000, 3_600_000),
    isKilled: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Enough for everything to be thinned, hours as well. */
const LONG = [
  { batches: 3_001, paceMs: 7_200_000, isKilled: true },
  { batches: 2_000, paceMs: 7_200_000, isKilled: false },
];

/** What the file had at most, and what is in it at the end. */
interface Kept {
  readonly expected: QueryHistory;
  readonly progress: readonly BatchProgress[];
}

/** Runs batches whose history is kept in a file, and notes what it should have. */
function keep(table: HistoryTable, plan: typeof LONG, seed: number): Kept {
  const random = randomFrom(seed);
  const expected = new QueryHistory();
  const progress: BatchProgress[] = [];
  let triggeredAtMs = Date.UTC(2026, 9, 25);
  for (const { batches, paceMs, isKilled } of plan) {
    const history = new KeptHistory(table);
    for (let index = 0; index < batches; index++) {
      triggeredAtMs += Math.floor(random() * paceMs);
      const begun = { batchId: progress.length, triggeredAtMs, startsRun: index === 0 };
      const committing = randomProgress(begun, random);
      history.add(committing);
      const { durations, durationMs } = committing;
      const committed = {
        ...committing,
        durationMs: durationMs + 7,
        durations: { ...durations, commitOffsets: 7 },
      };
      const lagMs = random() < 0.5 ? null : index;
      history.measured(committed);
      history.lagged(lagMs);
      const isLost = isKilled && index === batches - 1;
      const known = isLost ? committing : committed;
      expected.add(pointOf(known, isLost ? null : lagMs));
      progress.push(JSON.parse(JSON.stringify(known)) as BatchProgress);
      const { first, last } = table.range!;
      ok(last - first < HISTORY_BATCHES_MAX + HISTORY_THINNED_BATCHES);
    }
    if (!isKilled) history.close();
  }
  return { expected, progress };
}

Deno.test("A checkpoint has the history that the batches of all runs make, and the latest progress", async () => {
  await using directory = await tempDir({ inMemory: true });
  let files = 0;
  fc.assert(
    fc.property(runs, fc.nat(), (plan, seed) => {
      const file = SqliteFile.open(join(directory.path, `${files++}.db`), CHECKPOINT_KIND);
      try {
        const table = new HistoryTable(file);
        const { expected, progress } = file.transaction(() => keep(table, plan, seed));
        deepEqual(keptSnapshot(table), expected.snapshot());
        deepEqual(keptProgress(table), progress.slice(-RECENT_PROGRESS_MAX));
        ok(table.buckets(1).length <= HISTORY_MINUTES_MAX && table.buckets(2).length <= HISTORY_HOURS_MAX);
        equal(table.buckets(3).length, expected.snapshot().earlier === null ? 0 : 1);
      } finally {
        file.close();
      }
    }),
    { numRuns: 4, examples: [[LONG, 1]] },
  );
});
