/**
 * Runs an analysis through everything that may happen to it, in an order that a seed decides: its process is killed,
 * its workers die, answers of the broker are old, its store fails, clocks are set, topics grow and are created again.
 * Then the faults stop, and what the store holds has to be what a naive oracle makes of the records.
 */
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import type { PlannedAnalysis } from "../../lib/plan/plan_analysis.ts";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { takeWriterLock } from "../../lib/checkpoint/writer_lock.ts";
import type { TriggerSpec } from "../../lib/config/values/values.ts";
import { randomFrom } from "../support/random.ts";
import { Cluster, type SimulatedRecord } from "./cluster.ts";
import { differences } from "./oracle.ts";
import { Killed, Process } from "./process.ts";
import { planOf, type Scenario, TOPIC } from "./scenario.ts";
import { Scheduler } from "./scheduler.ts";
import { Store } from "./store.ts";
import { SimulatedWorker } from "./worker.ts";

/** When the simulation begins, by the wall clock. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** How long records arrive. */
const APPENDS_MS = 5_000;
/** A minute of event time in each second, so that windows end. */
const EVENT_MS_PER_MS = 60;
const RUN_MS_MAX = 4_000;
const EVENTS_MAX = 100_000;
const TYPES = ["a", "b", "c"];

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
  return await new Simulation(scenario, directory, await planOf(scenario.query)).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #planned: PlannedAnalysis;
  readonly #directory: string;
  readonly #random: () => number;
  readonly #scheduler = new Scheduler();
  readonly #cluster: Cluster;
  readonly #store: Store;
  /** Every record that was appended. */
  readonly #appended: SimulatedRecord[] = [];
  readonly #findings: string[] = [];
  /** How far the wall clock is off. */
  #wallMs = EPOCH_MS;
  #hasFaults = true;
  #runs = 0;

  constructor(scenario: Scenario, directory: string, planned: PlannedAnalysis) {
    const { seed, faults, partitions } = scenario;
    this.#scenario = scenario;
    this.#planned = planned;
    this.#directory = directory;
    this.#random = randomFrom(seed ^ 0x5eed);
    this.#cluster = new Cluster(this.#scheduler, {
      random: this.#random,
      staleShare: () => this.#hasFaults ? faults.staleShare : 0,
    });
    this.#store = new Store(() => this.#hasFaults && this.#random() < faults.storeFailures);
    this.#cluster.createTopic(TOPIC, partitions);
  }

  async run(): Promise<Outcome> {
    const { faults } = this.#scenario;
    this.#planAppends();
    this.#planFaults();
    // The topic is older than any answer that may be given.
    await this.#pass(APPENDS_MS);
    try {
      for (let run = 0; run < faults.runs; run++) await this.#runWithFaults();
      this.#hasFaults = false;
      await this.#pass(2 * APPENDS_MS + RUN_MS_MAX);
      this.#appendLast();
      await this.#pass(APPENDS_MS);
      await this.#runOnce({ kind: "available-now" }, () => {});
    } catch (error) {
      this.#findings.push(error instanceof Error ? error.stack ?? error.message : String(error));
    }
    const { deleted } = this.#cluster;
    this.#findings.push(
      ...differences(this.#scenario.query, {
        appended: this.#appended,
        deleted,
        batches: this.#store.batches,
      }),
    );
    return {
      findings: this.#findings,
      trace: this.#scheduler.trace,
      batches: this.#store.batches.length,
    };
  }

  /** A run that is killed, stopped, or left alone until it fails. */
  async #runWithFaults(): Promise<void> {
    const { intervalMs } = this.#scenario;
    const how = this.#random();
    const afterMs = this.#random() * RUN_MS_MAX;
    const killAtStep = how < 0.3 ? 1 + Math.floor(this.#random() * 20) : Infinity;
    let steps = 0;
    await this.#runOnce({ kind: "processing-time", intervalMs }, (process, stop) => {
      if (how >= 0.6) process.later(afterMs, "is stopped", stop);
      else process.later(afterMs, "is killed", () => process.kill());
    }, (process) => {
      if (++steps < killAtStep) return;
      this.#scheduler.note(`${process.name} is killed after a step`);
      process.kill();
    });
  }

  async #runOnce(
    trigger: TriggerSpec,
    begin: (process: Process, stop: () => void) => void,
    afterStep: (process: Process) => void = () => {},
  ): Promise<void> {
    const { workers, maxOffsets, faults } = this.#scenario;
    const number = this.#runs++;
    const stop = new AbortController();
    const files = join(this.#directory, `run-${number}`);
    const process = new Process(`run ${number}`, this.#processOptions);
    // What a process that was killed does before it notices is done to files that nobody reads again.
    process.onKill(() => copyFiles(files, join(this.#directory, `run-${number + 1}`)));
    begin(process, () => stop.abort());
    const [query] = this.#planned.queries;
    let threads = 0;
    const ended = analyze({
      broker: this.#cluster.clientOf(process),
      address: { kind: "embedded", path: "" },
      planned: { ...this.#planned, queries: [{ ...query!, trigger }] },
      startingOffsets: "earliest",
      limits: { maxOffsetsPerTrigger: maxOffsets, maxRatePerPartition: undefined },
      workerCount: workers,
      withBatch: false,
      output: { write: () => Promise.resolve() },
      clock: process.clock,
      signal: stop.signal,
      onProgress: () => {},
      checkpoints: new Map([[query!.plan.name, files]]),
      failOnDataLoss: !faults.isLossy,
      makeSink: () => this.#store.sinkOf(process),
      onStep: () => {
        afterStep(process);
        if (!process.isAlive) throw new Killed();
      },
      spawn: () =>
        new SimulatedWorker(`worker ${number}.${threads++}`, {
          ...this.#processOptions,
          parent: process,
          clientOf: (worker) => this.#cluster.clientOf(worker),
          messagesMax: this.#hasFaults && this.#random() < faults.workerDeaths
            ? 1 + Math.floor(this.#random() * 30)
            : Infinity,
        }),
    });
    try {
      await this.#scheduler.runUntil(ended, EVENTS_MAX);
      this.#scheduler.note(`${process.name} has ended`);
    } catch (error) {
      this.#scheduler.note(`${process.name} has failed: ${String(error).replaceAll(this.#directory, "")}`);
      if (process.isAlive && !this.#isExpected(error)) throw error;
    }
    process.kill();
    // A run that has ended holds no lock.
    takeWriterLock(files).release();
  }

  get #processOptions() {
    return {
      scheduler: this.#scheduler,
      random: this.#random,
      wallMs: () => this.#wallMs,
      latencyMsMax: () => this.#hasFaults ? this.#scenario.faults.latencyMsMax : 10,
      lostShare: () => this.#hasFaults ? this.#scenario.faults.lostShare : 0,
    };
  }

  /** Whether a run may end by an error. */
  #isExpected(error: unknown): boolean {
    if (!this.#hasFaults || !(error instanceof SfcrimeError)) return false;
    const { storeFailures, workerDeaths, isLossy } = this.#scenario.faults;
    // A query that has not read anything yet needs its topic.
    if (error.code === "TOPIC_MISSING") return isLossy;
    return (error.code === "OUTPUT" && storeFailures > 0) ||
      (error.code === "INTERNAL" && workerDeaths > 0) ||
      // A run that was killed may have asked for the store, and gets it later than its successor.
      error.code === "BROKER";
  }

  #pass(ms: number): Promise<void> {
    const passed = new Promise<void>((resolve) => this.#scheduler.after(ms, "time passes", resolve));
    return this.#scheduler.runUntil(passed, EVENTS_MAX);
  }

  #planAppends(): void {
    const { appends, recordsMax } = this.#scenario;
    for (let append = 0; append < appends; append++) {
      const count = 1 + Math.floor(this.#random() * recordsMax);
      this.#scheduler.after(APPENDS_MS + this.#random() * APPENDS_MS, `${count} records arrive`, () => {
        const partitions = this.#cluster.partitionsOf(TOPIC);
        if (partitions > 0) this.#append(Math.floor(this.#random() * partitions), count);
      });
    }
  }

  #append(partition: number, count: number, eventMs?: number): void {
    const records = Array.from({ length: count }, (_, index) => ({
      id: this.#appended.length + index,
      type: TYPES[Math.floor(this.#random() * TYPES.length)]!,
      eventMs: eventMs ??
        Math.floor(EPOCH_MS + this.#scheduler.nowMs * EVENT_MS_PER_MS + this.#random() * 60_000),
    }));
    this.#appended.push(...records);
    this.#cluster.append(TOPIC, partition, records);
    if (this.#scenario.query !== "distinct" || eventMs !== undefined) return;
    this.#scheduler.after(this.#random() * 1_000, "some of them arrive again", () => {
      this.#cluster.append(TOPIC, partition, records.slice(0, 1 + Math.floor(this.#random() * count)));
    });
  }

  /** A record in each partition that ends all windows before it. */
  #appendLast(): void {
    for (let partition = 0; partition < this.#cluster.partitionsOf(TOPIC); partition++) {
      this.#append(partition, 1, EPOCH_MS + 86_400_000);
    }
  }

  #planFaults(): void {
    const { clockJumps, addedPartitions, leaderMoves, isLossy } = this.#scenario.faults;
    const sometime = (label: string, run: () => void) =>
      this.#scheduler.after(APPENDS_MS + this.#random() * 2 * APPENDS_MS, label, run);
    if (clockJumps) {
      for (const byMs of [-3_600_000, 86_400_000, -7_123]) {
        sometime(`the clock is set by ${byMs} ms`, () => this.#wallMs += byMs);
      }
    }
    for (let partition = 0; partition < addedPartitions; partition++) {
      sometime("a partition is added", () => {
        if (this.#cluster.partitionsOf(TOPIC) > 0) this.#cluster.addPartition(TOPIC);
      });
    }
    for (let move = 0; move < leaderMoves; move++) {
      sometime("a leader moves", () => {
        const partitions = this.#cluster.partitionsOf(TOPIC);
        if (partitions > 0) this.#cluster.moveLeader(TOPIC, Math.floor(this.#random() * partitions));
      });
    }
    if (!isLossy) return;
    const share = this.#random();
    sometime("records are deleted", () => {
      if (this.#cluster.partitionsOf(TOPIC) > 0) this.#cluster.deleteRecords(TOPIC, 0, share);
    });
    if (this.#random() < 0.5) return;
    sometime("the topic is deleted", () => {
      this.#cluster.deleteTopic(TOPIC);
      this.#scheduler.after(this.#random() * 2_000, "the topic is created again", () => {
        this.#cluster.createTopic(TOPIC, this.#scenario.partitions);
      });
    });
  }
}

function copyFiles(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of [...Deno.readDirSync(from)]) Deno.copyFileSync(join(from, name), join(to, name));
}
