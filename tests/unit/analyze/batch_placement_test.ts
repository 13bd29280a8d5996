/** Where batches run, by their sizes and by how long they take. */
import { deepEqual, equal } from "assert";
import {
  LOCAL_AFTER_BATCHES,
  LOCAL_MS_MAX,
  LOCAL_OFFSETS_MAX,
  SHARED_OFFSETS_MAX,
} from "../../../lib/base/bounds.ts";
import { BatchPlacement } from "../../../lib/analyze/workers/local/batch_placement.ts";

const SMALL = LOCAL_OFFSETS_MAX;
const MEDIUM = SHARED_OFFSETS_MAX;
const LARGE = SHARED_OFFSETS_MAX + 1;

Deno.test("The coordinator's thread takes the place of the last worker until there is a large batch", () => {
  const placement = new BatchPlacement(2);
  const placed = [MEDIUM, MEDIUM].map((offsets) => placement.next(offsets));
  deepEqual(placed, ["shared", "shared"]);
  equal(placement.hasAllThreads, false);
  equal(placement.next(LARGE), "threads");
  equal(placement.hasAllThreads, true);
  deepEqual([MEDIUM, LARGE].map((offsets) => placement.next(offsets)), ["threads", "threads"]);
});

Deno.test("The only worker thread is always there", () => {
  const placement = new BatchPlacement(1);
  equal(placement.hasAllThreads, true);
  equal(placement.next(MEDIUM), "threads");
});

for (const [threadCount, otherwise] of [[1, "threads"], [2, "shared"]] as const) {
  Deno.test(`Small batches that follow each other and are quick run in the coordinator's thread, with at most ${threadCount} of the others`, () => {
    const placement = new BatchPlacement(threadCount);
    const next = (count: number, offsets = SMALL) =>
      Array.from({ length: count }, () => placement.next(offsets));
    const before = Array.from({ length: LOCAL_AFTER_BATCHES - 1 }, () => otherwise);
    deepEqual(next(LOCAL_AFTER_BATCHES + 1), [...before, "local", "local"]);
    placement.took(LOCAL_MS_MAX);
    deepEqual(next(1), ["local"]);
    placement.took(LOCAL_MS_MAX + 1);
    deepEqual(next(LOCAL_AFTER_BATCHES), [...before, "local"]);
    deepEqual(next(1, SMALL + 1), [otherwise]);
    deepEqual(next(LOCAL_AFTER_BATCHES), [...before, "local"]);
  });
}
