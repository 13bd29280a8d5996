/**
 * The live view of an analysis on a terminal, while the run lasts. It shows what the dashboard shows, and is a listener
 * that never makes a batch wait. When the run ends, its last state stays, below the messages that were printed.
 */
import { type Clock, OVER } from "../../../base/clock.ts";
import type { BatchProgress } from "../../../monitoring/progress/batch_progress.ts";
import { isWaiting } from "../../../monitoring/query_status.ts";
import type { QueryStatus, RunListener, StartedRun } from "../../../monitoring/run_listener.ts";
import type { LiveView } from "../../../monitoring/view/live_view.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import type { Sink } from "../../../sinks/sink.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import type { Io } from "../../io.ts";
import type { TerminalView } from "../../terminal/terminal.ts";
import type { MakeTables } from "../tables/tables_of.ts";
import { LastBatchSink } from "./last_batch_sink.ts";
import { RATES_SHOWN, type ShownQuery } from "./query_lines.ts";
import { rowsOrder } from "./rows_order.ts";
import { lastLines, ROWS_SHOWN_MAX, runLines } from "./run_lines.ts";
import { WatchedRows } from "./watched_rows.ts";

/** How often ages are drawn anew. */
const TICK_MS = 1_000;

/** Groups in state that are sorted for the view; more are shown as they come, as sorting them takes long. */
const SORTED_ROWS_MAX = 10_000;

/** The options of a live view. */
export interface LiveRunOptions {
  readonly plan: AnalysisPlan;
  /** Gets each event before this does. */
  readonly view: LiveView;
  readonly io: Pick<Io, "host" | "stdout" | "showView" | "sizeOf">;
  readonly color: boolean;
  /** The sink that prints the tables of a query to an output. */
  readonly consoleOf: MakeTables;
  /** Aborted when the run ends after the current batch. */
  readonly stopping: AbortSignal;
}

/** See the module's description. */
export class LiveRun implements RunListener {
  readonly #options: LiveRunOptions;
  readonly #clock: Clock;
  /** By query; so are the following. */
  readonly #sinks = new Map<string, LastBatchSink>();
  readonly #rows = new Map<string, WatchedRows>();
  readonly #idle = new Map<string, boolean>();
  readonly #over = new AbortController();
  #shown: TerminalView | undefined;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.#clock = options.io.host;
  }

  /** The sink of a query, if the view takes the place of its tables: the run goes on, and they would cover each other. */
  sinkOf(query: QueryPlan): Sink | undefined {
    const { plan: { queries }, consoleOf } = this.#options;
    const { sink: { spec }, trigger } = queries.find(({ plan }) => plan.name === query.name)!;
    if (spec.kind !== "console" || trigger.kind !== "processing-time") return undefined;
    const sink = new LastBatchSink((output) => consoleOf(query, output)!);
    this.#sinks.set(query.name, sink);
    return sink;
  }

  started({ queries }: StartedRun): void {
    const { plan: { queries: planned }, view, io, color, stopping } = this.#options;
    for (const { query, rows } of queries) {
      if (rows === undefined) continue;
      const { plan } = planned.find(({ plan: { name } }) => name === query)!;
      const order = rowsOrder(plan);
      const request = () => ({
        limit: ROWS_SHOWN_MAX,
        ...order !== undefined && (view.latest(query)?.point.stateRows ?? 0) <= SORTED_ROWS_MAX
          ? { order }
          : {},
      });
      const onChange = () => this.#shown?.update();
      this.#rows.set(query, new WatchedRows({ rows, request, clock: this.#clock, onChange }));
    }
    this.#shown = io.showView("stdout", {
      place: "screen",
      draw: (size, messages) =>
        runLines(this.#queries(), { ...size, messages, color, nowMs: this.#clock.nowMs() }),
    });
    const hurry = () => this.#rows.forEach((rows) => rows.hurry());
    stopping.addEventListener("abort", hurry, { once: true, signal: this.#over.signal });
    void this.#tick();
  }

  status({ query, status }: QueryStatus): void {
    if (isWaiting(status)) this.#idle.set(query, !status.isDataAvailable);
  }

  progress({ query }: BatchProgress): void | Promise<void> {
    this.#idle.set(query, false);
    this.#shown?.update();
    const rows = this.#rows.get(query);
    // The rows of the last batch have to be those that stay.
    if (this.#options.stopping.aborted) return rows?.readNow();
    rows?.changed();
  }

  /** Ends the view, and leaves the last state of the run on the terminal. */
  async end(): Promise<void> {
    this.#over.abort(OVER);
    for (const rows of this.#rows.values()) rows.close();
    if (this.#shown === undefined) return;
    this.#shown.end();
    const { io, color } = this.#options;
    const { columns } = io.sizeOf("stdout")!;
    const text = lastLines(this.#queries(), { columns, color, nowMs: this.#clock.nowMs() });
    await io.stdout.write(new TextEncoder().encode(text));
  }

  #queries(): ShownQuery[] {
    const { view } = this.#options;
    return view.queries().map((query) => ({
      view: query,
      isIdle: this.#idle.get(query.name) ?? false,
      batches: view.recent(query.name, RATES_SHOWN),
      rows: this.#rows.get(query.name)?.answer,
      table: query.isRunning ? undefined : this.#sinks.get(query.name)?.table,
    }));
  }

  async #tick(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      await this.#clock.sleep(TICK_MS, signal);
      this.#shown?.update();
    }
  }
}
