import { deepEqual, ok } from "assert";
import { SparkJob } from "../support/spark_job.ts";
import { compare } from "./differential.ts";
import { QUERIES_A_STREAM } from "./random_queries.ts";
import { randomScenario } from "./random_scenario.ts";

/** Other seeds each day, so that the cases do not stay the same; the seed that failed is named. */
const FIRST_SEED = Math.floor(Date.now() / 86_400_000);
const STREAMS = 3;

Deno.test("Random queries over random streams have the same answers here and on a real Spark", async (t) => {
  await using spark = await SparkJob.start();
  let answered = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + STREAMS; seed++) {
    await t.step(`seed ${seed}`, async () => {
      const outcome = await compare(randomScenario(seed), spark, seed);
      answered += outcome.answered;
      deepEqual(outcome.lines, []);
    });
  }
  // Queries that fail on both sides prove little.
  ok(answered > STREAMS * QUERIES_A_STREAM / 2);
});
