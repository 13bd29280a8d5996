/** Records that are not what they should be, and times in zones whose clocks change. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

export const MALFORMED: readonly Scenario[] = [
  {
    name: "A malformed record is a row of NULLs, which counts where a row counts",
    streams,
    queries: {
      rows: { sql: "SELECT * FROM t", output_mode: "append" },
      byKey: { sql: "SELECT k, count(*) AS c, count(k) AS n FROM t GROUP BY k", output_mode: "complete" },
      windows: {
        sql: "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY window(at, '10 minutes')",
        output_mode: "append",
      },
      isNull: { sql: "SELECT count(*) AS n FROM t WHERE k IS NULL", output_mode: "complete" },
    },
    batches: [
      batch(at("10:00"), "", "   ", "null", "{", "[]", "not JSON", null, "{}", `"text"`, "1"),
      batch(
        `{"k":"b","n":"five","at":"soon"}`,
        `{"k":{"deep":[1,2.50]},"n":3}`,
        `{"k":12,"n":2147483648}`,
        `{"k":"c","n":1} trailing`,
        `{"k":"first","k":"last"}`,
        `{"\\u006b":"escaped","n":1.0}`,
        `{'k':'single'}`,
        `\ufeff{"k":"mark"}`,
        `{"k":"tab\there"}`,
        `[{"k":"in an array"}]`,
        `{"other":{"k":"nested"},"k":"outer"}`,
        `{"k":"\\ud800"}`,
        `{"k":"\\ud83d\\ude00é"}`,
        `{"x":NaN,"k":"nan"}`,
        `{"x":"Infinity","k":"inf"}`,
      ),
      batch(at("11:00")),
      batch(at("12:00")),
    ],
  },
  {
    name: "A time without a zone is in the session's zone, also in the missing and in the repeated hour",
    timeZone: "America/Los_Angeles",
    streams: { t: { columns: "at TIMESTAMP, day DATE", watermark: "at 1 minute" } },
    queries: {
      rows: {
        sql: "SELECT at, day, CAST(at AS STRING) AS text, CAST(at AS DATE) AS d FROM t",
        output_mode: "append",
      },
      groups: { sql: "SELECT at, count(*) AS n FROM t GROUP BY at", output_mode: "append" },
    },
    batches: [
      batch(
        ...["01:59:59.999", "02:00:00", "02:30", "03:00"].map((time) => `{"at":"2019-03-10T${time}"}`),
        ...["00:59", "01:00", "01:30", "02:00"].map((time) => `{"at":"2019-11-03 ${time}"}`),
        `{"at":"2019-11-03T01:30:00-08:00"}`,
        `{"at":"2019-11-03T09:30:00Z","day":"2019-11-03"}`,
        `{"at":"1883-11-18T12:00:00","day":"1883-11-18"}`,
        `{"at":"2019","day":"2019"}`,
        `{"at":"1541235600","day":17837}`,
        `{"at":1541235600}`,
        `{"at":"31/12/2018","day":"31/12/2018"}`,
        `{"at":"2018-12-31T24:00:00"}`,
      ),
      batch(`{"at":"2020-01-01T00:00:00+14:00"}`),
    ],
  },
];
