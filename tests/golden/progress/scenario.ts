/** The queries whose progress a real Spark was asked for, over two topics of a Kafka. */
import { planScenario, type Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "../streams/records.ts";

const windows = (from: string) =>
  `SELECT window(at, '10 minutes') AS w, count(*) AS n FROM ${from} GROUP BY window(at, '10 minutes')`;
const timed = { output_mode: "append", watermark: "at 10 minutes" } as const;
const both = "(SELECT at FROM t UNION ALL SELECT at FROM u)";

/** All is in one batch; where the watermark then moves, another one follows without data. */
export const SCENARIO: Scenario = {
  name: "progress",
  partitions: 2,
  streams: {
    t: { columns: COLUMNS },
    u: { columns: COLUMNS },
  },
  queries: {
    rows: { sql: "SELECT k FROM t", output_mode: "append" },
    timedRows: { sql: "SELECT k FROM t", ...timed },
    counts: { sql: "SELECT k, count(*) AS n FROM t GROUP BY k", output_mode: "complete" },
    windows: { sql: windows("t"), ...timed },
    sessions: {
      sql: `SELECT session_window(at, '5 minutes') AS s, k, count(*) AS n FROM t
        GROUP BY session_window(at, '5 minutes'), k`,
      ...timed,
    },
    once: { sql: "SELECT k FROM t", ...timed, deduplicate: "k" },
    onceGrouped: { sql: windows("t"), ...timed, deduplicate: "k" },
    union: { sql: windows(both), ...timed },
    unionOnceGrouped: { sql: windows(both), ...timed, deduplicate: "k" },
  },
  batches: [{
    ...batch(at("10:00"), at("10:01", "b"), at("10:02"), at("11:00", "c"), at("11:01", "d")) as object,
    u: [at("10:30", "b"), at("10:31", "b"), at("10:35", "e")],
  }],
};

/** The plan of the queries, each to run until there is nothing more to do. */
export async function planProgress(directory: string): ReturnType<typeof planScenario> {
  const more = { "analyze.sink": "none", "analyze.workers": "2" };
  return await planScenario(SCENARIO, directory, { trigger: "available-now", more });
}

/** The lines of progress, by query. */
export type ProgressLines = Readonly<Record<string, readonly string[]>>;
