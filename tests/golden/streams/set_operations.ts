/** UNION, INTERSECT and EXCEPT of two streams, of a stream and a table, and of groups, in each mode that has them. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, COLUMNS } from "./records.ts";

const MODES = ["append", "update", "complete"] as const;
type Mode = typeof MODES[number];

const streams = {
  t: { columns: COLUMNS, watermark: "at 10 minutes" },
  u: { columns: COLUMNS, watermark: "at 5 minutes" },
};
const tables = {
  r: {
    columns: "k STRING, n INT",
    rows: [`{"k":"a","n":1}`, `{"k":"z","n":7}`, `{"k":null,"n":2}`, `{"k":"b"}`],
  },
};

function inModes(sql: string, modes: readonly Mode[] = MODES): Record<string, ScenarioQuery> {
  return Object.fromEntries(modes.map((mode) => [mode, { sql, output_mode: mode }]));
}

function named(
  queries: Readonly<Record<string, Record<string, ScenarioQuery>>>,
): Record<string, ScenarioQuery> {
  return Object.fromEntries(
    Object.entries(queries).flatMap(([name, inMode]) =>
      Object.entries(inMode).map(([mode, query]) => [`${name}_${mode}`, query])
    ),
  );
}

const CHANGING: readonly Mode[] = ["update", "complete"];
const WINDOWS = "SELECT window(at, '10 minutes') AS w, k, count(*) AS c FROM t GROUP BY 1, 2";
const OTHERS = "SELECT window(at, '10 minutes'), k, count(*) FROM u GROUP BY 1, 2";

const batches = [
  { t: [at("10:00"), at("10:01", "b", 5), at("10:02", "a", null)], u: [at("10:00"), at("10:03", "z", 7)] },
  {
    t: [at("10:00"), at("10:04", null, 2), at("10:31", "c", 7)],
    u: [at("10:01", "b", 5), at("10:31", "c", 7)],
  },
  { t: [at("10:05", "a", 3), at("10:33", null, null)], u: [at("10:07", "z", 1), at("10:40", "b", null)] },
  { t: [at("11:00", "d", 0), at("10:25", "b", 5)], u: [at("11:10", "d", 0)] },
  { t: [at("11:40", "b", 1)], u: [at("11:41", "b", 1)] },
];

export const SET_OPERATIONS: readonly Scenario[] = [
  {
    name: "UNION of two streams has the rows of both, or one of those that are equal",
    streams,
    queries: named({
      all: inModes("SELECT k, n FROM t UNION ALL SELECT k, n FROM u", ["append", "update"]),
      types: inModes("SELECT at, n FROM t UNION ALL SELECT at, x FROM u", ["append", "update"]),
      distinct: inModes("SELECT k, n FROM t UNION SELECT k, n FROM u", CHANGING),
      timed: inModes("SELECT at, k FROM t UNION SELECT at, k FROM u"),
      oneTime: inModes("SELECT at, k FROM t UNION SELECT at, upper(k) FROM t"),
      three: inModes(
        "SELECT at FROM t UNION ALL SELECT at FROM u UNION SELECT at + INTERVAL 0 SECONDS FROM t",
        CHANGING,
      ),
      counted: inModes(
        "SELECT k, count(*) AS c FROM (SELECT k FROM t UNION ALL SELECT k FROM u) GROUP BY k",
        CHANGING,
      ),
      windows: inModes(
        "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM (SELECT at FROM t UNION ALL SELECT at FROM u) GROUP BY 1",
      ),
    }),
    batches,
  },
  {
    name: "UNION ALL of groups has those of both, and of a stream's rows beside groups",
    streams,
    queries: named({
      groups: inModes(`${WINDOWS} UNION ALL ${OTHERS}`),
      rows: inModes(`${WINDOWS} UNION ALL SELECT window(at, '10 minutes'), k, 1L FROM u`, [
        "append",
        "update",
      ]),
      distinct: inModes(`${WINDOWS} UNION ${OTHERS}`, ["append"]),
      summed: inModes(`SELECT w, sum(c) AS c FROM (${WINDOWS} UNION ALL ${OTHERS}) GROUP BY w`, ["append"]),
    }),
    batches,
  },
  {
    name: "EXCEPT of a stream and a table keeps one of equal rows that the table does not have",
    streams,
    tables,
    queries: named({
      rows: inModes("SELECT k, n FROM t EXCEPT SELECT k, n FROM r", ["update"]),
      timed: inModes("SELECT at, k FROM t EXCEPT SELECT TIMESTAMP '2018-12-31 10:00:00', k FROM r", [
        "append",
        "update",
      ]),
      types: inModes("SELECT k, n FROM t EXCEPT SELECT k, n + 0.5D FROM r", ["update"]),
      windows: inModes(
        "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM (SELECT at, k FROM t EXCEPT SELECT NULL, k FROM r) GROUP BY 1",
        ["append"],
      ),
    }),
    batches,
  },
];
