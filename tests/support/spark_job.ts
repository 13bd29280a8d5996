/** The job of `scenario_job.py` as a server: one Spark session for all the scenarios that it is asked for. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AskedQuery, type PlanDocument, planDocument } from "./plan_document.ts";
import { rememberedAnswer } from "./spark_answers.ts";
import { SparkConnection } from "./spark_server.ts";
import {
  type Answers,
  type BatchAnswer,
  planScenario,
  type QueryAnswer,
  runsOf,
  type Scenario,
  type ScenarioKill,
  type ScenarioRun,
  type ScenarioTrigger,
  type StateAnswer,
} from "./stream_scenario.ts";
import { ScenarioFiles } from "./scenario_files.ts";
import { tempDir } from "./temp_dir.ts";

/** One partition for each file, whatever its size. */
const FILE_BYTES = "1048576";

const CONF = {
  "spark.sql.files.maxPartitionBytes": FILE_BYTES,
  "spark.sql.files.openCostInBytes": FILE_BYTES,
  // Each time, files are listed, by all queries that have ended before the others.
  "spark.sql.streaming.pollingDelay": "200ms",
  // The other one starts a process, readlink, several times for each file of a checkpoint.
  "spark.sql.streaming.checkpointFileManagerClass":
    "org.apache.spark.sql.execution.streaming.FileSystemBasedCheckpointFileManager",
  // A query of one column would parse that alone, which makes a difference where a record is malformed.
  "spark.sql.optimizer.enableJsonExpressionOptimization": "false",
  "spark.sql.optimizer.enableCsvExpressionOptimization": "false",
};

/** What a line of a query's file may be. */
type CollectedLine =
  | {
    readonly kind: "batch";
    readonly batchId: number;
    readonly columns: readonly string[];
    readonly rows: readonly string[];
  }
  | { readonly kind: "progress"; readonly progress: SparkProgress }
  | { readonly kind: "error"; readonly error: string };

interface SparkProgress {
  readonly batchId: number;
  readonly eventTime?: { readonly watermark?: string };
  readonly stateOperators: readonly StateAnswer[];
}

/** How Spark runs. */
export interface SparkOptions {
  readonly shufflePartitions?: number;
  /** Without generated code Spark is as right, and faster for queries that run once. */
  readonly codegen?: boolean;
  /** What Spark runs in place of the statements of some queries, which read the same streams and tables. */
  readonly statements?: Readonly<Record<string, Pick<AskedQuery, "sql" | "outputMode">>>;
  /** Spark is killed once, and goes on. */
  readonly kill?: ScenarioKill;
}

/** A run of a scenario, or the part of one before or after a kill. */
interface JobRun extends ScenarioRun {
  readonly number: number;
  /** What ends it. */
  readonly kill?: ScenarioKill;
}

/** A scenario that is asked, with what is asked in each of its runs. */
interface Job {
  readonly directory: string;
  readonly runs: readonly JobRun[];
  readonly documents: readonly PlanDocument[];
}

/** One of the runs of a scenario. */
interface RunOptions extends Omit<SparkOptions, "kill"> {
  readonly directory: string;
  readonly number: number;
  readonly trigger: ScenarioTrigger;
}

/** See the module's description. `await using spark = SparkJob.start();` ends the process, too. */
export class SparkJob implements AsyncDisposable {
  readonly #remembers: boolean;
  #spark: SparkConnection | undefined;

  private constructor(remembers: boolean) {
    this.#remembers = remembers;
  }

  /** Spark starts with the first scenario, unless it is running for the step. */
  static start(): SparkJob {
    return new SparkJob(false);
  }

  /** The same, but only what is not known is asked: see `spark_answers.ts`. */
  static remembering(): SparkJob {
    return new SparkJob(true);
  }

  /** What Spark answers. */
  async run(scenario: Scenario, options: SparkOptions = {}): Promise<Answers> {
    // Checkpoints are forced to the disk, file by file.
    await using directory = await tempDir({ inMemory: true });
    const { kill, ...how } = options;
    const runs = jobRuns(scenario, kill);
    const documents = await Promise.all(
      runs.map(({ trigger }, number) =>
        documentOf(scenario, { ...how, trigger, number, directory: directory.path })
      ),
    );
    const ask = () => this.#ask(scenario, { directory: directory.path, runs, documents });
    if (!this.#remembers) return await ask();
    const asked = JSON.stringify(documents).replaceAll(directory.path, "");
    return await rememberedAnswer([scenario, options, asked], ask);
  }

  async #ask(scenario: Scenario, { directory, runs, documents }: Job): Promise<Answers> {
    this.#spark ??= await SparkConnection.open();
    const files = new ScenarioFiles(scenario, join(directory, "files"));
    const names = Object.keys(scenario.queries);
    const checkpoints = new Map(names.map((name) => [name, join(directory, "checkpoints", name)]));
    const answers: Answers[] = [];
    for (const [number, run] of runs.entries()) {
      await files.add(run);
      await Deno.mkdir(collectedIn(directory, number));
      await this.#spark.ask({ document: documents[number]! });
      answers.push(await readAnswers(collectedIn(directory, number), names));
      if (run.kill !== undefined) await killAt(run.kill, checkpoints);
      else if (run.crashes) await uncommit([...checkpoints.values()]);
    }
    return Object.fromEntries(
      names.map((name) => [name, joinRuns(name, runs, answers.map((run) => run[name]!))]),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spark?.[Symbol.asyncDispose]();
  }
}

/** The directory with what queries collect in a run. */
function collectedIn(directory: string, number: number): string {
  return join(directory, `collected-${number}`);
}

/** What Spark is asked to run. */
async function documentOf(
  scenario: Scenario,
  { directory, number, trigger, shufflePartitions = 1, codegen = true, statements = {} }: RunOptions,
): Promise<PlanDocument> {
  const plan = await planScenario(scenario, directory, {
    trigger,
    more: { "analyze.checkpoint": join(directory, "checkpoints") },
  });
  const document = planDocument(plan, {
    source: {
      kind: "files",
      directory: join(directory, "files"),
      filesPerTrigger: scenario.partitions ?? 1,
    },
    sink: { kind: "collect", directory: collectedIn(directory, number) },
    conf: {
      ...CONF,
      "spark.sql.shuffle.partitions": String(shufflePartitions),
      "spark.sql.codegen.wholeStage": String(codegen),
      "spark.sql.codegen.factoryMode": codegen ? "FALLBACK" : "NO_CODEGEN",
    },
  });
  const queries = document.queries.map((query) => ({ ...query, ...statements[query.name] }));
  return { ...document, queries };
}

/** What the queries of a run have collected. */
async function readAnswers(directory: string, names: readonly string[]): Promise<Answers> {
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readAnswer(directory, name)] as const)),
  );
}

/** The runs of a scenario, one of which may be in two parts. */
function jobRuns(scenario: Scenario, kill: ScenarioKill | undefined): JobRun[] {
  const runs = runsOf(scenario).flatMap((run, number): JobRun[] => {
    if (kill?.run !== number) return [{ ...run, number }];
    const batches = [run.batches.slice(0, kill.shown), run.batches.slice(kill.shown)] as const;
    return [{ ...run, batches: batches[0], crashes: false, number, kill }, {
      ...run,
      batches: batches[1],
      number,
    }];
  });
  return runs.map((run) => ({ ...run, ...asJobRun(run, runs.length) }));
}

/**
 * A run as the job takes it: the job ends queries by itself where it has had several segments. A run that is the only
 * one and has no pause comes to the same batches by a trigger that ends it.
 */
function asJobRun(run: ScenarioRun, count: number): ScenarioRun {
  if (run.trigger !== "processing-time" || run.batches.includes("idle")) return run;
  return count === 1 ? { ...run, trigger: "available-now" } : { ...run, batches: [...run.batches, "idle"] };
}

/** What a query answered in all runs. A batch that is not committed is answered by the next run. */
function joinRuns(query: string, runs: readonly JobRun[], answers: readonly QueryAnswer[]): QueryAnswer {
  const error = answers.find((answer) => answer.error !== undefined)?.error;
  const batches: BatchAnswer[] = [];
  for (const [index, { number, crashes, kill }] of runs.entries()) {
    batches.push(...answers[index]!.batches.map((batch) => number === 0 ? batch : { run: number, ...batch }));
    if (kill !== undefined) batches.splice(kill.queries[query]!.committed);
    else if (crashes) batches.pop();
  }
  return {
    columns: answers.find(({ columns }) => columns.length > 0)?.columns ?? [],
    batches,
    ...(error === undefined ? {} : { error }),
  };
}

/** Takes from checkpoints of Spark's what they would not have yet, had Spark been killed. */
async function killAt({ queries }: ScenarioKill, checkpoints: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, checkpoint] of checkpoints) {
    const { committed, isLogged } = queries[name]!;
    await removeFrom(join(checkpoint, "commits"), committed);
    await removeFrom(join(checkpoint, "offsets"), isLogged ? committed + 1 : committed);
  }
}

/** Takes the mark of the last batch from checkpoints of Spark's, as if Spark had died before it had written that. */
async function uncommit(checkpoints: readonly string[]): Promise<void> {
  for (const checkpoint of checkpoints) {
    const commits = join(checkpoint, "commits");
    // A query that has failed may have committed nothing.
    if (existsSync(commits)) await removeFrom(commits, Math.max(...numbersIn(commits)));
  }
}

function numbersIn(log: string): number[] {
  return [...Deno.readDirSync(log)].map(({ name }) => Number(name)).filter(Number.isInteger);
}

/** Removes the entries of a log from a batch on. */
async function removeFrom(log: string, batch: number): Promise<void> {
  for (const number of numbersIn(log).filter((number) => number >= batch)) {
    await Deno.remove(join(log, String(number)));
    await Deno.remove(join(log, `.${number}.crc`));
  }
}

/** What Spark's error says, without the places in its code. */
function conditionOf(error: string): string {
  return /\[[A-Z][A-Z0-9_.]+\][^\n]*/.exec(error)?.[0] ?? error.split("\n", 1)[0]!;
}

async function readAnswer(directory: string, query: string): Promise<QueryAnswer> {
  const text = await Deno.readTextFile(join(directory, `${query}.ndjson`));
  const lines = text.split("\n").filter((line) => line !== "").map((line) =>
    JSON.parse(line) as CollectedLine
  );
  const progress = new Map(
    lines.flatMap((line) => line.kind === "progress" ? [[line.progress.batchId, line.progress]] : []),
  );
  const batches = lines.filter((line) => line.kind === "batch");
  const error = lines.find((line) => line.kind === "error")?.error;
  return {
    columns: batches[0]?.columns ?? [],
    batches: batches.map(({ batchId, rows }) => batchAnswer(rows, progress.get(batchId))),
    ...(error === undefined ? {} : { error: conditionOf(error) }),
  };
}

function batchAnswer(rows: readonly string[], progress: SparkProgress | undefined): BatchAnswer {
  return {
    watermark: progress?.eventTime?.watermark ?? null,
    rows,
    state: (progress?.stateOperators ?? []).map(stateAnswer),
  };
}

function stateAnswer(operator: StateAnswer): StateAnswer {
  const { numRowsTotal, numRowsUpdated, numRowsRemoved, numRowsDroppedByWatermark } = operator;
  return { numRowsTotal, numRowsUpdated, numRowsRemoved, numRowsDroppedByWatermark };
}
