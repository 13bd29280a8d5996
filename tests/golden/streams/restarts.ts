/** Queries that end and go on from their checkpoints, by each trigger. */
import type { Scenario, ScenarioQuery, ScenarioTrigger } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const WINDOW = "window(at, '5 minutes')";
const windows = (from: string, output_mode: ScenarioQuery["output_mode"] = "append"): ScenarioQuery => ({
  sql: `SELECT ${WINDOW} AS w, count(*) AS c FROM ${from} GROUP BY ${WINDOW}`,
  output_mode,
});
const TRIGGERS: readonly ScenarioTrigger[] = ["once", "available-now", "processing-time"];

const oneStream: Pick<Scenario, "streams" | "queries"> = {
  streams: { t: { columns: COLUMNS, watermark: "at 10 minutes" } },
  queries: {
    append: windows("t"),
    complete: windows("t", "complete"),
    sessions: {
      sql: `SELECT session_window(at, '5 minutes') AS w, k, count(*) AS c FROM t
        GROUP BY session_window(at, '5 minutes'), k`,
      output_mode: "append",
    },
    deduplicated: { ...windows("t", "update"), deduplicate: "n" },
  },
};

const both = "(SELECT at FROM t UNION ALL SELECT at FROM u)";
const twoStreams: Pick<Scenario, "streams" | "queries"> = {
  streams: { ...oneStream.streams, u: { columns: COLUMNS, watermark: "at 15 minutes" } },
  queries: { windows: windows(both) },
};

const WITH_POLICIES = [
  ...TRIGGERS.map((trigger) => ({ trigger, watermarkPolicy: "min" as const })),
  { trigger: "processing-time", watermarkPolicy: "max" },
] as const;

export const RESTARTS: readonly Scenario[] = [
  ...TRIGGERS.map((trigger): Scenario => ({
    name: `A restart does not make up for a no-data batch that has not run (${trigger})`,
    ...oneStream,
    trigger: "once",
    batches: [
      batch(at("10:00:30"), at("11:00", "b", 2)),
      `restart ${trigger}`,
      `restart ${trigger}`,
      batch(at("10:00:10"), at("11:00:10", "b", 3)),
      `restart ${trigger}`,
      batch(at("10:00:20", "a", 4), at("11:30", "a", 5)),
      "restart once",
      batch(at("10:59", "c", 7), at("11:25:30", "c", 7)),
      `restart ${trigger}`,
    ],
  })),
  ...WITH_POLICIES.map(({ trigger, watermarkPolicy }): Scenario => ({
    name: `A restart keeps the watermark, but not that of each stream (${watermarkPolicy}, ${trigger})`,
    ...twoStreams,
    trigger: "available-now",
    watermarkPolicy,
    batches: [
      { t: [at("11:00")], u: [at("11:20")] },
      `restart ${trigger}`,
      `restart ${trigger}`,
      { t: [at("11:30", "b")] },
      `restart ${trigger}`,
      { t: [at("11:01")], u: [at("11:31")] },
      "restart processing-time",
      { t: [at("11:02"), at("11:31")], u: [at("11:35")] },
      { t: [at("11:03", "b")], u: [at("11:04")] },
      "idle",
      { t: [at("11:10")], u: [at("11:45")] },
      `restart ${trigger}`,
      { u: [at("12:30")] },
      `restart ${trigger}`,
      { t: [at("12:25"), at("11:30")], u: [at("11:40")] },
    ],
  })),
  ...TRIGGERS.map((trigger): Scenario => ({
    name: `A batch that was logged but not committed runs again with its watermarks (${trigger})`,
    streams: oneStream.streams,
    queries: { append: windows("t"), deduplicated: { ...windows("t", "update"), deduplicate: "n" } },
    trigger: "once",
    batches: [
      batch(at("10:00:30"), at("11:00", "b", 2)),
      "restart once",
      batch(at("10:00:10"), at("11:20:10", "b", 3)),
      // It has records.
      `crash ${trigger}`,
      "restart available-now",
      batch(at("11:01", "b", 5), at("11:30")),
      // In append and update mode, it has none.
      `crash ${trigger}`,
      `restart ${trigger}`,
      batch(at("11:02", "b", 5), at("11:31", "b")),
    ],
  })),
  {
    name: "A batch of several streams that runs again raises the watermark by its own event times only",
    ...twoStreams,
    queries: {
      windows: windows(both),
      twice: windows(
        "(SELECT at FROM t WHERE k = 'a' UNION ALL SELECT at FROM u UNION ALL SELECT at FROM t)",
      ),
    },
    trigger: "available-now",
    batches: [
      { t: [at("11:00")], u: [at("11:20")] },
      "restart once",
      { t: [at("11:30", "b")], u: [at("11:10")] },
      "crash once",
      "restart once",
      { t: [at("11:01")], u: [at("11:31")] },
      "crash available-now",
      "restart processing-time",
      { t: [at("11:02")], u: [at("11:41")] },
      { t: [at("11:40")], u: [at("11:45")] },
      "crash processing-time",
    ],
  },
];
