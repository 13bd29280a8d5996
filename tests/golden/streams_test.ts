import { deepEqual } from "assert";
import { differences } from "../support/answers.ts";
import { runHere } from "../support/stream_harness.ts";
import type { Answers } from "../support/stream_scenario.ts";
import { CASES } from "./streams/cases.ts";

const answers = JSON.parse(
  await Deno.readTextFile(new URL("streams/answers.json", import.meta.url)),
) as Record<string, Answers>;

for (const scenario of CASES) {
  Deno.test(`As Spark: ${scenario.name}`, async () => {
    deepEqual(differences(scenario, await runHere(scenario), answers[scenario.name]!), []);
  });
}
