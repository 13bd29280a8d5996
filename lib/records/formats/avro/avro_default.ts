/** The value of a field that a writer does not have: its default, which a schema has as JSON. */
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../data_type.ts";
import type { AvroSchema } from "./avro_schema.ts";
import { SchemaProblem } from "../schemas/schema_problem.ts";
import { unionType, valueBranches } from "./avro_types.ts";
import { converterOf } from "./avro_values.ts";

/** The value of a default. @throws {SchemaProblem} If it is not one of the schema. */
export function defaultValue(schema: AvroSchema, json: unknown, zone: TimeZone): Value {
  const value = made(schema, json, zone);
  const convert = converterOf(schema, zone) as ((value: unknown) => Value) | undefined;
  return convert === undefined || value === null ? value : convert(value);
}

function made(schema: AvroSchema, json: unknown, zone: TimeZone): Value {
  switch (schema.kind) {
    case "null":
      return json === null ? null : refuse(schema, json);
    case "boolean":
      return typeof json === "boolean" ? json : refuse(schema, json);
    case "int":
      return Number.isInteger(json) ? json as number : refuse(schema, json);
    case "long":
      return Number.isInteger(json) ? BigInt(json as number) : refuse(schema, json);
    case "float":
    case "double":
      return floating(schema, json);
    case "string":
    case "enum":
      return typeof json === "string" ? json : refuse(schema, json);
    case "bytes":
    case "fixed":
      // Each character is a byte.
      return typeof json === "string"
        ? Uint8Array.from(json, (character) => character.charCodeAt(0))
        : refuse(schema, json);
    case "array":
      return Array.isArray(json)
        ? json.map((item) => defaultValue(schema.items, item, zone))
        : refuse(schema, json);
    case "map":
      return Object.entries(objectOf(schema, json)).map((
        [key, value],
      ) => [key, defaultValue(schema.values, value, zone)]);
    case "record": {
      const fields = objectOf(schema, json);
      return schema.fields.map(({ name, schema, default: other }) =>
        defaultValue(schema, Object.hasOwn(fields, name) ? fields[name] : other, zone)
      );
    }
    case "union":
      return ofUnion(schema.branches, json, zone);
  }
}

/** The default of a union is one of its first branch. */
function ofUnion(branches: readonly AvroSchema[], json: unknown, zone: TimeZone): Value {
  const [first] = branches;
  if (first === undefined) throw new SchemaProblem("a union without branches has a default");
  const value = defaultValue(first, json, zone);
  const values = valueBranches(branches);
  if (first.kind === "null" || values.length < 2) return value;
  const type = unionType(values);
  if (type !== undefined) return type === "BIGINT" ? BigInt(value as number | bigint) : value;
  return values.map((branch) => branch === first ? value : null);
}

/** Defaults that JSON has no number for are texts. */
function floating(schema: AvroSchema, json: unknown): number {
  const number = typeof json === "string" && ["NaN", "Infinity", "-Infinity"].includes(json)
    ? Number(json)
    : json;
  if (typeof number !== "number") return refuse(schema, json);
  return schema.kind === "float" ? Math.fround(number) : number;
}

function objectOf(schema: AvroSchema, json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return refuse(schema, json);
  return json as Readonly<Record<string, unknown>>;
}

function refuse({ kind }: AvroSchema, json: unknown): never {
  throw new SchemaProblem(`the default ${JSON.stringify(json)} is not a ${kind}`);
}
