/** The Spark job of `lib/spark` as a server: one Spark session for all the scenarios that it is asked for. */
import { join } from "node:path";
import { TextLineStream } from "./text_lines.ts";
import { type DocumentQuery, type PlanDocument, planDocument } from "../../lib/spark/plan_document.ts";
import { sparkEnvironment, sparkPython } from "./spark.ts";
import {
  type Answers,
  type BatchAnswer,
  byPartition,
  planScenario,
  type QueryAnswer,
  type Scenario,
  type StateAnswer,
} from "./stream_scenario.ts";
import { tempDir } from "./temp_dir.ts";

const JOB = new URL("../../lib/spark/job.py", import.meta.url).pathname;

/** One partition for each file, whatever its size. */
const FILE_BYTES = "1048576";

const CONF = {
  "spark.master": "local[2]",
  "spark.ui.enabled": "false",
  "spark.ui.showConsoleProgress": "false",
  "spark.driver.memory": "1g",
  "spark.driver.host": "127.0.0.1",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.sql.files.maxPartitionBytes": FILE_BYTES,
  "spark.sql.files.openCostInBytes": FILE_BYTES,
  "spark.sql.streaming.pollingDelay": "10ms",
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
  readonly statements?: Readonly<Record<string, Pick<DocumentQuery, "sql" | "outputMode">>>;
}

/** See the module's description. `await using spark = await SparkJob.start();` ends the process, too. */
export class SparkJob implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#lines = process.stdout.pipeThrough(new TextLineStream()).getReader();
  }

  /** Starts the process; the Spark session begins with the first scenario. */
  static async start(): Promise<SparkJob> {
    const python = await sparkPython();
    const command = new Deno.Command(python, {
      args: ["-B", JOB, "-"],
      env: await sparkEnvironment(),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    });
    return new SparkJob(command.spawn());
  }

  /** What Spark answers. */
  async run(
    scenario: Scenario,
    { shufflePartitions = 1, codegen = true, statements = {} }: SparkOptions = {},
  ): Promise<Answers> {
    await using directory = await tempDir();
    const { settings, planned } = await planScenario(scenario, directory.path);
    const [files, collected] = [join(directory.path, "files"), join(directory.path, "collected")];
    await Deno.mkdir(collected);
    const segments = await writeFiles(scenario, files);
    const document = planDocument(planned, settings, {
      source: { kind: "files", directory: files, filesPerTrigger: scenario.partitions ?? 1 },
      sink: { kind: "collect", directory: collected },
      conf: {
        ...CONF,
        "spark.sql.shuffle.partitions": String(shufflePartitions),
        "spark.sql.codegen.wholeStage": String(codegen),
        "spark.sql.codegen.factoryMode": codegen ? "FALLBACK" : "NO_CODEGEN",
      },
    });
    // With pauses the job waits for the queries itself.
    const isAvailableNow = segments === 1 && scenario.trigger === undefined;
    const queries = document.queries.map((query) => ({
      ...query,
      ...(isAvailableNow ? { trigger: { kind: "available-now" as const } } : {}),
      ...statements[query.name],
    }));
    await this.#ask({ ...document, queries });
    const names = Object.keys(scenario.queries);
    return Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readAnswer(collected, name)] as const)),
    );
  }

  async #ask(document: PlanDocument): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(document)}\n`));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error("The Spark job has ended.");
    const { error } = JSON.parse(value) as { error: string | null };
    if (error !== null) throw new Error(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#lines.cancel();
    await this.#process.status;
  }
}

/** Writes the batches as the job reads them, and gives the number of segments. */
async function writeFiles(
  { batches, streams, partitions = 1 }: Scenario,
  directory: string,
): Promise<number> {
  let segment = 0;
  let timeS = Math.floor(Date.now() / 1_000) - 86_400;
  for (const [number, batch] of batches.entries()) {
    if (batch === "idle") {
      segment++;
      continue;
    }
    for (const stream of Object.keys(streams)) {
      const folder = join(directory, String(segment).padStart(6, "0"), stream);
      await Deno.mkdir(folder, { recursive: true });
      for (const [partition, values] of byPartition(batch, stream, partitions).entries()) {
        const lines = values.map((value) => `${value === null ? "!" : value.toBase64()}\n`);
        const file = join(folder, `${String(number).padStart(6, "0")}-${partition}`);
        await Deno.writeTextFile(file, lines.join(""));
        await Deno.utime(file, timeS, timeS);
        timeS++;
      }
    }
  }
  return segment + 1;
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
    ...(error === undefined ? {} : { error }),
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
