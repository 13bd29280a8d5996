/** The view of queries that are read from their checkpoints: as of the last commit, also while they are running. */
import { CheckpointView } from "../../checkpoint/checkpoint_view.ts";
import type { HistorySnapshot } from "../history/history_snapshot.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import type { QueryView } from "./query_view.ts";
import type { RunView } from "./run_view.ts";
import { StoredQuery } from "./stored_query.ts";

/** See the module's description. */
export class StoredView implements RunView {
  readonly runId = undefined;
  /** By name. */
  readonly #queries = new Map<string, StoredQuery>();

  /**
   * Opens the checkpoints in some directories; of two with a query of the same name, the first one is shown.
   *
   * @throws {SfcrimeError} CHECKPOINT if one of them cannot be read.
   */
  static open(directories: readonly string[]): StoredView {
    const view = new StoredView();
    try {
      for (const directory of directories) view.#open(directory);
      return view;
    } catch (error) {
      view.close();
      throw error;
    }
  }

  queries(): QueryView[] {
    return [...this.#queries.values()].map((query) => query.view());
  }

  query(name: string): QueryView | undefined {
    return this.#queries.get(name)?.view();
  }

  history(name: string): HistorySnapshot | undefined {
    return this.#queries.get(name)?.history;
  }

  latest(name: string): ReturnType<RunView["latest"]> {
    const { sequence = 0, batches = [] } = this.history(name) ?? {};
    const point = batches.at(-1);
    return point && { sequence, point };
  }

  recentProgress(name: string): readonly BatchProgress[] {
    return this.#queries.get(name)?.recentProgress ?? [];
  }

  close(): void {
    for (const query of this.#queries.values()) query.close();
  }

  #open(directory: string): void {
    const query = new StoredQuery(CheckpointView.open(directory));
    try {
      const { name } = query;
      if (!this.#queries.has(name)) return void this.#queries.set(name, query);
    } catch (error) {
      query.close();
      throw error;
    }
    query.close();
  }
}
