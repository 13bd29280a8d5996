/**
 * Runs an analysis through everything that may happen to it, in an order that a seed decides: its process is killed,
 * its workers die, answers of the broker are old, its stores fail, clocks are set, topics grow and are created again.
 * Then the faults stop, and what the stores hold has to be what a naive oracle makes of the records.
 */
import type { AnalysisPlan, PlannedQuery } from "../../lib/plan/analysis_plan.ts";
import { configureLogging } from "../../lib/base/log.ts";
import type { TriggerSpec } from "../../lib/config/values/values.ts";
import { randomFrom } from "../support/random.ts";
import { Disk } from "./disk.ts";
import { differences, wronglyTold } from "./oracle.ts";
import { CALM_MS, EVENTS_MAX, type RunEvents, Runs } from "./runs.ts";
import { planOf, type QueryName, type Scenario } from "./scenario.ts";
import { Scheduler } from "./scheduler.ts";
import { SqliteTarget } from "./sqlite_target.ts";
import { Store } from "./store.ts";
import type { Target } from "./target.ts";
import { TopicTarget } from "./topic_target.ts";
import { APPENDS_MS, World } from "./world.ts";

const RUN_MS_MAX = 4_000;
/** How long nothing runs between two runs. */
const DOWN_MS_MAX = 3_000;
/** How long a run may go on after a failure, or after it was told to stop. */
const ENDING_MS_MAX = 10_000;
/** How long a run may take to read everything, once the faults have stopped, and in addition for each batch. */
const CATCH_UP_MS = 20_000;
const BATCH_MS_MAX = 1_500;
const AVAILABLE_NOW: TriggerSpec = { kind: "available-now" };

/** What came of a simulation. */
export interface Outcome {
  /** What is wrong; nothing if all is as it should be. */
  readonly findings: readonly string[];
  /** What happened, an event a line: equal each time. */
  readonly trace: readonly string[];
  readonly batches: number;
}

/** Simulates a scenario, with its files in a directory that has to be empty. */
export async function simulate(scenario: Scenario, directory: string): Promise<Outcome> {
  return await new Simulation(scenario, directory, await planOf(scenario)).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #planned: AnalysisPlan;
  readonly #disk: Disk;
  readonly #random: () => number;
  readonly #scheduler = new Scheduler();
  readonly #world: World;
  /** By query. */
  readonly #targets: ReadonlyMap<QueryName, Target>;
  readonly #runs: Runs;
  readonly #findings: string[] = [];
  /** Called when the store has failed. */
  #onStoreFailure = () => {};
  #hasCopy = false;

  constructor(scenario: Scenario, directory: string, planned: AnalysisPlan) {
    const { seed } = scenario;
    this.#scenario = scenario;
    this.#planned = planned;
    this.#random = randomFrom(seed ^ 0x5eed);
    this.#disk = new Disk(directory, this.#random);
    this.#world = new World(scenario, {
      scheduler: this.#scheduler,
      random: this.#random,
      hasFaults: () => this.#runs.hasFaults,
      hasBegun: () => this.#runs.haveBegun,
    });
    this.#targets = new Map(scenario.queries.map(({ name }) => [name, this.#targetOf(name)]));
    this.#runs = new Runs(scenario, {
      directory,
      planned,
      disk: this.#disk,
      scheduler: this.#scheduler,
      random: this.#random,
      world: this.#world,
      targets: this.#targets,
    });
  }

  async run(): Promise<Outcome> {
    const { faults } = this.#scenario;
    configureLogging({ level: "warning", format: "text", writeLine: (line) => this.#runs.tell(line) });
    this.#world.begin();
    // The topic is older than any answer that may be given.
    await this.#pass(APPENDS_MS);
    try {
      for (let run = 0; run < faults.failingRuns; run++) await this.#runUntilFailure();
      for (let run = 0; run < faults.runs; run++) {
        await this.#runWithFaults();
        this.#copyCheckpoints();
        if (this.#random() < 0.5) await this.#pass(this.#random() * DOWN_MS_MAX);
      }
      if (this.#hasCopy) this.#restoreCheckpoints();
      if (this.#scenario.flushAtEnd) await this.#flush();
      else {
        if (await this.#outliveFaults()) this.#judge();
        // Where a run fails before it has emitted what its records have closed, more records are needed, as in Spark.
        this.#world.appendLast();
      }
      // It may be the first one that gets as far as being refused.
      if (!await this.#runs.run(this.#lastRun)) await this.#runs.run(this.#lastRun);
      // A transaction may be committed before its readers see it.
      await this.#pass(APPENDS_MS);
      this.#judge();
    } catch (error) {
      this.#findings.push(error instanceof Error ? error.stack ?? error.message : String(error));
    }
    return {
      findings: [...new Set(this.#findings)],
      trace: this.#scheduler.trace,
      batches: this.#runs.batches,
    };
  }

  #targetOf(query: QueryName): Target {
    switch (this.#scenario.sink) {
      case "store":
        return new Store(() => this.#storeFails());
      case "sqlite":
        return new SqliteTarget(this.#disk.path, query);
      case "topic":
        return new TopicTarget(this.#world.transactions, `${query}-out`);
    }
  }

  #storeFails(): boolean {
    const fails = this.#runs.hasFaults && this.#random() < this.#scenario.faults.storeFailures;
    if (fails) this.#onStoreFailure();
    return fails;
  }

  /** A run that finds a backlog and that nobody kills: once its store has failed, all its queries have to end. */
  async #runUntilFailure(): Promise<void> {
    await this.#pass(this.#random() * APPENDS_MS);
    const begin: RunEvents["begin"] = (process, stop) => {
      const hasToEnd = () =>
        process.later(ENDING_MS_MAX, "should have ended", () => {
          this.#findings.push(
            `${process.name} goes on ${ENDING_MS_MAX} ms after its store failed or it was stopped.`,
          );
          process.kill();
        });
      this.#onStoreFailure = hasToEnd;
      process.later(RUN_MS_MAX, "is stopped", () => {
        stop();
        hasToEnd();
      });
    };
    await this.#runs.run(this.#planned.queries, { begin });
    this.#onStoreFailure = () => {};
  }

  /**
   * A run during which the faults stop; what they have done may still make it fail for a while. Returns whether it has
   * lived until it was stopped.
   */
  async #outliveFaults(): Promise<boolean> {
    const { appends, recordsMax, maxOffsets = Infinity, faults: { isLossy } } = this.#scenario;
    this.#runs.toleratesLoss = isLossy;
    this.#scheduler.after(this.#random() * RUN_MS_MAX, "the faults stop", () => this.#runs.stopFaults());
    // Everything else has happened by then.
    const lastMs = 2 * APPENDS_MS + RUN_MS_MAX;
    this.#scheduler.after(lastMs, "the last records arrive", () => this.#world.appendLast());
    const overMs = lastMs + CATCH_UP_MS + Math.ceil(appends * recordsMax / maxOffsets) * BATCH_MS_MAX;
    const isOver = new Promise<void>((resolve) => this.#scheduler.after(overMs, "time is up", resolve));
    const hasLived = await this.#runs.run(this.#planned.queries, {
      begin: (_process, stop) => void isOver.then(stop),
    });
    await this.#scheduler.runUntil(isOver, EVENTS_MAX);
    return hasLived;
  }

  /** Runs that are to emit the groups that are still open, once nothing arrives and nothing can be overlooked. */
  async #flush(): Promise<void> {
    this.#runs.toleratesLoss = this.#scenario.faults.isLossy;
    await this.#pass(4 * APPENDS_MS);
    for (let runs = Math.floor(this.#random() * 4); runs > 0; runs--) {
      await this.#runWithFaults({ queries: this.#lastRun, killShare: 0.9 });
    }
    this.#runs.stopFaults();
    await this.#pass(CALM_MS);
  }

  /** A checkpoint without a batch may have no id yet, and is then that of another query. */
  #copyCheckpoints(): void {
    if (this.#hasCopy || !this.#scenario.faults.restores || !this.#runs.haveBegun) return;
    this.#disk.copy("old");
    this.#hasCopy = true;
  }

  /** Puts old checkpoints in the place of the new ones, which are kept for the case that the old ones are refused. */
  #restoreCheckpoints(): void {
    this.#scheduler.note("the checkpoints are restored from an old copy");
    this.#disk.copy("new");
    this.#disk.restore("old", this.#targets.keys());
    this.#runs.isRestored = true;
  }

  /** The queries, each with the trigger of the last run. */
  get #lastRun(): readonly PlannedQuery[] {
    return this.#planned.queries.map((query) => ({ ...query, trigger: AVAILABLE_NOW }));
  }

  #judge(): void {
    const { appended, appendedSilent, deleted } = this.#world;
    const isFlushed = this.#scenario.flushAtEnd;
    for (const [query, { batches }] of this.#targets) {
      this.#findings.push(
        ...differences(query, { appended, appendedSilent, deleted, batches, isFlushed })
          .map((found) => `${query}: ${found}`),
      );
    }
    const rows = this.#targets.get("rows")?.batches;
    this.#findings.push(...wronglyTold({ told: this.#runs.told, rows }, this.#world));
  }

  /**
   * A run that is killed, stopped, or left alone until it fails.
   *
   * @param killShare How likely it is that it is killed after a step.
   */
  async #runWithFaults({ queries = this.#planned.queries, killShare = 0.4 } = {}): Promise<void> {
    const { faults } = this.#scenario;
    const how = this.#random();
    const afterMs = this.#random() * RUN_MS_MAX;
    const killAtStep = this.#random() < killShare ? 1 + Math.floor(this.#random() * 15) : Infinity;
    let steps = 0;
    const begin: RunEvents["begin"] = (process, stop) => {
      if (how >= 0.6) process.later(afterMs, "is stopped", stop);
      else process.later(afterMs, "is killed", () => process.kill());
    };
    const afterStep: RunEvents["afterStep"] = (process, written) => {
      if (++steps < killAtStep) return;
      const torn = faults.powerFails ? written : undefined;
      this.#scheduler.note(`${process.name} is killed ${torn === undefined ? "after a step" : `in ${torn}`}`);
      process.kill(torn);
    };
    await this.#runs.run(queries, { begin, afterStep });
  }

  #pass(ms: number): Promise<void> {
    const passed = new Promise<void>((resolve) => this.#scheduler.after(ms, "time passes", resolve));
    return this.#scheduler.runUntil(passed, EVENTS_MAX);
  }
}
