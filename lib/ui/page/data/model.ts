/** What the server answers with, as far as it is not a part of the record of a run. */
import type { BatchPoint } from "../../../monitoring/history/batch_point.ts";
import type { ColumnView, QueryView } from "../../../monitoring/view/query_view.ts";

/** `GET /api/info`. */
export interface Info {
  readonly version: string;
  /** The broker, for people. */
  readonly broker: string;
  readonly startedAtMs: number | null;
  /** The clock of the server. */
  readonly nowMs: number;
  /** Whether this page may stop queries. */
  readonly canStop: boolean;
}

/** `event: batch`. The view is sent with the last batch of a bundle only. */
export interface BatchEvent {
  readonly query: string;
  /** The number of the batch in the history of its query. */
  readonly sequence: number;
  readonly point: BatchPoint;
  readonly view?: QueryView;
}

/** `event: status`. */
export interface StatusEvent {
  readonly query: string;
  readonly view: QueryView;
}

/** A value of a row, as the sink `ndjson` writes it. */
export type Cell =
  | null
  | boolean
  | number
  | string
  | readonly Cell[]
  | { readonly [field: string]: Cell };

/** `GET /api/queries/NAME/rows`. */
export interface Rows {
  /** The batch that left them. */
  readonly batchId: number | null;
  readonly columns: readonly ColumnView[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many there are, with those that were cut off. */
  readonly total: number;
  readonly truncated: boolean;
  /** The whole result, the groups in state, or the latest rows that were emitted. */
  readonly kind: "result" | "state" | "recent";
}
