/**
 * Compares random queries over random streams with a real Spark, and keeps a record of it.
 *
 *     deno run --allow-all tests/fuzz/run.ts [--cases 500] [--seed 1] [--record tests/fuzz/record.json]
 *
 * A seed makes a stream and four queries, each of which is a case. Where the answers differ, the smallest scenario
 * that still shows it is printed.
 */
import { parseArgs } from "node:util";
import { SPARK_VERSION } from "../support/spark.ts";
import { SparkJob } from "../support/spark_job.ts";
import { compare, reduce } from "./differential.ts";
import { QUERIES_A_STREAM } from "./random_queries.ts";
import { randomScenario } from "./random_scenario.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    record: { type: "string" },
  },
});
const utf8 = new TextEncoder();
const say = (line: string) => Deno.stdout.writeSync(utf8.encode(`${line}\n`));

const firstSeed = Number(values.seed);
const lastSeed = firstSeed + Math.ceil(Number(values.cases) / QUERIES_A_STREAM) - 1;
let [cases, answered] = [0, 0];
const differing: number[] = [];
await using spark = await SparkJob.start();
for (let seed = firstSeed; seed <= lastSeed; seed++) {
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
if (values.record !== undefined) {
  const record = {
    date: new Date().toISOString().slice(0, 10),
    versions: { spark: SPARK_VERSION, deno: Deno.version.deno },
    seeds: { first: firstSeed, last: lastSeed },
    cases,
    answered,
    differing,
  };
  await Deno.writeTextFile(values.record, `${JSON.stringify(record, null, 2)}\n`);
}
if (differing.length > 0) Deno.exitCode = 1;
