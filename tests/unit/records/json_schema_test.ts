import { equal, throws } from "assert";
import { typeName } from "../../../lib/records/data_type.ts";
import { jsonSchemaColumns } from "../../../lib/records/formats/schemas/json_schema.ts";

const columns = (schema: unknown, references: Readonly<Record<string, unknown>> = {}) =>
  jsonSchemaColumns(
    JSON.stringify(schema),
    new Map(Object.entries(references).map(([name, json]) => [name, JSON.stringify(json)])),
  ).map(({ name, type }) => `${name} ${typeName(type)}`).join(", ");

const object = (properties: unknown, more: object = {}) => ({ type: "object", properties, ...more });

Deno.test("A property has the type of its values, whether they may be null or not", () => {
  equal(
    columns(object({
      s: { type: "string" },
      i: { type: ["null", "integer"] },
      n: { oneOf: [{ type: "null" }, { type: "number", title: "n" }] },
      b: { anyOf: [{ type: "boolean" }] },
      at: { type: "string", format: "date-time" },
      day: { type: "string", format: "date" },
      small: { type: "integer", "connect.type": "int32" },
      real: { type: "number", "connect.type": "float32" },
    })),
    "s STRING, i BIGINT, n DOUBLE, b BOOLEAN, at TIMESTAMP, day DATE, small INT, real FLOAT",
  );
});

Deno.test("Objects, maps and arrays are nested; what is not of one type is a STRING", () => {
  equal(
    columns(object({
      o: object({ x: { type: "array", items: object({ y: { type: "integer" } }) } }),
      m: { type: "object", additionalProperties: { type: "number" } },
      any: {},
      yes: true,
      open: { type: "object" },
      mixed: { type: ["string", "integer"] },
      either: { oneOf: [{ type: "string" }, { type: "integer" }] },
      list: { type: "array" },
    })),
    "o STRUCT<x: ARRAY<STRUCT<y: BIGINT>>>, m MAP<STRING, DOUBLE>, any STRING, yes STRING, open STRING, " +
      "mixed STRING, either STRING, list ARRAY<STRING>",
  );
});

Deno.test("References lead to definitions, and to schemas that are registered by name", () => {
  const schema = object({
    a: { $ref: "#/definitions/a~1b" },
    c: { $ref: "other.json" },
    d: { $ref: "other.json#/properties/x" },
  }, { definitions: { "a/b": { type: "integer" } } });
  const other = object({ x: { $ref: "#/$defs/y" } }, { $defs: { y: { type: "boolean" } } });
  equal(columns(schema, { "other.json": other }), "a BIGINT, c STRUCT<x: BOOLEAN>, d BOOLEAN");
});

Deno.test("A schema without columns says why", () => {
  const refused = (schema: unknown, message: RegExp) => throws(() => columns(schema), message);
  refused({ type: "string" }, /does not say the properties of an object/);
  refused([], /it is not a JSON object/);
  refused(object({ x: { $ref: "#/nowhere" } }), /there is nothing at #\/nowhere/);
  refused(object({ x: { $ref: "gone.json" } }), /refers to gone\.json, which is not registered/);
  refused({ $ref: "#/$defs/a", $defs: { a: object({ x: { $ref: "#/$defs/a" } }) } }, /contains itself/);
});
