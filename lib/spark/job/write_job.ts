/**
 * Writes an analysis as a job for Spark: the script that submits it, the job, which is the same for every analysis, its
 * plan, and the rows of its tables.
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SfcrimeError, writeError } from "../../base/errors.ts";
import { makeOwnDirectory } from "../../base/files/own_file.ts";
import type { AnalysisPlan, JobEngine } from "../../plan/analysis_plan.ts";
import { kafkaSource } from "../query_documents.ts";
import { type SparkPlan, sparkPlan, type SparkTable } from "../spark_plan.ts";
import type { JobKafka, JobSecret } from "./job_kafka.ts";
import { SCRIPT_MARK, submitScript } from "./submit_script.ts";

/** The job, for Python. */
const JOB = fileURLToPath(new URL("./job.py", import.meta.url));

const SCRIPT = "submit.sh";
const PLAN = "plan.json";
const TABLE_FILE = /^table_\d+\.ndjson$/;

/** What is written. */
export interface JobOptions {
  /** New or empty, or with a job that was written there before. */
  readonly directory: string;
  readonly plan: AnalysisPlan;
  readonly engine: JobEngine;
  readonly kafka: JobKafka;
}

/** A table whose rows are in a file. */
export interface JobTable extends Omit<SparkTable, "records"> {
  /** A JSON object for each row. */
  readonly file: string;
}

/** The plan of a job, as `job.py` reads it. */
export interface JobPlan extends Omit<SparkPlan, "tables"> {
  readonly tables: readonly JobTable[];
  /** Options that the job adds to those of Kafka. */
  readonly secrets: readonly JobSecret[];
  /** The file that receives the progress of each batch, where the driver runs; `-` for its stdout. */
  readonly progress?: string;
}

/**
 * Writes the job, and returns the path of its script.
 *
 * @throws {SfcrimeError} USAGE for a directory with something else in it; OUTPUT or DISK_FULL.
 */
export async function writeJob({ directory, plan, engine, kafka }: JobOptions): Promise<string> {
  const { properties, secrets } = kafka;
  const source = kafkaSource({ servers: engine.servers, properties }, plan);
  const { conf, tables, queries } = sparkPlan(plan, source);
  const files = tables.map((_, index) => `table_${index}.ndjson`);
  const jobPlan: JobPlan = {
    conf,
    tables: tables.map(({ name, steps }, index) => ({ name, file: files[index]!, steps })),
    queries,
    secrets,
    ...(plan.progress === undefined ? {} : { progress: plan.progress }),
  };
  const names = queries.map(({ name }) => name);
  const script = submitScript({ ...engine, queries: names, files: [PLAN, ...files] });
  await emptyForJob(directory);
  await write(join(directory, "job.py"), await Deno.readTextFile(JOB));
  await write(join(directory, PLAN), `${JSON.stringify(jobPlan, null, 2)}\n`);
  for (const [index, { records }] of tables.entries()) {
    await write(join(directory, files[index]!), records.map((record) => `${record}\n`).join(""));
  }
  // Its script comes last: whoever has it has a whole job.
  await write(join(directory, SCRIPT), script, 0o700);
  return join(directory, SCRIPT);
}

/** What `spark-submit` and Hadoop take for more than a character of a path. */
const NOT_IN_PATHS = /[,#*?[\]{}\\]/;

/** Makes the directory, or removes the job that is in it; other files may stay beside one. */
async function emptyForJob(directory: string): Promise<void> {
  const path = resolve(directory);
  const [character] = NOT_IN_PATHS.exec(path) ?? [];
  if (character !== undefined) {
    throw new SfcrimeError("USAGE", `${path} has a character that Spark cannot have in paths: ${character}`, {
      hint: "Choose another directory.",
    });
  }
  try {
    makeOwnDirectory(path);
    const entries = [...Deno.readDirSync(path)].map(({ name }) => name);
    if (entries.length === 0) return;
    if (!entries.includes(SCRIPT) || !(await Deno.readTextFile(join(path, SCRIPT))).includes(SCRIPT_MARK)) {
      throw new SfcrimeError("USAGE", `${directory} is not empty, and has no job that sfcrime has written.`, {
        hint: "Choose another directory, or empty this one.",
      });
    }
    await Deno.remove(join(path, SCRIPT));
    for (const name of entries.filter((name) => TABLE_FILE.test(name))) await Deno.remove(join(path, name));
  } catch (cause) {
    if (cause instanceof SfcrimeError) throw cause;
    throw writeError(directory, cause);
  }
}

async function write(path: string, text: string, mode = 0o600): Promise<void> {
  try {
    await Deno.writeTextFile(path, text, { mode });
  } catch (cause) {
    throw writeError(path, cause);
  }
}
