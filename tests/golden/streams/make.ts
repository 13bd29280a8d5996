/**
 * Asks a real Spark for the answers to the cases, and writes answers.json.
 *
 *     deno run --allow-all tests/golden/streams/make.ts [WORD…]
 *
 * With words, only the cases whose name has one of them are asked again; `sample` is the one of the sample.
 */
import { SparkJob } from "../../support/spark_job.ts";
import type { Answers } from "../../support/stream_scenario.ts";
import { CASES } from "./cases.ts";
import { sampleScenario, writeSampleAnswers } from "./sample.ts";

const FILE = new URL("answers.json", import.meta.url);

const kept = await Deno.readTextFile(FILE).then(
  (text) => JSON.parse(text) as Record<string, Answers>,
  () => ({}),
);
const answers = new Map(Object.entries(kept));
await using spark = SparkJob.start();
for (const scenario of CASES) {
  const { name } = scenario;
  const again = Deno.args.length === 0 || Deno.args.some((word) => name.includes(word));
  if (again || !answers.has(name)) answers.set(name, await spark.run(scenario));
  const lines = CASES.flatMap((each) =>
    answers.has(each.name) ? [`${JSON.stringify(each.name)}: ${JSON.stringify(answers.get(each.name))}`] : []
  );
  await Deno.writeTextFile(FILE, `{\n${lines.join(",\n")}\n}\n`);
}
if (Deno.args.length === 0 || Deno.args.includes("sample")) {
  writeSampleAnswers(await spark.run(sampleScenario()));
}
