/**
 * Compares random queries over random streams with a real Spark.
 *
 *     deno run --allow-all tests/fuzz/run.ts [--cases 60] [--seed N] [--record]
 *
 * A seed makes a stream and four queries, each of which is a case. Without --seed, the first one is of today, and in
 * no record. Where the answers differ, the smallest scenario that still shows it is printed. --record adds what came
 * of it to `record.json`; seeds that are in it already are refused.
 */
import { parseArgs } from "node:util";
import { SPARK_VERSION } from "../support/spark_home.ts";
import { SparkJob } from "../support/spark_job.ts";
import { compare, reduce } from "./differential.ts";
import { QUERIES_A_STREAM } from "./queries/mod.ts";
import { randomScenario } from "./streams/scenario.ts";
import { freshSeed, readRecords, RECORD_FILE, recordsWith } from "./seeds.ts";
import { say } from "../support/say.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "60" },
    seed: { type: "string" },
    record: { type: "boolean", default: false },
  },
});

const now = new Date();
const records = await readRecords();
const first = values.seed === undefined ? freshSeed(records, now) : Number(values.seed);
const seeds = { first, last: first + Math.ceil(Number(values.cases) / QUERIES_A_STREAM) - 1 };
if (values.record && recordsWith(records, seeds).length > 0) {
  say(`The record has some of the seeds ${seeds.first} to ${seeds.last} already.`);
  Deno.exit(2);
}

let [cases, answered] = [0, 0];
const differing: number[] = [];
await using spark = SparkJob.start();
for (let seed = seeds.first; seed <= seeds.last; seed++) {
  const outcome = await compare(randomScenario(seed), spark, seed);
  cases += QUERIES_A_STREAM;
  answered += outcome.answered;
  say(
    `seed ${seed}: ${outcome.answered} of ${QUERIES_A_STREAM} answered, ${outcome.lines.length} differences`,
  );
  if (outcome.lines.length === 0) continue;
  differing.push(seed);
  outcome.lines.forEach(say);
  const { scenario, lines } = await reduce(outcome, spark);
  say(`smallest: ${JSON.stringify(scenario)}\n${lines.join("\n")}`);
}
say(`${cases} cases, ${answered} answered by both, differing seeds: ${differing.join(", ") || "none"}`);
if (values.record) {
  const record = {
    date: now.toISOString().slice(0, 10),
    versions: { spark: SPARK_VERSION, deno: Deno.version.deno },
    seeds,
    cases,
    answered,
    differing,
  };
  await Deno.writeTextFile(RECORD_FILE, `${JSON.stringify([...records, record], null, 2)}\n`);
}
if (differing.length > 0) Deno.exitCode = 1;
