/** Opens the sink of a query, and does what its restart requires. */
import { logger } from "../../base/log.ts";
import type { Checkpoint } from "../../checkpoint/checkpoint.ts";
import type { Sink, SinkBatch } from "../../sinks/sink.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { stateLayoutsOf } from "../../stream/operators/operators_of.ts";
import { type RepeatedBatch, type Restart, restartOf } from "./restart.ts";
import { missingText, restartRefusal } from "./restart_messages.ts";

const log = logger("analyze");

/** The options for opening a sink. */
export interface SinkOpening {
  readonly plan: QueryPlan;
  readonly queryId: string;
  readonly checkpoint: Checkpoint | undefined;
  /** Whether the query is to continue after the last batch of the sink (`--resume-after-sink`). */
  readonly resumesAfterSink: boolean;
}

/** A sink that was opened. */
export interface OpenedSink {
  /** The last batch in the sink, or −1. */
  readonly sinkHolds: number;
  /** The batch that runs again, before any other. */
  readonly repeats: RepeatedBatch | undefined;
}

/**
 * Checks that a sink matches its checkpoint before it is opened: opening the topic of a query ends another run that
 * writes to it, so that must not be done for a run that is refused.
 *
 * @throws {SfcrimeError} As {@link openSink}.
 */
export async function inspectSink(sink: Sink, opening: SinkOpening): Promise<void> {
  decide(sink, opening, await sink.look?.(opening.queryId));
}

/**
 * Opens a sink. If the query is to resume after it, the checkpoint is moved forward to there.
 *
 * @throws {SfcrimeError} CHECKPOINT if the sink holds a batch that the checkpoint does not know; the sink is then
 * closed.
 */
export async function openSink(sink: Sink, opening: SinkOpening, nowMs: number): Promise<OpenedSink> {
  const { plan: { name: query }, checkpoint, queryId } = opening;
  try {
    const held = await sink.open?.(queryId);
    const sinkHolds = held?.batchId ?? -1;
    const restart = decide(sink, opening, held);
    if (restart.kind === "adopt") {
      checkpoint?.adopt(restart.batch, nowMs);
      log.warn(
        `${query} resumes after batch ${sinkHolds}, the last one in its sink, ${sink.description} (--resume-after-sink).`,
      );
      return { sinkHolds, repeats: undefined };
    }
    // If the query has changed its sink, another warning says which rows went to the earlier one.
    if (restart.missing !== undefined && checkpoint?.sinkBefore?.place === sink.place) {
      log.warn(missingText({ query, sink: sink.description }, restart.missing));
    }
    return { sinkHolds, repeats: restart.repeats };
  } catch (error) {
    await sink.close?.().catch(() => {});
    throw error;
  }
}

/** @throws {SfcrimeError} CHECKPOINT if the query cannot run with both. */
function decide(
  { description: sink }: Sink,
  { plan, checkpoint, resumesAfterSink }: SinkOpening,
  held: SinkBatch | undefined,
): Exclude<Restart, { kind: "refuse" }> {
  if (checkpoint === undefined) return { kind: "resume", repeats: undefined, missing: undefined };
  const facts = {
    held,
    standing: checkpoint.standing(),
    logged: held && checkpoint.loggedOffsets(held.batchId),
    lastWithRows: checkpoint.lastBatchWithRows(),
    isStateless: stateLayoutsOf(plan).length === 0,
    resumesAfterSink,
  };
  const restart = restartOf(facts);
  if (restart.kind !== "refuse") return restart;
  throw restartRefusal(restart, facts, { query: plan.name, sink, directory: checkpoint.directory });
}
