/**
 * What a page shows of a run, or of checkpoints whose queries are not running. Everything that it returns is plain
 * data of the moment, to be read at once and not to be kept.
 */
import type { BatchPoint } from "../history/batch_point.ts";
import type { HistorySnapshot } from "../history/history_snapshot.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import type { QueryView } from "./query_view.ts";

/** See the module's description. */
export interface RunView {
  /** Undefined before the run has started, and if there is none. */
  readonly runId: string | undefined;
  /** In the order of the configuration. */
  queries(): QueryView[];
  /** Undefined if there is no such query; so are the following. */
  query(name: string): QueryView | undefined;
  history(name: string): HistorySnapshot | undefined;
  /** The last batch, and its number in the history. */
  latest(name: string): { readonly sequence: number; readonly point: BatchPoint } | undefined;
  /** The latest batches, oldest first; none of those of earlier runs. */
  recentProgress(name: string): readonly BatchProgress[];
}
