import { deepEqual } from "assert";
import { type DataType, typeName } from "../../../lib/records/data_type.ts";
import type { Needed } from "../../../lib/records/needed.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { decodedColumns } from "../../../lib/stream/decoding/decoded_columns.ts";
import { planOf } from "../../support/plan_run.ts";

const SCHEMA = parseColumns(
  "n INT, device STRUCT<id: STRING, pos: STRUCT<lat: DOUBLE, lon: DOUBLE>>, tags ARRAY<STRING>, " +
    "items ARRAY<STRUCT<id: STRING, of: ARRAY<STRUCT<n: INT, m: INT>>>>, attrs MAP<STRING, STRUCT<a: INT, b: INT>>",
  "t",
);

/** What a query needs of each column, as the types of what is left of them. */
function neededBy(sql: string, outputMode: "append" | "update" = "append"): Record<string, string> {
  const [branch] = planOf({ sql, schema: SCHEMA, outputMode, timeZone: "UTC" }).branches;
  const columns = decodedColumns(branch!, () => true);
  return Object.fromEntries(columns.map(({ name, type, needed }) => [name, typeName(left(type, needed!))]));
}

function left(type: DataType, needed: Needed): DataType {
  if (needed === "all" || typeof type === "string") return type;
  if (type.kind === "ARRAY") return { ...type, element: left(type.element, needed) };
  if (type.kind !== "STRUCT") return type;
  const fields = type.fields.flatMap((field, index) => {
    const part = needed.get(index);
    return part === undefined ? [] : [{ name: field.name, type: left(field.type, part) }];
  });
  return { kind: "STRUCT", fields };
}

Deno.test("Of a structure, only the fields are needed that a query names, through arrays, too", () => {
  deepEqual(neededBy("SELECT device.id FROM t"), { device: "STRUCT<id: STRING>" });
  deepEqual(neededBy("SELECT device.pos.lat + 1 AS x FROM t WHERE device.id = 'a'"), {
    device: "STRUCT<id: STRING, pos: STRUCT<lat: DOUBLE>>",
  });
  deepEqual(neededBy("SELECT device.pos.lon FROM t WHERE device.pos IS NOT NULL AND device IS NOT NULL"), {
    device: "STRUCT<pos: STRUCT<lon: DOUBLE>>",
  });
  deepEqual(neededBy("SELECT items.of FROM t"), {
    items: "ARRAY<STRUCT<of: ARRAY<STRUCT<n: INT, m: INT>>>>",
  });
  deepEqual(neededBy("SELECT get(items.of[0].m, 1) AS x, items[1].id FROM t"), {
    items: "ARRAY<STRUCT<id: STRING, of: ARRAY<STRUCT<m: INT>>>>",
  });
});

Deno.test("Of a structure that is only counted or compared with NULL, no part is needed", () => {
  deepEqual(neededBy("SELECT size(items) AS n FROM t WHERE device IS NULL AND isnotnull(tags)"), {
    device: "STRUCT<>",
    items: "ARRAY<STRUCT<>>",
    tags: "ARRAY<STRING>",
  });
});

Deno.test("All of a structure is needed where it is compared, cast, grouped by, returned or passed on", () => {
  const all = { device: typeName(SCHEMA[1]!.type) };
  deepEqual(neededBy("SELECT device FROM t"), all);
  deepEqual(neededBy("SELECT device.id, CAST(device AS STRING) AS s FROM t"), all);
  deepEqual(neededBy("SELECT device, count(*) AS c FROM t GROUP BY 1", "update"), all);
  deepEqual(neededBy("SELECT max(device) AS m FROM t", "update"), all);
  deepEqual(neededBy("SELECT n FROM t WHERE device.pos = struct(1D, 2D)"), {
    n: "INT",
    device: "STRUCT<pos: STRUCT<lat: DOUBLE, lon: DOUBLE>>",
  });
  deepEqual(neededBy("SELECT transform(items, x -> x.id) AS x FROM t"), { items: typeName(SCHEMA[3]!.type) });
  deepEqual(neededBy("SELECT attrs['k'].a FROM t"), { attrs: typeName(SCHEMA[4]!.type) });
  deepEqual(neededBy("SELECT CASE WHEN n = 1 THEN device END.id AS x FROM t"), {
    n: "INT",
    device: "STRUCT<id: STRING>",
  });
});
