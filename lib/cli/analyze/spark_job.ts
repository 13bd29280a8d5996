/** `sfcrime spark-job`: writes queries as a job for Spark, for clusters without a Spark Connect server. */
import type { Command } from "commander";
import { logger } from "../../base/log.ts";
import { readNamedText } from "../../base/files/read_named.ts";
import { environmentVariable } from "../../config/environment.ts";
import { planAnalysis } from "../../plan/plan_analysis.ts";
import { jobKafka } from "../../spark/job/job_kafka.ts";
import { shellWord } from "../../spark/job/submit_script.ts";
import { writeJob } from "../../spark/job/write_job.ts";
import { createCheckedContext } from "../context.ts";
import { addRunFlag, addSettingFlag } from "../flags.ts";
import type { Io } from "../io.ts";

const log = logger("spark");

interface JobFlags {
  readonly withBatch?: boolean;
}

/** Adds the verb's flags and its action. */
export function addSparkJob(command: Command, io: Io): void {
  command.argument("<directory>", "new directory for the job, or that of a former one");
  command.argument("[query...]", "names of the queries to run (default: all)");
  addSettingFlag(command, "--master <url>", "spark.master");
  addSettingFlag(command, "--deploy-mode <mode>", "spark.deploy_mode");
  addSettingFlag(command, "--jars <jars>", "spark.jars");
  addSettingFlag(command, "--packages <packages>", "spark.packages");
  addSettingFlag(command, "--trigger <trigger>", "analyze.trigger");
  addSettingFlag(command, "--sink <sink>", "analyze.sink");
  addSettingFlag(command, "--starting-offsets <offsets>", "analyze.starting_offsets");
  addSettingFlag(command, "--max-offsets-per-trigger <number>", "analyze.max_offsets_per_trigger");
  addSettingFlag(command, "--watermark <column delay>", "analyze.watermark");
  addSettingFlag(command, "--time-zone <zone>", "analyze.time_zone");
  addSettingFlag(command, "--checkpoint <directory>", "analyze.checkpoint");
  addSettingFlag(command, "--progress <file>", "analyze.progress");
  addSettingFlag(command, "--fail-on-data-loss <boolean>", "analyze.fail_on_data_loss");
  addRunFlag(
    command,
    "--with-batch",
    "Add the query and the batch to each row of the ndjson sink, as with several queries",
  );
  command.action(async (directory: string, names: string[], { withBatch = false }: JobFlags) => {
    const { settings, error, invalid, dataDir, io: { processorCount, host } } = await createCheckedContext(
      command,
      io,
    );
    const plan = await planAnalysis(settings, {
      ...{ names, error, invalid, dataDir, processorCount, withBatch, host },
      engine: "spark-job",
      hasUi: false,
    });
    const { engine } = plan;
    if (engine.kind !== "spark-job") throw new Error("The plan is for another engine.");
    const kafka = jobKafka(settings.clientProperties, {
      readText: readNamedText,
      variableOf: (property) => environmentVariable("kafka", property),
    });
    const script = await writeJob({ directory, plan, engine, kafka });
    const queries = plan.queries.map(({ plan: { name } }) => name).join(", ");
    log.info(`Wrote a Spark job for ${queries}. Submit it with: bash ${shellWord(script)}`);
    for (const { variable, kind } of kafka.secrets) {
      log.info(
        `The job reads ${variable} in the environment of Spark's driver${
          kind === "file" ? ", if it is set" : ""
        }.`,
      );
    }
  });
}
