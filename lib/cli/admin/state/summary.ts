/** What a checkpoint has, on one line. */
import { plural } from "../../../base/text/format.ts";
import { positionsText } from "../../../base/text/positions.ts";
import type { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";

/** `by_type  batch 3, 415 keys, offset 6802 of sf-police-calls-0  .sfcrime/checkpoints/by_type`. */
export function summary(view: CheckpointView): string {
  const { nextBatchId, offsets, pending } = view.standing();
  const parts = [
    nextBatchId === 0 ? "no batch yet" : `batch ${nextBatchId - 1}`,
    plural(keysOf(view), "key"),
    ...offsets === undefined ? [] : [positionsText(offsets)],
    ...pending === undefined ? [] : [`batch ${pending.batchId} in progress`],
  ];
  return `${view.identity.query}  ${parts.join(", ")}  ${view.directory}`;
}

/** The same as an object, for programs. */
export function summaryObject(view: CheckpointView): unknown {
  const { nextBatchId, offsets, pending, watermark } = view.standing();
  return {
    query: view.identity.query,
    directory: view.directory,
    batch: nextBatchId === 0 ? null : nextBatchId - 1,
    batchInProgress: pending?.batchId ?? null,
    keys: keysOf(view),
    watermark: watermark === undefined ? null : new Date(watermark.currentMs).toISOString(),
    offsets: offsets ?? {},
  };
}

function keysOf(view: CheckpointView): number {
  return view.keyCounts().reduce((sum, count) => sum + count, 0);
}
