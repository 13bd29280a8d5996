/** What is told of queries that were ended by a failure: how far each has come, and how to go on. */
import type { BatchProgress } from "../analyze/progress.ts";

/** See the module's description. */
export class StoppedQueries {
  readonly #checkpoints: ReadonlyMap<string, string>;
  /** The last batch of each query that was committed. */
  readonly #batches = new Map<string, number>();

  /** @param checkpoints The directories of those queries that keep a checkpoint. */
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
          ? "It has no checkpoint, so the next run begins anew; --checkpoint DIRECTORY keeps one."
          : `Run the command again to go on from there (checkpoint ${checkpoint}).`);
    });
  }
}
