/**
 * Each case is run whole, and again from what it had left after each step of each batch, where it is killed again after
 * the next step: it then answers what it would have answered, or what Spark answers that was killed at that moment
 * (`streams/kills.ts` says when that differs). Batches are reported once, and the sink has the rows of each of them once.
 */
import { deepEqual, ok } from "assert";
import { differences } from "../support/answers.ts";
import type { Kill } from "../support/kill_moments.ts";
import { runKilled } from "../support/stream_harness.ts";
import type { Answers, Scenario } from "../support/stream_scenario.ts";
import { CASES } from "./streams/cases.ts";
import { answersAfter, type KilledAnswers, scenarioKill } from "./streams/kills.ts";
import { ofToday } from "../support/today.ts";

/** The days in which each case has its turn. */
const DAYS = 4;

const [whole, killed] = await Promise.all([read("answers.json"), read("killed_answers.json")]) as [
  Record<string, Answers>,
  Record<string, readonly KilledAnswers[]>,
];

async function read(name: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(new URL(`streams/${name}`, import.meta.url)));
}

/** The most batches that a query of the scenario has. */
function batchCount({ name }: Scenario): number {
  return Math.max(...Object.values(whole[name]!).map(({ batches }) => batches.length));
}

const cases = ofToday(CASES.filter(({ isLikeAnother }) => isLikeAnother === undefined), DAYS);

for (const scenario of cases) {
  const { name } = scenario;
  Deno.test(`Killed after any step of any batch and resumed, as Spark: ${name}`, async () => {
    const golden = { whole: whole[name]!, killed: killed[name] ?? [] };
    const expectedAfter = (kill: Kill) => answersAfter(scenario, scenarioKill(kill), golden);
    // Where a kill changes what comes after it, nothing else may.
    const isRepeated = (kill: Kill) =>
      Object.entries(expectedAfter(kill)).every(([name, answer]) => answer === golden.whole[name]);
    let count = 0;
    for await (const { kills, answers } of runKilled(scenario, { isRepeated })) {
      const found = differences(
        { ...scenario, queries: ofThose(scenario.queries, answers) },
        answers,
        expectedAfter(kills.at(-1)!),
      );
      deepEqual(
        found,
        [],
        `after ${kills.map((kill) => JSON.stringify([kill.step, scenarioKill(kill)])).join()}`,
      );
      count += kills.length;
    }
    // What steps 1 and 2 leave is the same.
    ok(count >= 3 * batchCount(scenario), `only ${count} kills`);
  });
}

function ofThose<T>(
  all: Readonly<Record<string, T>>,
  names: Readonly<Record<string, unknown>>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in names));
}
