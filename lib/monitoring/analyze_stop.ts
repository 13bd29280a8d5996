/** What to report of queries that a failure has ended: their progress, and how to resume. */
import type { BatchProgress } from "./progress.ts";

/** See the module's description. */
export class StoppedQueries {
  readonly #checkpoints: ReadonlyMap<string, string>;
  /** The last committed batch of each query. */
  readonly #batches = new Map<string, number>();

  /** @param checkpoints The checkpoint directories, by query. */
  constructor(checkpoints: ReadonlyMap<string, string>) {
    this.#checkpoints = checkpoints;
  }

  /** A batch was committed. */
  add({ query, batchId }: Pick<BatchProgress, "query" | "batchId">): void {
    this.#batches.set(query, batchId);
  }

  /** A line for each query that has run. */
  lines(): string[] {
    return [...this.#batches].map(([query, batchId]) => {
      const checkpoint = this.#checkpoints.get(query);
      return `${query}: stopped after batch ${batchId}. ` +
        (checkpoint === undefined
          ? "Without a checkpoint, the next run starts from scratch; use --checkpoint DIRECTORY to keep one."
          : `Run the command again to resume (checkpoint ${checkpoint}).`);
    });
  }
}
