/** Times where clocks go forward or back, which is where zones differ from adding an offset. */
import type { Scenario } from "../../support/stream_scenario.ts";

const UNITS = "MINUTE HOUR DAY WEEK MONTH".split(" ");
const TRUNCATED = UNITS.map((unit) => `date_trunc('${unit}', at) AS ${unit.toLowerCase()}`);

/** A scenario of one zone, over instants in UTC. */
function cutOff(timeZone: string, instants: readonly string[]): Scenario {
  return {
    name: `Times are cut off where the clocks of ${timeZone} change`,
    timeZone,
    streams: { t: { columns: "at TIMESTAMP" } },
    queries: {
      truncated: { sql: `SELECT at, ${TRUNCATED.join(", ")} FROM t`, output_mode: "append" },
      dates: {
        sql:
          `SELECT CAST(CAST(at AS DATE) AS TIMESTAMP) AS start, hour(at) AS h, minute(at) AS m, second(at) AS s,
          date_trunc('HOUR', CAST(CAST(at AS STRING) AS TIMESTAMP)) AS again FROM t`,
        output_mode: "append",
      },
    },
    batches: [{ t: instants.map((at) => JSON.stringify({ at })) }],
  };
}

export const ZONES: readonly Scenario[] = [
  cutOff("Australia/Lord_Howe", [
    ..."2020-10-03T15:15:20.5Z 2020-10-03T15:45:20.5Z 2020-10-03T16:05:00Z 2020-10-04T02:00:00Z".split(" "),
    ..."2021-04-03T14:45:00Z 2021-04-03T15:15:00Z 2021-04-03T15:29:59Z 2021-04-03T15:45:00Z".split(" "),
  ]),
  cutOff("America/Havana", [
    ..."2018-11-04T04:30:00Z 2018-11-04T05:30:00Z 2018-11-04T06:30:00Z 2018-11-04T17:00:00Z".split(" "),
    ..."2018-11-08T12:00:00Z 2018-03-11T04:30:00Z 2018-03-11T05:30:00Z 2018-03-11T17:00:00Z".split(" "),
  ]),
  cutOff("America/Sao_Paulo", [
    ..."1914-01-01T03:05:59Z 1914-01-01T03:06:10Z 1914-01-01T03:06:28Z 1914-01-01T03:06:40Z".split(" "),
    ..."1914-01-01T03:20:00Z 1914-01-02T12:00:00Z 2018-11-04T02:30:00Z 2018-11-04T03:30:00Z".split(" "),
    "2019-02-17T01:30:00Z",
    "2019-02-17T02:30:00Z",
    "2019-02-17T12:00:00Z",
  ]),
];
