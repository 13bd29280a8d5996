/** The runs of the program in a simulation, one at a time: each with its process, its workers and the reason for its end. */
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { CHECKPOINT_FILE } from "../../lib/checkpoint/checkpoint_file.ts";
import { takeWriterLock } from "../../lib/checkpoint/writer_lock.ts";
import type { AnalysisPlan, PlannedQuery } from "../../lib/plan/analysis_plan.ts";
import type { Disk } from "./disk.ts";
import { Killed, Process } from "./process.ts";
import type { QueryName, Scenario } from "./scenario.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Target } from "./target.ts";
import { SimulatedWorker } from "./worker.ts";
import type { World } from "./world.ts";
// An analysis loads these when it first needs them, which takes real time: the first simulation would differ from itself.
import "../../lib/checkpoint/checkpoint.ts";
import "../../lib/monitoring/history/kept_history.ts";

/** How much may happen in a run. */
export const EVENTS_MAX = 100_000;
/** How long a request may still arrive, and what it does may be noticed, after the faults have stopped. */
export const CALM_MS = 5_000;

/** What runs are in. */
export interface RunsContext {
  /** Of the whole simulation; messages are kept without it. */
  readonly directory: string;
  readonly planned: AnalysisPlan;
  readonly disk: Disk;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly world: World;
  /** By query. */
  readonly targets: ReadonlyMap<QueryName, Target>;
}

/** What happens to a run. */
export interface RunEvents {
  readonly begin?: (process: Process, stop: () => void) => void;
  /** Gets the database file to which the step has written, if there is one. */
  readonly afterStep?: (process: Process, written: string | undefined) => void;
}

/** See the module's description. */
export class Runs {
  readonly #scenario: Scenario;
  readonly #context: RunsContext;
  /** The warnings and errors of the runs. */
  readonly told: string[] = [];
  /** Whether a run goes on after a loss, whatever the scenario says. */
  toleratesLoss = false;
  /** Whether the checkpoints are old copies, with which no batch has run. */
  isRestored = false;
  /** The batches that were committed in sinks. */
  batches = 0;
  #hasFaults = true;
  /** From then on, the faults show no more. */
  #calmMs = Infinity;
  /** How many ids were given. */
  #ids = 0;
  #runs = 0;
  /** The queries that have committed a batch. */
  readonly #begun = new Set<string>();

  constructor(scenario: Scenario, context: RunsContext) {
    this.#scenario = scenario;
    this.#context = context;
  }

  /** Whether faults still happen. */
  get hasFaults(): boolean {
    return this.#hasFaults;
  }

  /** Whether all queries have committed a batch. */
  get haveBegun(): boolean {
    return this.#scenario.queries.every(({ name }) => this.#begun.has(name));
  }

  /** From now on, nothing new goes wrong. */
  stopFaults(): void {
    this.#hasFaults = false;
    this.#calmMs = this.#context.scheduler.nowMs + CALM_MS;
  }

  /** Keeps a message of a run. */
  tell(line: string): void {
    const told = line.replaceAll(this.#context.directory, "");
    this.told.push(told);
    this.#context.scheduler.note(told);
  }

  /** Runs the queries; returns whether the run has ended without an error. */
  async run(
    queries: readonly PlannedQuery[],
    { begin = () => {}, afterStep = () => {} }: RunEvents = {},
  ): Promise<boolean> {
    const { workers, maxOffsets, failOnDataLoss, faults } = this.#scenario;
    const number = this.#runs++;
    const stop = new AbortController();
    const process = new Process(`run ${number}`, this.#processOptions);
    process.onKill((torn) => this.#context.disk.end(torn));
    begin(process, () => stop.abort());
    const planned = queries.map((query) => ({
      ...query,
      checkpoint: join(this.#context.disk.path, query.plan.name),
    }));
    const goOn = (written: string | undefined) => {
      afterStep(process, written);
      if (!process.isAlive) throw new Killed();
    };
    let threads = 0;
    const ended = analyze({
      broker: this.#context.world.cluster.clientOf(process),
      address: { kind: "embedded", path: "" },
      plan: {
        ...this.#context.planned,
        queries: planned,
        limits: { ...this.#context.planned.limits, maxOffsetsPerTrigger: maxOffsets },
        workerCount: workers,
        failOnDataLoss: failOnDataLoss && !this.toleratesLoss,
      },
      output: { write: () => Promise.resolve() },
      host: {
        ...process.clock,
        newId: () => `id ${this.#ids++} of ${process.name}`,
        self: () => ({ pid: 1, hostname: process.name }),
      },
      signal: stop.signal,
      makeSink: (plan) =>
        this.#context.targets.get(plan.name as QueryName)!.sinkOf({ process, plan, onWritten: goOn }),
      listener: {
        step: ({ query, step }) => {
          this.isRestored = false;
          if (step === 3) this.#begun.add(query);
          if (step === 3) this.batches++;
          goOn(step === 1 || step === 4 ? join(query, CHECKPOINT_FILE) : undefined);
        },
      },
      spawn: () =>
        new SimulatedWorker(`worker ${number}.${threads++}`, {
          ...this.#processOptions,
          parent: process,
          clientOf: (worker) => this.#context.world.cluster.clientOf(worker),
          messagesMax: this.#hasFaults && this.#context.random() < faults.workerDeaths
            ? 1 + Math.floor(this.#context.random() * 30)
            : Infinity,
        }),
    });
    const beganMs = this.#context.scheduler.nowMs;
    let hasFailed = false;
    let isRefused = false;
    try {
      await this.#context.scheduler.runUntil(ended, EVENTS_MAX);
      this.#context.scheduler.note(`${process.name} has ended`);
    } catch (error) {
      hasFailed = true;
      isRefused = this.isRestored && error instanceof SfcrimeError && error.code === "CHECKPOINT";
      if (isRefused) this.isRestored = false;
      this.tell(`${process.name} has failed: ${error}`);
      if (process.isAlive && !isRefused && !this.#isExpected(error, beganMs)) throw error;
    }
    process.kill();
    // A run that has ended holds no locks.
    for (const { checkpoint } of planned) takeWriterLock(checkpoint).release();
    this.#context.disk.restart();
    if (isRefused) this.#context.disk.restore("new", this.#context.targets.keys());
    return !hasFailed;
  }

  get #processOptions() {
    return {
      scheduler: this.#context.scheduler,
      random: this.#context.random,
      wallMs: () => this.#context.world.wallMs,
      latencyMsMax: () => this.#hasFaults ? this.#scenario.faults.latencyMsMax : 10,
      lostShare: () => this.#hasFaults ? this.#scenario.faults.lostShare : 0,
    };
  }

  /** Whether a run may end by an error. */
  #isExpected(error: unknown, beganMs: number): boolean {
    if (!(error instanceof SfcrimeError)) return false;
    const { failOnDataLoss, faults: { storeFailures, workerDeaths, isLossy } } = this.#scenario;
    switch (error.code) {
      case "BROKER":
        // A run that was killed may have asked for the sink, and gets it later than its successor, which notices that
        // when it writes.
        return beganMs < this.#calmMs;
      case "TOPIC_MISSING":
        // A query that has not read anything yet needs its topic.
        return this.#mayFail && isLossy;
      case "DATA_LOSS":
      case "OFFSET_OUT_OF_RANGE":
        return this.#mayFail && isLossy && failOnDataLoss;
      case "OUTPUT":
        return this.#mayFail && storeFailures > 0;
      case "INTERNAL":
        return this.#mayFail && workerDeaths > 0;
      default:
        return false;
    }
  }

  get #mayFail(): boolean {
    return this.#context.scheduler.nowMs < this.#calmMs;
  }
}
