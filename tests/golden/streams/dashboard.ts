/** The built-in queries of the dashboard, over real calls of more than a week. */
import { BUILT_IN_QUERIES, BUILT_IN_SOURCES } from "../../../lib/config/built_in.ts";
import { sampleCalls } from "../../support/calls.ts";
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";

const RADIO_CODES = new URL("../../../config/radio_code.json", import.meta.url);

const DAY_MS = 86_400_000;
const BATCH_RECORDS = 60;

/** A part of the sample, a week before its time, at its time, and a few days later. */
function calls(): string[] {
  const sample = sampleCalls().filter((_, index) => index % 80 === 0);
  return [-7, 0, 3].flatMap((days) =>
    sample.map((call) => {
      const at = new Date(Date.parse(`${call["call_date_time"]}Z`) + days * DAY_MS);
      return JSON.stringify({ ...call, call_date_time: at.toISOString().slice(0, -1) });
    })
  );
}

/** What is no call, has no time, no type, or no disposition. */
const ODD = [
  "{broken",
  `{"original_crime_type_name":"Passing Call","disposition":"HAN"}`,
  `{"call_date_time":"2018-12-31T23:57:00.000","disposition":"no such code"}`,
  `{"original_crime_type_name":"Passing Call","call_date_time":"2018-12-31T12:00:00.000"}`,
];

/** Here they run without it, and what has equal counts has an order. */
function ofDashboard(): Record<string, ScenarioQuery> {
  const queries = Object.entries(BUILT_IN_QUERIES).filter(([, { ui_only }]) => ui_only === "true");
  return Object.fromEntries(
    queries.map(([section, query]) => [
      section.slice("query.".length),
      {
        ...query,
        sql: query["sql"]!.replace("ORDER BY count DESC", "ORDER BY count DESC, disposition"),
        ui_only: "false",
      } as unknown as ScenarioQuery,
    ]),
  );
}

function batches(): Scenario["batches"] {
  const records = calls().toSpliced(10, 0, ...ODD);
  return Array.from({ length: Math.ceil(records.length / BATCH_RECORDS) }, (_, index) => ({
    calls: records.slice(index * BATCH_RECORDS, (index + 1) * BATCH_RECORDS),
  }));
}

export const DASHBOARD: readonly Scenario[] = [{
  name: "The built-in queries of the dashboard, over real calls",
  streams: {
    calls: { columns: BUILT_IN_SOURCES["stream.calls"]!["columns"]!, watermark: "call_date_time 10 minutes" },
  },
  tables: {
    radio_code: {
      columns: BUILT_IN_SOURCES["table.radio_code"]!["columns"]!,
      rows: (JSON.parse(Deno.readTextFileSync(RADIO_CODES)) as unknown[]).map((code) => JSON.stringify(code)),
    },
  },
  queries: ofDashboard(),
  batches: batches(),
}];
