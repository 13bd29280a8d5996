/** The real sample, sorted by time, in batches of 200: sliding windows by type, given when they are final. */
import { gunzipSync, gzipSync } from "node:zlib";
import { sampleCalls } from "../../support/calls.ts";
import type { Answers, Scenario } from "../../support/stream_scenario.ts";

const FILE = new URL("sample_answers.json.gz", import.meta.url);
const BATCH_RECORDS = 200;

/** See the module's description. */
export function sampleScenario(): Scenario {
  const calls = sampleCalls().toSorted((left, right) =>
    left.call_date_time! < right.call_date_time! ? -1 : left.call_date_time! > right.call_date_time! ? 1 : 0
  ).map((call) => JSON.stringify(call));
  const batches = Array.from({ length: Math.ceil(calls.length / BATCH_RECORDS) }, (_, index) => ({
    calls: calls.slice(index * BATCH_RECORDS, (index + 1) * BATCH_RECORDS),
  }));
  return {
    name: "sample",
    streams: {
      calls: {
        columns: "original_crime_type_name STRING, call_date_time TIMESTAMP",
        watermark: "call_date_time 60 minutes",
      },
    },
    queries: {
      windows: {
        sql: `SELECT window, original_crime_type_name, count(*) AS count FROM calls
          GROUP BY window(call_date_time, '10 minutes', '5 minutes'), original_crime_type_name`,
        output_mode: "append",
      },
    },
    batches,
  };
}

/** What Spark answered. */
export function readSampleAnswers(): Answers {
  return JSON.parse(new TextDecoder().decode(gunzipSync(Deno.readFileSync(FILE)))) as Answers;
}

/** Keeps what Spark answered. */
export function writeSampleAnswers(answers: Answers): void {
  Deno.writeFileSync(FILE, gzipSync(new TextEncoder().encode(JSON.stringify(answers)), { level: 9 }));
}
