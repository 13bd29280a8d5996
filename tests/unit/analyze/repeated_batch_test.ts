import { deepEqual } from "assert";
import { runHere } from "../../support/stream_harness.ts";
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "../../golden/streams/records.ts";

Deno.test("After a crash, once repeats the batch and reads what is new in another one, and no batch without records", async () => {
  const scenario: Scenario = {
    name: "once after a crash",
    trigger: "once",
    streams: { t: { columns: COLUMNS, watermark: "at 10 minutes" } },
    queries: {
      starts: { sql: "SELECT window(at, '5 minutes').start FROM t GROUP BY window(at, '5 minutes')" },
    },
    batches: [
      batch(at("10:00"), at("11:00")),
      "crash once",
      batch(at("11:30")),
      "crash once",
      "restart once",
    ],
  };
  const { starts } = await runHere(scenario);
  deepEqual(
    starts!.batches.map(({ run, watermark, rows }) => ({ run, watermark, rows })),
    [
      { run: 1, watermark: "1970-01-01T00:00:00.000Z", rows: [] },
      { run: 2, watermark: "2018-12-31T10:50:00.000Z", rows: ['{"c0":"2018-12-31T10:00:00.000Z"}'] },
    ],
  );
});
