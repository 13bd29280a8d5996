/** One stream in several branches of a UNION ALL. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const windows = (...branches: readonly string[]): ScenarioQuery => ({
  sql: `SELECT window(at, '10 minutes') AS w, count(*) AS c FROM (${
    branches.join(" UNION ALL ")
  }) GROUP BY 1`,
  output_mode: "append",
});
const all = "SELECT at, k FROM t";
const streams = { t: { columns: COLUMNS, watermark: "at 1 minute" } };

export const BRANCHES: readonly Scenario[] = [
  {
    name: "A stream has one watermark, in however many branches it is read",
    streams,
    queries: {
      filtered: windows(all, `${all} WHERE k <> 'c'`),
      filteredFirst: windows(`${all} WHERE k = 'b'`, all),
      bothFiltered: windows(`${all} WHERE k = 'b'`, `${all} WHERE k = 'c'`),
      never: windows(all, `${all} WHERE k = 'nothing'`),
      none: windows(all, `${all} WHERE false`),
      rows: { sql: `${all} UNION ALL ${all} WHERE k <> 'c'`, output_mode: "append" },
    },
    batches: [
      batch(at("10:00"), at("10:05", "b")),
      batch(at("10:12", "c"), at("10:03", "b")),
      batch(at("10:01", "b"), at("10:40", "c")),
      batch(at("10:02"), at("10:41", "b")),
    ],
  },
  {
    name: "Of two streams the slower one decides, also where the other is read twice",
    streams: { ...streams, s: { columns: COLUMNS, watermark: "at 1 minute" } },
    queries: { twice: windows(all, `${all} WHERE k = 'nothing'`, "SELECT at, k FROM s") },
    batches: [
      { t: [at("10:00")], s: [at("10:05", "b")] },
      { t: [at("10:45", "c")], s: [at("10:12", "b")] },
      { t: [at("10:01", "b")], s: [at("10:30", "c")] },
      { t: [at("10:50")], s: [at("10:51", "b")] },
    ],
  },
];
