/** What runs the queries of a plan: this program, or a cluster. Those who listen to the run do not know which. */
import type { RunListener } from "../../../monitoring/run_listener.ts";
import type { Sink } from "../../../sinks/sink.ts";
import type { QueryPlan } from "../../../sql/plan.ts";

/** A run, as whoever shows it wants it. */
export interface EngineRun {
  /** Ends the run after the current batches. */
  readonly signal: AbortSignal;
  readonly listener: RunListener;
  /** Whether the current rows of queries can be read, by what `started` tells. */
  readonly keepsRows: boolean;
  /** Creates the sink of a query, instead of the one in the plan; undefined if it is that one. */
  readonly makeSink?: (plan: QueryPlan) => Sink | undefined;
}

/** See the module's description. It is opened, runs once, and is closed, also if something of that fails. */
export interface Engine {
  /** Where the records are, for people. */
  readonly broker: string;
  /** Whether a cluster runs the queries, which has fewer settings. */
  readonly isCluster: boolean;
  /** Comes last of those who listen; present once it is open. */
  readonly listener: RunListener | undefined;
  /** What a person is told who presses Ctrl-C. */
  readonly stopText: string;
  /** What is said when the run begins. */
  startText(topics: string, queries: string): string;
  /** @throws {SfcrimeError} If what it runs with cannot be reached. */
  open(): Promise<void>;
  /** @throws {SfcrimeError} What ended the run. */
  run(run: EngineRun): Promise<void>;
  close(): Promise<void>;
}
