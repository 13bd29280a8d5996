/** Deduplication within the watermark. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

export const DEDUPLICATE: readonly Scenario[] = [
  {
    name: "A row of the same keys counts once until the watermark has passed its time and the delay",
    streams,
    queries: {
      rows: { sql: "SELECT k, n, at FROM t", output_mode: "append", deduplicate: "k" },
      two: { sql: "SELECT k, n, at FROM t", output_mode: "append", deduplicate: "n, k" },
      update: { sql: "SELECT k, at FROM t WHERE n > 0", output_mode: "update", deduplicate: "k" },
      groups: { sql: "SELECT k, count(*) AS c FROM t GROUP BY k", output_mode: "update", deduplicate: "k" },
      complete: {
        sql: "SELECT k, count(*) AS c FROM t GROUP BY k",
        output_mode: "complete",
        deduplicate: "k,n",
      },
      windows: {
        sql: "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY window(at, '10 minutes')",
        output_mode: "append",
        deduplicate: "k",
      },
    },
    batches: [
      batch(at("10:00", "a"), at("10:01", "a"), at("10:02", "b"), at("10:03", null), at("10:04", null, null)),
      batch(at("10:05", "a"), at("10:10", "c"), at("10:20", "d")),
      batch(at("10:11", "a"), at("10:09", "e"), at("10:12", null)),
      "idle",
      batch(at("10:21", "a", 2), at("10:22", "b")),
      batch(at("10:40", "z"), at("10:23", "c")),
      batch(at("10:41", "a"), at("10:12", "y"), at("10:31", "c")),
    ],
  },
  {
    name: "A row without a time is deduplicated like others",
    streams,
    queries: { rows: { sql: "SELECT k, n, at FROM t", output_mode: "append", deduplicate: "k" } },
    batches: [
      batch(at("10:00", "a")),
      batch(at(null, "b"), at(null, "a")),
      batch(at(null, "b"), at("10:01", "b")),
    ],
  },
];
