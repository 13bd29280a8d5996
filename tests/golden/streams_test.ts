import { deepEqual, ok } from "assert";
import { differences } from "../support/answers.ts";
import { runHere } from "../support/stream_harness.ts";
import type { Answers } from "../support/stream_scenario.ts";
import { CASES } from "./streams/cases.ts";
import { readSampleAnswers, sampleScenario } from "./streams/sample.ts";

const answers = JSON.parse(
  await Deno.readTextFile(new URL("streams/answers.json", import.meta.url)),
) as Record<string, Answers>;

for (const scenario of CASES) {
  Deno.test(`As Spark: ${scenario.name}`, async () => {
    const workerCounts = (scenario.partitions ?? 1) > 1 ? [1, 2] : [1];
    for (const workerCount of workerCounts) {
      deepEqual(differences(scenario, await runHere(scenario, { workerCount }), answers[scenario.name]!), []);
    }
  });
}

Deno.test("As Spark: sliding windows by type over the sample, row for row, with 1 and with 2 workers", async () => {
  const scenario = sampleScenario();
  const spark = readSampleAnswers();
  ok(spark.windows!.batches.flatMap(({ rows }) => rows).length > 5_000);
  for (const workerCount of [1, 2]) {
    deepEqual(differences(scenario, await runHere(scenario, { workerCount, hasThreads: true }), spark), []);
  }
});
