/**
 * Queries that are refused here. Spark is asked for their statements all the same: it has to refuse them, too.
 *
 * A query goes to Spark with the streams of its plan, which a refused one does not have. So another query is planned in
 * its place, which reads all that there is.
 */
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { SparkOptions } from "../support/spark_job.ts";
import { type Answers, planScenario, type Scenario, type ScenarioQuery } from "../support/stream_scenario.ts";
import { tempDir } from "../support/temp_dir.ts";

/** With every table of a random scenario. */
const JOINS = " LEFT JOIN codes USING (k) LEFT JOIN days USING (y)";

/** Why queries are refused here, by their names. */
export type Refusals = ReadonlyMap<string, string>;

/** The queries that are refused. */
export async function refusalsOf(scenario: Scenario): Promise<Refusals> {
  await using directory = await tempDir();
  const refusals = new Map<string, string>();
  for (const [name, query] of Object.entries(scenario.queries)) {
    try {
      await planScenario({ ...scenario, queries: { [name]: query } }, directory.path);
    } catch (error) {
      if (!(error instanceof SfcrimeError)) throw error;
      refusals.set(name, error.message);
    }
  }
  return refusals;
}

/** The scenario without the refused queries. */
export function withoutRefused(scenario: Scenario, refusals: Refusals): Scenario {
  const queries = Object.entries(scenario.queries).filter(([name]) => !refusals.has(name));
  return { ...scenario, queries: Object.fromEntries(queries) };
}

/** The scenario with other queries in the place of the refused ones. */
export function withReplaced(scenario: Scenario, refusals: Refusals): Scenario {
  const sql = Object.keys(scenario.streams).map((stream) => `SELECT 1 AS one FROM ${stream}${JOINS}`).join(
    " UNION ALL ",
  );
  const queries = Object.entries(scenario.queries).map(([name, query]): [string, ScenarioQuery] => [
    name,
    refusals.has(name) ? { sql, output_mode: "append" } : query,
  ]);
  return { ...scenario, queries: Object.fromEntries(queries) };
}

/** The statements of the refused queries, for Spark. */
export function statementsOf(
  { queries }: Scenario,
  refusals: Refusals,
): NonNullable<SparkOptions["statements"]> {
  return Object.fromEntries([...refusals.keys()].map((name) => {
    const { sql, output_mode: outputMode = "append" } = queries[name]!;
    return [name, { sql, outputMode }];
  }));
}

/** The refusals as answers. */
export function refusedAnswers(refusals: Refusals): Answers {
  return Object.fromEntries(
    [...refusals].map(([name, error]) => [name, { columns: [], batches: [], error }]),
  );
}
