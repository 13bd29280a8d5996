/** Batches of a pool of workers over the records of its fixture. */
import { deepEqual, equal } from "assert";
import type { QueryPartial } from "../../lib/analyze/workers/messages.ts";
import type { PoolResult } from "../../lib/analyze/workers/running_batch.ts";
import type { WorkerPool } from "../../lib/analyze/workers/worker_pool.ts";
import {
  COUNTS,
  expectedCounts,
  expectedRows,
  gatheredCounts,
  type PoolFixture,
  ROWS,
} from "./pool_fixture.ts";

/** A batch of the fixture: so many records, in ranges of a size. */
export interface BatchOf {
  readonly fixture: PoolFixture;
  readonly batchId: number;
  readonly rangeSize: number;
  readonly count: number;
}

/** Runs one batch of both queries and gives its rows with what the pool says. */
export async function runBatch(
  pool: WorkerPool,
  { fixture, batchId, rangeSize, count }: BatchOf,
): Promise<
  { readonly rows: string; readonly result: PoolResult; readonly partials: readonly QueryPartial[] }
> {
  let rows = "";
  const partials: QueryPartial[] = [];
  const result = await pool.run({
    ranges: fixture.ranges(count, rangeSize),
    queries: [{ query: ROWS, batchId }, { query: COUNTS, batchId }],
    onRows: async (query, chunk) => {
      equal(query, ROWS);
      await null;
      rows += new TextDecoder().decode(chunk.text);
    },
    onPartials: (gathered) => void partials.push(...gathered),
  });
  return { rows, result, partials };
}

/** Requires that each record of the batch was counted once, and has its row, in order. */
export function requireWhole(
  { rows, result, partials }: Awaited<ReturnType<typeof runBatch>>,
  count: number,
): void {
  equal(rows, expectedRows(count));
  deepEqual(gatheredCounts(partials), expectedCounts(count));
  equal(result.counts.records, count);
  equal(result.counts.malformed, 0);
}
