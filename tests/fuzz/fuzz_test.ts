import { deepEqual, ok } from "assert";
import { SparkJob } from "../support/spark_job.ts";
import { compare } from "./differential.ts";
import { QUERIES_A_STREAM } from "./queries/mod.ts";
import { randomScenario } from "./streams/scenario.ts";
import { commandOf, freshSeed, readRecords } from "./seeds.ts";
import { say } from "../support/say.ts";

const STREAMS = 2;
/** Others each day, so that no case is one that was mended for. */
const FIRST_SEED = freshSeed(await readRecords(), new Date());

Deno.test("Random queries over random streams have the same answers here and on a real Spark", async (t) => {
  await using spark = SparkJob.remembering();
  let answered = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + STREAMS; seed++) {
    say(`To run seed ${seed} again: ${commandOf(seed)}`);
    await t.step(`seed ${seed}`, async () => {
      const outcome = await compare(randomScenario(seed), spark, seed);
      answered += outcome.answered;
      deepEqual(outcome.lines, [], `Again: ${commandOf(seed)}`);
    });
  }
  // Queries that fail on both sides prove little.
  ok(answered > STREAMS * QUERIES_A_STREAM / 2);
});
