/** Opens the sink of a query, and holds it to the query's checkpoint. */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { offsetsOfText } from "../checkpoint/offsets_text.ts";
import type { Sink } from "../sinks/sink.ts";
import { behindText, judgeSink, type SinkAndCheckpoint, sinkRefusal } from "./sink_standing.ts";

const log = logger("analyze");

/** What a sink is opened for. */
export interface SinkOpening {
  readonly query: string;
  readonly queryId: string;
  readonly checkpoint: Checkpoint | undefined;
  /** Whether the query keeps nothing from batch to batch, so that it lacks nothing where it leaves records out. */
  readonly isStateless: boolean;
  /** Whether the user wants the query to go on after what the sink holds. */
  readonly resumesAfterSink: boolean;
  readonly nowMs: number;
}

/**
 * Opens a sink, and gives the number of the last batch that it holds; −1 where it holds none. Where the query is to
 * resume after its sink, its checkpoint is taken on to there.
 *
 * @throws {SfcrimeError} CHECKPOINT when the sink holds what the checkpoint knows nothing of. It is closed then.
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
    // Of a sink that the query has changed to, it is told which rows went to the other one.
    if (checkpoint.sinkBefore?.place === place) log.warn(behindText(names, verdict));
    return;
  }
  if (!resumesAfterSink) throw sinkRefusal(names, both);
  if (!canResume) throw cannotResume(query, isStateless);
  checkpoint.adopt({ batchId, ...read }, nowMs);
  log.warn(
    `${query} goes on after batch ${batchId}, which its sink, ${description}, holds, as --resume-after-sink says.`,
  );
}

function cannotResume(query: string, isStateless: boolean): SfcrimeError {
  const reason = isStateless
    ? "its sink has not kept the offsets of its last batch"
    : "its state would lack the records in between";
  return new SfcrimeError("CHECKPOINT", `${query} cannot resume after its sink: ${reason}.`, {
    hint: "Restore both from one backup, or start the query anew with another --checkpoint and another sink.",
  });
}
