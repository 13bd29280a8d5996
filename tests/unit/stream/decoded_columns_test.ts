import { deepEqual } from "assert";
import type { Schema } from "../../../lib/records/data_type.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import type { OutputMode } from "../../../lib/sql/plan.ts";
import { aggregatesOf } from "../../../lib/sql/planning/plan_sources.ts";
import { PartialAggregate } from "../../../lib/stream/aggregates/partial_aggregate.ts";
import { decodedColumns } from "../../../lib/stream/decoding/decoded_columns.ts";

const STREAM: Schema = [
  { name: "id", type: "STRING" },
  { name: "type", type: "STRING" },
  { name: "at", type: "TIMESTAMP" },
  { name: "n", type: "INT" },
];
const TABLE: Schema = [{ name: "type", type: "STRING" }, { name: "text", type: "STRING" }];

/** The columns that may stay bytes if the consumer takes them, by the groups for a query that aggregates. */
function bytesOf(
  sql: string,
  options: { readonly mode?: OutputMode; readonly deduplicate?: readonly string[] } = {},
): string[] {
  const named = (schema: Schema) => schema.map(({ name, type }) => ({ name, type, field: name }));
  const { deduplicate } = options;
  const source = {
    columns: named(STREAM),
    watermark: { column: "at", delayMs: 0 },
    ...(deduplicate === undefined ? {} : { deduplicate }),
  };
  const plan = analyzeQuery({
    name: "q",
    sql,
    outputMode: options.mode ?? "append",
    timeZone: "UTC",
    catalog: {
      streams: new Map([["s", source]]),
      tables: new Map([["t", { columns: named(TABLE) }]]),
    },
  });
  const [aggregate] = aggregatesOf(plan);
  const groups = aggregate && new PartialAggregate(aggregate);
  const columns = decodedColumns(plan.branches[0]!, (slot) => groups?.takesViews(slot) ?? true);
  return columns.filter(({ asBytes }) => asBytes).map(({ name }) => name);
}

Deno.test("A STRING stays bytes if it only goes to the output as it is", () => {
  deepEqual(bytesOf("SELECT id, n FROM s"), ["id"]);
  deepEqual(bytesOf("SELECT id, id AS again, type FROM s WHERE n > 1"), ["id", "type"]);
  deepEqual(bytesOf("SELECT id, type FROM s WHERE type = 'x'"), ["id"]);
  deepEqual(bytesOf("SELECT id, upper(id) AS u FROM s"), []);
  deepEqual(bytesOf("SELECT CASE WHEN n = 1 THEN id END AS c, type FROM s"), ["type"]);
  deepEqual(bytesOf("SELECT id, cast(type AS INT) AS c FROM s"), ["id"]);
});

Deno.test("A STRING that is only compared with NULL stays bytes", () => {
  deepEqual(bytesOf("SELECT n FROM s WHERE id IS NOT NULL AND NOT (type IS NULL)"), ["id", "type"]);
  deepEqual(bytesOf("SELECT n FROM s WHERE id IS NOT NULL AND id <> ''"), []);
  deepEqual(bytesOf("SELECT n FROM s WHERE upper(id) IS NULL"), []);
  deepEqual(bytesOf("SELECT n FROM s WHERE CASE WHEN n = 1 THEN id ELSE type END IS NULL"), ["id", "type"]);
  deepEqual(bytesOf("SELECT n FROM s WHERE CASE WHEN id = 'x' THEN id ELSE type END IS NULL"), ["type"]);
});

Deno.test("A STRING by which rows are joined is needed, the others stay bytes", () => {
  deepEqual(bytesOf("SELECT id, type, text FROM s LEFT JOIN t USING (type)"), ["id"]);
});

Deno.test("A STRING that is only counted stays bytes", () => {
  const mode = "update";
  deepEqual(bytesOf("SELECT n, count(id) AS c FROM s GROUP BY n", { mode }), ["id"]);
  deepEqual(bytesOf("SELECT n, count(id) AS c, max(id) AS m FROM s GROUP BY n", { mode }), []);
  deepEqual(bytesOf("SELECT n, count(id) FILTER (WHERE id > 'a') AS c FROM s GROUP BY n", { mode }), []);
});

Deno.test("A STRING by which rows are grouped stays bytes, unless it is aggregated as well", () => {
  const mode = "update";
  deepEqual(bytesOf("SELECT id, type, count(*) AS c FROM s GROUP BY id, type", { mode }), ["id", "type"]);
  deepEqual(bytesOf("SELECT id, max(id) AS m FROM s GROUP BY id", { mode }), []);
  deepEqual(bytesOf("SELECT upper(id) AS u, count(*) AS c FROM s GROUP BY upper(id)", { mode }), []);
});

Deno.test("Rows that are deduplicated have no bytes, as they are held until the end of the batch", () => {
  deepEqual(bytesOf("SELECT id, type, at FROM s", { deduplicate: ["id"] }), []);
});
