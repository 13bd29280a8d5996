/**
 * Runs scenarios with this program's own engine: the records go to an embedded broker, and the analysis sees as many
 * of them as there would be.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import { systemHost } from "../../lib/base/host.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import { AnsweredQuery, answerOf } from "./answered_query.ts";
import { openEmbeddedBroker } from "./brokers.ts";
import { InProcessWorker } from "./in_process_worker.ts";
import {
  type DoneStep,
  type Kill,
  KillMoment,
  KillMoments,
  type Position,
  type QueryLeft,
} from "./kill_moments.ts";
import { type RevealedBroker, revealing, type RunEnds, showingAll } from "./revealing_broker.ts";
import { appendRuns } from "./scenario_topics.ts";
import {
  type Answers,
  planScenario,
  type QueryAnswer,
  runsOf,
  type Scenario,
  type ScenarioRun,
} from "./stream_scenario.ts";
import { type TempDir, tempDir } from "./temp_dir.ts";

/** How the engine runs. */
export interface HarnessOptions {
  readonly workerCount?: number;
  /** Whether workers have threads of their own. */
  readonly hasThreads?: boolean;
  /** The id of each query; another one each time by default. */
  readonly queryId?: string;
}

/** What this program answers. */
export async function runHere(scenario: Scenario, options: HarnessOptions = {}): Promise<Answers> {
  await using harness = await StreamHarness.open(scenario, options);
  const answers: Record<string, QueryAnswer> = {};
  for (const names of harness.groups) Object.assign(answers, await harness.run(names));
  return answers;
}

/** What this program answers when it was killed, once or several times, and went on from what it had left. */
export interface ResumedAnswers {
  readonly kills: readonly Kill[];
  /** Of the queries that were killed. */
  readonly answers: Answers;
}

/**
 * Runs a scenario whole, and again from each moment at which that could have been killed: after each step of each
 * batch. What was killed goes on to the end, or, where `isRepeated` says so of both kills, until the next of these
 * moments, where it is killed again: then each step is done once more, and not all steps after each kill.
 */
export async function* runKilled(
  scenario: Scenario,
  { isRepeated = () => false, ...options }: HarnessOptions & {
    readonly isRepeated?: (kill: Kill) => boolean;
  } = {},
): AsyncGenerator<ResumedAnswers> {
  await using harness = await StreamHarness.open(scenario, options);
  for (const names of harness.groups) {
    const moments: KillMoments[] = [];
    await harness.run(names, { moments });
    const all = moments.flatMap((run) => [...run.kills()]);
    for (const kill of all.filter((kill) => !isRepeated(kill))) {
      yield { kills: [kill], answers: await harness.run(names, { from: kill.position }) };
    }
    const repeated = all.filter(isRepeated);
    let kills: Kill[] = [];
    let from: Position | undefined;
    for (const [index, kill] of repeated.entries()) {
      kills.push(kill);
      const end = await harness.runUntil(names, { from: from ?? kill.position, until: repeated[index + 1] });
      from = end.killed;
      if (end.answers === undefined) continue;
      yield { kills, answers: end.answers };
      kills = [];
    }
  }
}

const START: Position = { run: 0, shown: 0, left: new Map(), logged: new Map() };
const NOTHING: QueryLeft = { files: new Map(), stored: [], reported: [] };

interface RunOptions {
  readonly from?: Position;
  /** Gets the moments of each run. */
  readonly moments?: KillMoments[];
}

/** What sees each step of a run, and may give where it is killed. */
interface Watch {
  take(done: DoneStep): Position | undefined | void;
}

/** What a process has come to. */
interface ProcessEnd {
  /** Where the next process begins. */
  readonly position: Position;
  readonly error: string | undefined;
  /** Where it was killed. */
  readonly killed: Position | undefined;
}

/** What queries have answered in the end, or where they were killed before. */
type KilledOrAnswers =
  | { readonly answers: Answers; readonly killed?: undefined }
  | { readonly answers?: undefined; readonly killed: Position };

/** What a run that is killed gets from its listener. */
class Killed extends Error {}

/** A scenario, and its records on a broker. */
class StreamHarness implements AsyncDisposable {
  readonly #scenario: Scenario;
  readonly #runs: readonly ScenarioRun[];
  readonly #options: HarnessOptions;
  readonly #directory: TempDir;
  readonly #broker: Broker;
  readonly #plans = new Map<string, AnalysisPlan>();
  #ends: readonly RunEnds[] = [];

  private constructor(scenario: Scenario, options: HarnessOptions, directory: TempDir) {
    this.#scenario = scenario;
    this.#runs = runsOf(scenario);
    this.#options = options;
    this.#directory = directory;
    this.#broker = openEmbeddedBroker(this.#brokerPath);
  }

  static async open(scenario: Scenario, options: HarnessOptions): Promise<StreamHarness> {
    const harness = new StreamHarness(scenario, options, await tempDir({ inMemory: true }));
    harness.#ends = await appendRuns(scenario, harness.#broker);
    return harness;
  }

  /** Queries run together where all read the same; what a batch is depends on who looks. */
  get groups(): string[][] {
    const { streams, queries } = this.#scenario;
    const names = Object.keys(queries);
    return Object.keys(streams).length === 1 ? [names] : names.map((name) => [name]);
  }

  /** Runs some queries to the end of the scenario, or to their failure. */
  async run(names: readonly string[], { from = START, moments }: RunOptions = {}): Promise<Answers> {
    const watchOf = (position: Position) => {
      if (moments === undefined) return undefined;
      const ofRun = new KillMoments(position);
      moments.push(ofRun);
      return ofRun;
    };
    return await this.#answersAt(names, await this.#runFrom(names, { from, watchOf }));
  }

  /** Does the same, unless the kill comes before the end. */
  async runUntil(
    names: readonly string[],
    { from, until }: { readonly from: Position; readonly until: Kill | undefined },
  ): Promise<KilledOrAnswers> {
    const watchOf = (position: Position) =>
      until?.position.run === position.run ? new KillMoment(until, position) : undefined;
    const end = await this.#runFrom(names, { from, watchOf });
    return end.killed === undefined ? { answers: await this.#answersAt(names, end) } : { killed: end.killed };
  }

  /** One process after the other, until one is killed. */
  async #runFrom(
    names: readonly string[],
    { from, watchOf }: {
      readonly from: Position;
      readonly watchOf: (position: Position) => Watch | undefined;
    },
  ): Promise<ProcessEnd> {
    let end: ProcessEnd = { position: from, error: undefined, killed: undefined };
    while (end.position.run < this.#runs.length && end.error === undefined && end.killed === undefined) {
      end = await this.#runOnce(names, end.position, watchOf(end.position));
    }
    return end;
  }

  async #answersAt(
    names: readonly string[],
    { position: { left }, error }: ProcessEnd,
  ): Promise<Answers> {
    const { queries } = await this.#planOf(names, this.#runs.at(-1)!);
    return Object.fromEntries(queries.map(({ plan }) => {
      const answer = answerOf(plan, left.get(plan.name)!, this.#scenario.partitions ?? 1);
      return [plan.name, error === undefined ? answer : { ...answer, error }];
    }));
  }

  /** One process, from its start to the end of the run, or until it is killed. */
  async #runOnce(
    names: readonly string[],
    { run: number, shown, left, logged }: Position,
    watch: Watch | undefined,
  ): Promise<ProcessEnd> {
    const run = this.#runs[number]!;
    const hasCheckpoints = this.#runs.length > 1 || watch !== undefined || left.size > 0;
    const plan = await this.#planOf(names, run, hasCheckpoints);
    this.#writeCheckpoints(left);
    const answered = new Map(
      plan.queries.map(({ plan }) => [
        plan.name,
        new AnsweredQuery(plan, { run: number, before: left.get(plan.name) ?? NOTHING }),
      ]),
    );
    const leftBy = (name: string): QueryLeft => ({
      ...answered.get(name)!.output,
      files: hasCheckpoints ? readFiles(join(this.#checkpoints, name)) : NOTHING.files,
    });
    const lastLogged = new Map(logged);
    let killed: Position | undefined;
    const take = (done: DoneStep) => {
      if (killed === undefined) killed = watch?.take(done) ?? undefined;
      if (killed !== undefined) throw new Killed();
    };
    const stop = new AbortController();
    const seen = this.#seenBroker(number, { stop, shown });
    let error: string | undefined;
    try {
      await analyze({
        broker: seen.broker,
        address: { kind: "embedded", path: this.#brokerPath },
        plan,
        output: { write: () => Promise.resolve() },
        host: { ...systemHost, newId: () => this.#options.queryId ?? systemHost.newId() },
        spawn: this.#options.hasThreads === true ? spawnWorker : () => new InProcessWorker(this.#broker),
        signal: stop.signal,
        listener: {
          // A run that goes on looks at the topics before its first trigger, too.
          status: ({ query, status: { message } }) => {
            if (query === names[0] && message.startsWith("Getting offsets")) seen.triggered();
          },
          step: ({ query, step }) => {
            const isLogged = step === 1 && run.crashes;
            // The last step is taken with what is reported of it.
            if (step === 4 || (watch === undefined && !isLogged)) return;
            const left = leftBy(query);
            if (isLogged) lastLogged.set(query, left);
            take({ query, step, left, shown: seen.shown });
          },
          progress: (progress) => {
            const { query } = progress;
            answered.get(query)!.report(progress);
            if (watch !== undefined) take({ query, step: 4, left: leftBy(query), shown: seen.shown });
          },
        },
        makeSink: ({ name }) => answered.get(name)!,
      });
    } catch (cause) {
      error = String(cause);
    }
    if (killed !== undefined) return { position: killed, error: undefined, killed };
    const after = new Map(names.map((name) => [name, leftBy(name)]));
    // Which batch is the last one is not known before.
    const next = run.crashes && error === undefined ? new Map([...after, ...lastLogged]) : after;
    return { position: { run: number + 1, shown: 0, left: next, logged: new Map() }, error, killed };
  }

  /** As many records as the queries may see. */
  #seenBroker(run: number, how: Parameters<typeof revealing>[2]): RevealedBroker {
    const [{ trigger }, ends] = [this.#runs[run]!, this.#ends[run]!];
    return trigger === "processing-time"
      ? revealing(this.#broker, ends, how)
      : showingAll(this.#broker, ends, { batchesPerTrigger: trigger === "once" ? Infinity : 1 });
  }

  get #brokerPath(): string {
    return join(this.#directory.path, "broker.db");
  }

  get #checkpoints(): string {
    return join(this.#directory.path, "checkpoints");
  }

  /** What earlier processes have left, and nothing else. */
  #writeCheckpoints(left: ReadonlyMap<string, QueryLeft>): void {
    if (existsSync(this.#checkpoints)) Deno.removeSync(this.#checkpoints, { recursive: true });
    for (const [name, { files }] of left) writeFiles(join(this.#checkpoints, name), files);
  }

  async #planOf(names: readonly string[], run: ScenarioRun, hasCheckpoints = true): Promise<AnalysisPlan> {
    const size = batchSize(run);
    const more = {
      "analyze.workers": String(this.#options.workerCount ?? 1),
      ...(size === undefined ? {} : { "analyze.max_offsets_per_trigger": String(size) }),
      ...(hasCheckpoints ? { "analyze.checkpoint": this.#checkpoints } : {}),
    };
    const key = JSON.stringify([names, run.trigger, more]);
    const planning = { trigger: run.trigger, names, more };
    const plan = this.#plans.get(key) ?? await planScenario(this.#scenario, this.#directory.path, planning);
    this.#plans.set(key, plan);
    return plan;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker.close();
    await this.#directory[Symbol.asyncDispose]();
  }
}

/** How many records are a batch by themselves, where that is for a limit to say. */
function batchSize({ trigger, batches: [first] }: ScenarioRun): number | undefined {
  if (trigger !== "available-now" || first === undefined || first === "idle") return undefined;
  return Object.values(first).flat().length;
}

/** The files of a checkpoint at this moment, as a process that died now would leave them. */
function readFiles(directory: string): Map<string, Uint8Array> {
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
  // SQLite makes the index of its log anew where nobody has the file open. Of the lock nothing is left.
  const kept = names.filter((name) => !/-shm$|\.lock$/.test(name));
  return new Map(kept.map((name) => [name, Deno.readFileSync(join(directory, name))]));
}

function writeFiles(directory: string, files: ReadonlyMap<string, Uint8Array>): void {
  Deno.mkdirSync(directory, { recursive: true });
  for (const [name, bytes] of files) Deno.writeFileSync(join(directory, name), bytes);
}
