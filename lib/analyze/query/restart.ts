/**
 * What a restart does, decided from the checkpoint of a query and from what its sink holds: go on with the next batch,
 * repeat the one that was logged but not committed, continue after the sink, or refuse.
 *
 * A sink holds the output of the committed batches, and perhaps of the one that was logged but not committed; after one
 * of the two was restored or copied, that need not be so. Batches are compared by number and by the offsets that they
 * read. Of a batch that an older version wrote, the sink knows only the number, so only the number is compared.
 */
import type { LoggedBatch, OffsetsRead, Standing } from "../../checkpoint/checkpoint_file.ts";
import { offsetsOfText, offsetsText } from "../../checkpoint/offsets_text.ts";
import type { SinkBatch } from "../../sinks/sink.ts";

/** What is known at a restart. */
export interface RestartFacts {
  readonly standing: Pick<Standing, "nextBatchId" | "offsets" | "pending">;
  /** The last batch that the sink has stored. */
  readonly held: SinkBatch | undefined;
  /** What the checkpoint logged for that batch, if it still has that. */
  readonly logged: OffsetsRead | undefined;
  /** The last committed batch that emitted rows, as far as the checkpoint knows. */
  readonly lastWithRows: number | undefined;
  /** Whether the query has no state: only then can it skip records without a wrong result. */
  readonly isStateless: boolean;
  /** Whether it is to continue after the last batch of the sink (`--resume-after-sink`). */
  readonly resumesAfterSink: boolean;
}

/** A batch that runs again. */
export interface RepeatedBatch {
  readonly batch: LoggedBatch;
  /** Whether its rows are written; if not, the sink has them, and it runs only for its state. */
  readonly writes: boolean;
}

/** Batches whose rows are missing in the sink: it was restored without its checkpoint. */
export interface MissingBatches {
  /** The last batch in the sink. */
  readonly held: number;
  /** The last batch that emitted rows. */
  readonly lastWithRows: number;
}

/** What a restart does. */
export type Restart =
  | {
    readonly kind: "resume";
    /** Runs before any other batch. */
    readonly repeats: RepeatedBatch | undefined;
    readonly missing: MissingBatches | undefined;
  }
  /** Take over the last batch of the sink as committed, and everything before it, and go on after it. */
  | { readonly kind: "adopt"; readonly batch: OffsetsRead & { readonly batchId: number } }
  /**
   * The sink has a batch that the checkpoint does not know, or a different one with that number; and the query may not
   * or cannot continue after it.
   */
  | {
    readonly kind: "refuse";
    readonly held: SinkBatch;
    readonly reason: "mismatch" | "has state" | "no offsets";
    /** Whether it could continue after what the sink holds. */
    readonly canAdopt: boolean;
  };

/** See the module's description. */
export function restartOf(facts: RestartFacts): Restart {
  const { held, standing: { pending }, lastWithRows, isStateless, resumesAfterSink } = facts;
  if (held === undefined || isKnown(held, facts)) {
    return {
      kind: "resume",
      repeats: pending && { batch: pending, writes: held?.batchId !== pending.batchId },
      missing: held !== undefined && lastWithRows !== undefined && held.batchId < lastWithRows
        ? { held: held.batchId, lastWithRows }
        : undefined,
    };
  }
  const read = held.offsets === undefined ? undefined : offsetsOfText(held.offsets);
  const canAdopt = isStateless && read !== undefined;
  if (!resumesAfterSink) return { kind: "refuse", held, reason: "mismatch", canAdopt };
  return canAdopt
    ? { kind: "adopt", batch: { batchId: held.batchId, from: read.from, to: read.to } }
    : { kind: "refuse", held, reason: isStateless ? "no offsets" : "has state", canAdopt };
}

/** Whether the checkpoint has a batch, with these offsets as far as they are known. */
function isKnown(
  { batchId, offsets }: SinkBatch,
  { standing: { nextBatchId, pending }, logged }: RestartFacts,
): boolean {
  return (batchId < nextBatchId || batchId === pending?.batchId) &&
    (offsets === undefined || logged === undefined || offsets === offsetsText(logged));
}
