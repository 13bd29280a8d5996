/** Runs random scenarios here and on a real Spark, and makes those smaller for which the answers differ. */
import { differences, isSorted } from "../support/answers.ts";
import { BAG } from "./expressions/templates/aggregates.ts";
import type { SparkJob } from "../support/spark_job.ts";
import { runHere } from "../support/stream_harness.ts";
import type { Answers, Scenario, ScenarioBatch } from "../support/stream_scenario.ts";
import { refusalsOf, refusedAnswers, statementsOf, withoutRefused, withReplaced } from "./refusals.ts";

/** Scenarios that are tried at most to make one smaller. */
const REDUCTIONS_MAX = 15;

/** What a scenario came to. */
export interface Outcome {
  readonly scenario: Scenario;
  /** Empty where both engines agree. */
  readonly lines: readonly string[];
  /** Queries that both engines answered to the end. */
  readonly answered: number;
}

/**
 * Asks both engines. Several partitions are read by two workers in half of the scenarios. A third of the scenarios has
 * three shuffle partitions in Spark, unless a query sorts: to sort several partitions Spark runs the query twice, and
 * counts its state twice.
 */
export async function compare(scenario: Scenario, spark: SparkJob, seed = 0): Promise<Outcome> {
  const sorts = Object.values(scenario.queries).some(({ sql }) => isSorted(sql));
  const refusals = await refusalsOf(scenario);
  const [accepted, theirs] = await Promise.all([
    answerEach(withoutRefused(scenario, refusals), (scenario.partitions ?? 1) > 1 && seed % 2 === 0 ? 2 : 1),
    spark.run(withReplaced(scenario, refusals), {
      shufflePartitions: seed % 3 === 0 && !sorts ? 3 : 1,
      codegen: seed % 5 === 0,
      statements: statementsOf(scenario, refusals),
    }),
  ]);
  const ours = { ...accepted, ...refusedAnswers(refusals) };
  const answered =
    Object.keys(scenario.queries).filter((name) =>
      ours[name]!.error === undefined && theirs[name]!.error === undefined
    ).length;
  const lines = differences(scenario, comparable(ours), comparable(theirs));
  return { scenario, lines, answered };
}

/** What both engines have to agree on: lists whose order is nobody's promise are sorted. */
function comparable(answers: Answers): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => {
      const bags = answer.columns.flatMap((column, index) => column.startsWith(BAG) ? [`c${index}`] : []);
      const batches = answer.batches.map((batch) => ({
        ...batch,
        rows: bags.length === 0 ? batch.rows : batch.rows.map((row) => withSortedBags(row, bags)),
      }));
      return [name, { ...answer, batches }];
    }),
  );
}

/** The elements stay texts, so that no digit of a number is lost. */
function withSortedBags(row: string, bags: readonly string[]): string {
  const values = JSON.parse(
    row,
    (_key, value: unknown, context?: { source: string }) =>
      typeof value === "number" ? context!.source : value,
  ) as Record<string, unknown>;
  for (const bag of bags) {
    const elements = values[bag] as unknown[];
    values[bag] = elements.map((element) => JSON.stringify(element)).sort();
  }
  return JSON.stringify(values);
}

/** A query that fails takes those with it that run beside it; so they are asked again, one by one. */
async function answerEach(scenario: Scenario, workerCount: number): Promise<Answers> {
  if (Object.keys(scenario.queries).length === 0) return {};
  const together = await runHere(scenario, { workerCount });
  if (Object.values(together).every(({ error }) => error === undefined)) return together;
  const answers: Record<string, Answers[string]> = {};
  for (const [name, query] of Object.entries(scenario.queries)) {
    Object.assign(answers, await runHere({ ...scenario, queries: { [name]: query } }, { workerCount }));
  }
  return answers;
}

/** The smallest scenario that is found for which the answers still differ: one query, few records. */
export async function reduce({ scenario, lines }: Outcome, spark: SparkJob): Promise<Outcome> {
  const query = lines[0]!.split(":", 1)[0]!;
  let smallest: Outcome = {
    scenario: { ...scenario, queries: { [query]: scenario.queries[query]! } },
    lines,
    answered: 0,
  };
  let tries = 0;
  const differs = async (candidate: Scenario): Promise<boolean> => {
    if (tries++ >= REDUCTIONS_MAX) return false;
    const outcome = await compare(candidate, spark);
    if (outcome.lines.length > 0) smallest = outcome;
    return outcome.lines.length > 0;
  };
  await differs(smallest.scenario);
  for (let size = recordCount(smallest.scenario); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < recordCount(smallest.scenario);) {
      if (!await differs(without(smallest.scenario, from, size))) from += size;
    }
  }
  return smallest;
}

function recordCount({ batches }: Scenario): number {
  return batches.reduce(
    (sum, batch) => sum + (typeof batch === "string" ? 0 : Object.values(batch).flat().length),
    0,
  );
}

/** The scenario without some of its records; batches that have none left, and pauses beside them, go as well. */
function without(scenario: Scenario, from: number, count: number): Scenario {
  let index = 0;
  const kept = scenario.batches.map((batch): ScenarioBatch =>
    typeof batch === "string" ? batch : Object.fromEntries(
      Object.entries(batch).map(([stream, records]) => [
        stream,
        records.filter(() => {
          const at = index++;
          return at < from || at >= from + count;
        }),
      ]),
    )
  ).filter((batch) =>
    typeof batch === "string" || Object.values(batch).every((records) => records.length > 0)
  );
  const batches = kept.filter((batch, at) =>
    batch !== "idle" || (typeof kept[at - 1] === "object" && typeof kept[at + 1] === "object")
  );
  // A first run without batches would begin with an empty one here, and with none in Spark.
  return typeof batches[0] === "object" ? { ...scenario, batches } : scenario;
}
