/** Opens the sink of a query, and checks that it matches the query's checkpoint. */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import { offsetsOfText, type OffsetsRead } from "../../checkpoint/offsets_text.ts";
import type { Sink, SinkBatch } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { statefulOperatorsOf } from "../../stream/operators/operators_of.ts";
import { behindText, judgeSink, sinkRefusal, type SinkVerdict } from "./sink_standing.ts";

const log = logger("analyze");

/** The options for opening a sink. */
export interface SinkOpening {
  readonly plan: QueryPlan;
  readonly queryId: string;
  readonly checkpoint: Checkpoint | undefined;
  /** Whether the query is to continue after the last batch of the sink (`--resume-after-sink`). */
  readonly resumesAfterSink: boolean;
}

/**
 * Checks that a sink matches its checkpoint before it is opened: opening the topic of a query ends another run that
 * writes to it, so that must not be done for a run that is refused.
 *
 * @throws {SfcrimeError} As {@link openSink}.
 */
export async function lookAtSink(sink: Sink, opening: SinkOpening): Promise<void> {
  const { checkpoint, queryId } = opening;
  const held = await sink.look?.(queryId);
  if (held !== undefined && checkpoint !== undefined) compare(sink, opening, { checkpoint, held });
}

/**
 * Opens a sink, and returns the number of its last batch, or −1 if it has none. If the query is to resume after its
 * sink, the checkpoint is moved forward to there.
 *
 * @throws {SfcrimeError} CHECKPOINT if the sink holds a batch that the checkpoint does not know; the sink is then
 * closed.
 */
export async function openSink(sink: Sink, opening: SinkOpening, nowMs: number): Promise<number> {
  const { checkpoint, queryId } = opening;
  try {
    const held = await sink.open?.(queryId);
    if (held !== undefined && checkpoint !== undefined) {
      settle(sink, compare(sink, opening, { checkpoint, held }), { ...opening, checkpoint, nowMs });
    }
    return held?.batchId ?? -1;
  } catch (error) {
    await sink.close?.().catch(() => {});
    throw error;
  }
}

/** What the checkpoint says of a sink's last batch. @throws {SfcrimeError} If the query cannot run with both. */
function compare(
  { description }: Sink,
  { plan, resumesAfterSink }: SinkOpening,
  { checkpoint, held }: { readonly checkpoint: Checkpoint; readonly held: SinkBatch },
): SinkVerdict {
  const both = {
    held,
    standing: checkpoint.standing(),
    logged: checkpoint.loggedOffsets(held.batchId),
    lastWithRows: checkpoint.lastBatchWithRows(),
  };
  const verdict = judgeSink(both);
  if (verdict.kind === "together" || verdict.kind === "behind") return verdict;
  // A query without state can skip records without a wrong result.
  const isStateless = statefulOperatorsOf(plan).length === 0;
  const canResume = isStateless && offsetsOf(held) !== undefined;
  if (!resumesAfterSink) {
    const names = { query: plan.name, sink: description, directory: checkpoint.directory, canResume };
    throw sinkRefusal(names, both);
  }
  if (!canResume) throw cannotResume(plan.name, isStateless);
  return verdict;
}

/** Does what is to be done before the query can run with its sink. */
function settle(
  { description, place }: Sink,
  verdict: SinkVerdict,
  { plan: { name }, checkpoint, nowMs }: {
    readonly plan: QueryPlan;
    readonly checkpoint: Checkpoint;
    readonly nowMs: number;
  },
): void {
  switch (verdict.kind) {
    case "together":
      return;
    case "behind":
      // If the query has changed its sink, another warning says which rows went to the earlier one.
      if (checkpoint.sinkBefore?.place === place) {
        log.warn(behindText({ query: name, sink: description }, verdict));
      }
      return;
    case "ahead":
    case "another batch": {
      const { batchId } = verdict.held;
      checkpoint.adopt({ batchId, ...offsetsOf(verdict.held)! }, nowMs);
      log.warn(
        `${name} resumes after batch ${batchId}, the last one in its sink, ${description} (--resume-after-sink).`,
      );
    }
  }
}

function offsetsOf({ offsets }: SinkBatch): OffsetsRead | undefined {
  return offsets === undefined ? undefined : offsetsOfText(offsets);
}

function cannotResume(query: string, isStateless: boolean): SfcrimeError {
  const reason = isStateless
    ? "its sink has no offsets for its last batch"
    : "its state would lack the records in between";
  return new SfcrimeError("CHECKPOINT", `${query} cannot resume after its sink: ${reason}.`, {
    hint: "Restore both from the same backup, or restart the query with a new --checkpoint and a new sink.",
  });
}
