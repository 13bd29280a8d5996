/** The golden answers are a real Spark's: it gives a part of them again, and they are the same. */
import { deepEqual, ok } from "assert";
import { join } from "node:path";
import { differences } from "../support/answers.ts";
import { SparkJob } from "../support/spark_job.ts";
import { filesIn, rememberedAnswer } from "../support/spark_answers.ts";
import { SparkConnection } from "../support/spark_server.ts";
import type { Answers } from "../support/stream_scenario.ts";
import { CASES } from "../golden/streams/cases.ts";
import { DECIMALS } from "../golden/streams/decimals.ts";
import unsupportedAnswers from "../golden/unsupported/answers.json" with { type: "json" };
import expressionAnswers from "../golden/expressions/answers.json" with { type: "json" };

const EVERY_SCENARIO = 5;
const EVERY_EXPRESSION = 20;

/** What a script of the goldens prints, which follows from the files beside it. */
async function printedBy(golden: string, args: readonly string[]): Promise<unknown> {
  const directory = new URL(`../golden/${golden}`, import.meta.url).pathname;
  return await rememberedAnswer([golden, args, await filesIn(directory)], async () => {
    await using spark = await SparkConnection.open();
    return JSON.parse(await spark.ask({ script: join(directory, "make.py"), args }));
  });
}

Deno.test("Spark gives the golden answers to streams again", async (t) => {
  const answers = JSON.parse(
    await Deno.readTextFile(new URL("../golden/streams/answers.json", import.meta.url)),
  ) as Record<string, Answers>;
  await using spark = SparkJob.remembering();
  for (const [index, scenario] of CASES.entries()) {
    if (index % EVERY_SCENARIO !== 0) continue;
    // Only generated code has sums that are not in rows of a table.
    const codegen = DECIMALS.includes(scenario);
    await t.step(scenario.name, async () => {
      deepEqual(differences(scenario, answers[scenario.name]!, await spark.run(scenario, { codegen })), []);
    });
  }
});

Deno.test("Spark accepts the forms again that are refused here, and has the same functions", async () => {
  deepEqual(await printedBy("unsupported", ["--print"]), unsupportedAnswers);
});

Deno.test("Spark gives the golden answers to expressions again", async () => {
  const again = await printedBy("expressions", ["--every", String(EVERY_EXPRESSION)]) as unknown[];
  ok(again.length > 30);
  deepEqual(again, expressionAnswers.filter((_, index) => index % EVERY_EXPRESSION === 0));
});
