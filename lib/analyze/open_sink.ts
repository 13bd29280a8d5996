/** Opens the sink of a query, and checks that it matches the query's checkpoint. */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { offsetsOfText } from "../checkpoint/offsets_text.ts";
import type { Sink } from "../sinks/sink.ts";
import { behindText, judgeSink, type SinkAndCheckpoint, sinkRefusal } from "./sink_standing.ts";

const log = logger("analyze");

/** The options for opening a sink. */
export interface SinkOpening {
  readonly query: string;
  readonly queryId: string;
  readonly checkpoint: Checkpoint | undefined;
  /** Whether the query has no state, so that it can skip records without a wrong result. */
  readonly isStateless: boolean;
  /** Whether the query is to continue after the last batch of the sink (`--resume-after-sink`). */
  readonly resumesAfterSink: boolean;
  readonly nowMs: number;
}

/**
 * Opens a sink, and returns the number of its last batch, or −1 if it has none. If the query is to resume after its
 * sink, the checkpoint is moved forward to there.
 *
 * @throws {SfcrimeError} CHECKPOINT if the sink holds a batch that the checkpoint does not know; the sink is then
 * closed.
 */
export async function openSink(sink: Sink, opening: SinkOpening): Promise<number> {
  try {
    const held = await sink.open?.(opening.queryId);
    if (held !== undefined && opening.checkpoint !== undefined) {
      requireTogether(sink, opening.checkpoint, {
        ...opening,
        held,
        standing: opening.checkpoint.standing(),
        logged: opening.checkpoint.loggedOffsets(held.batchId),
        lastWithRows: opening.checkpoint.lastBatchWithRows(),
      });
    }
    return held?.batchId ?? -1;
  } catch (error) {
    await sink.close?.().catch(() => {});
    throw error;
  }
}

function requireTogether(
  { description, place }: Sink,
  checkpoint: Checkpoint,
  both: SinkAndCheckpoint & SinkOpening,
): void {
  const verdict = judgeSink(both);
  if (verdict.kind === "together") return;
  const { query, isStateless, resumesAfterSink, nowMs } = both;
  const { batchId, offsets } = verdict.held;
  const read = offsets === undefined ? undefined : offsetsOfText(offsets);
  const canResume = isStateless && read !== undefined;
  const names = { query, sink: description, directory: checkpoint.directory, canResume };
  if (verdict.kind === "behind") {
    // If the query has changed its sink, another warning says which rows went to the earlier one.
    if (checkpoint.sinkBefore?.place === place) log.warn(behindText(names, verdict));
    return;
  }
  if (!resumesAfterSink) throw sinkRefusal(names, both);
  if (!canResume) throw cannotResume(query, isStateless);
  checkpoint.adopt({ batchId, ...read }, nowMs);
  log.warn(
    `${query} resumes after batch ${batchId}, the last one in its sink, ${description} (--resume-after-sink).`,
  );
}

function cannotResume(query: string, isStateless: boolean): SfcrimeError {
  const reason = isStateless
    ? "its sink has no offsets for its last batch"
    : "its state would lack the records in between";
  return new SfcrimeError("CHECKPOINT", `${query} cannot resume after its sink: ${reason}.`, {
    hint: "Restore both from the same backup, or restart the query with a new --checkpoint and a new sink.",
  });
}
