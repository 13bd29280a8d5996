/**
 * What the queries of the cases answer when they are killed and go on.
 *
 * Mostly what they would have answered without that. But a restart forgets two things, here and in Spark: whether the
 * watermark has moved, so that a batch without records that has not run does not run any more, and its groups leave
 * with the next batch; and the event times that each of several streams has had, so that the watermark waits for each
 * of them again. After a kill that meets one of them, the answers are those of a real Spark that was killed at the
 * same moment (`killed_answers.json`).
 */
import type { Kill } from "../../support/kill_moments.ts";
import { type Answers, runsOf, type Scenario, type ScenarioKill } from "../../support/stream_scenario.ts";

/** A kill, and what Spark answered to it. */
export interface KilledAnswers {
  readonly kill: ScenarioKill;
  readonly answers: Answers;
}

/** What Spark answered to a case, whole and killed. */
export interface GoldenAnswers {
  readonly whole: Answers;
  readonly killed: readonly KilledAnswers[];
}

/** A kill, in words that both engines understand. */
export function scenarioKill({ step, reported, position: { run, shown, left } }: Kill): ScenarioKill {
  const queries = [...left].map(([name, { reported: { length } }]) =>
    [name, { committed: length, isLogged: name in reported && step < 4 }] as const
  );
  return { run, shown, queries: Object.fromEntries(queries) };
}

/** What the queries that were killed have to answer. */
export function answersAfter(
  scenario: Scenario,
  kill: ScenarioKill,
  { whole, killed }: GoldenAnswers,
): Answers {
  const { answers = whole } = killed.find((other) => includes(other.kill, kill)) ??
    (isOver(scenario, kill) ? { answers: withoutRest(whole, kill) } : {});
  return Object.fromEntries(Object.keys(kill.queries).map((name) => [name, answers[name]!]));
}

/** Whether it is the same kill, perhaps of more queries. */
export function includes(one: ScenarioKill, other: ScenarioKill): boolean {
  return one.run === other.run && one.shown === other.shown &&
    Object.entries(other.queries).every(([name, { committed, isLogged }]) => {
      const query = one.queries[name];
      return query?.committed === committed && query.isLogged === isLogged;
    });
}

/** Whether there is nothing left to read: the batch without records that would have come next does not come. */
function isOver(scenario: Scenario, { run, shown, queries }: ScenarioKill): boolean {
  const runs = runsOf(scenario);
  return run === runs.length - 1 && shown === runs[run]!.batches.length &&
    Object.values(queries).every(({ isLogged }) => !isLogged);
}

function withoutRest(whole: Answers, { queries }: ScenarioKill): Answers {
  return Object.fromEntries(
    Object.entries(queries).map(([name, { committed }]) => {
      const answer = whole[name]!;
      return [name, { ...answer, batches: answer.batches.slice(0, committed) }];
    }),
  );
}
