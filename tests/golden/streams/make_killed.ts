/**
 * Asks a real Spark what it answers when it is killed and goes on, and writes killed_answers.json: the kills after which
 * the answers here are not those of the whole run.
 *
 *     deno run --allow-all tests/golden/streams/make_killed.ts [WORD…]
 *
 * With words, only the cases whose name has one of them are asked again.
 */
import { differences } from "../../support/answers.ts";
import { SparkJob } from "../../support/spark_job.ts";
import { runKilled } from "../../support/stream_harness.ts";
import type { Answers, Scenario, ScenarioKill } from "../../support/stream_scenario.ts";
import { CASES } from "./cases.ts";
import { answersAfter, includes, type KilledAnswers, scenarioKill } from "./kills.ts";

const FILE = new URL("killed_answers.json", import.meta.url);

const whole = await read("answers.json") as Record<string, Answers>;
const kept = new Map(
  Object.entries(await read("killed_answers.json").catch(() => ({})) as Record<string, KilledAnswers[]>),
);
await using spark = SparkJob.start();
for (const scenario of CASES) {
  const { name } = scenario;
  if (Deno.args.length > 0 && !Deno.args.some((word) => name.includes(word))) continue;
  const killed: KilledAnswers[] = [];
  for (const kill of await killsToAsk(scenario)) {
    killed.push({ kill, answers: await spark.run(withQueries(scenario, kill), { kill, codegen: false }) });
  }
  kept.set(name, killed);
  await write();
}

async function read(name: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(new URL(name, import.meta.url)));
}

async function write(): Promise<void> {
  const lines = [...kept].filter(([, killed]) => killed.length > 0).map(([name, killed]) =>
    `${JSON.stringify(name)}: [\n${killed.map((each) => JSON.stringify(each)).join(",\n")}\n]`
  );
  await Deno.writeTextFile(FILE, `{\n${lines.join(",\n")}\n}\n`);
}

/** Queries that are killed at the same place are asked together. */
async function killsToAsk(scenario: Scenario): Promise<ScenarioKill[]> {
  const kills: ScenarioKill[] = [];
  for await (const { kills: [at], answers } of runKilled(scenario)) {
    const kill = scenarioKill(at!);
    const golden = answersAfter(scenario, kill, { whole: whole[scenario.name]!, killed: [] });
    const isSame = differences(withQueries(scenario, kill), answers, golden).length === 0;
    if (isSame || kills.some((other) => includes(other, kill))) continue;
    const index = kills.findIndex((other) => goWith(other, kill));
    if (index < 0) kills.push(kill);
    else kills[index] = { ...kill, queries: { ...kills[index]!.queries, ...kill.queries } };
  }
  return kills;
}

function goWith(one: ScenarioKill, other: ScenarioKill): boolean {
  return one.run === other.run && one.shown === other.shown &&
    Object.keys(other.queries).every((name) => !(name in one.queries));
}

function withQueries(scenario: Scenario, { queries }: ScenarioKill): Scenario {
  const named = Object.entries(scenario.queries).filter(([name]) => name in queries);
  return { ...scenario, queries: Object.fromEntries(named) };
}
