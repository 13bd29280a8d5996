/**
 * Reads JSON as values of Avro's types: what `consume` prints, and Avro's own JSON encoding, in which the value of a
 * union has the name of its branch around it, `{"string": "x"}`, and times are numbers. Bytes are base64. A field that
 * is missing has its default.
 */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../../base/time_zone.ts";
import type { Value } from "../../data_type.ts";
import { objectOf, unfit, UnfitValue, within } from "../schemas/unfit_value.ts";
import { parseDecimal } from "../../values/decimal.ts";
import { parseDate, parseTimestamp } from "../../values/timestamp.ts";
import { defaultValue } from "./avro_default.ts";
import type { AvroField, AvroSchema, LogicalType, RecordSchema } from "./avro_schema.ts";
import { unionType, valueBranches } from "./avro_types.ts";
import { converterOf } from "./avro_values.ts";

/** The value of a schema for what JSON has; integers that are not safe are bigints. @throws {UnfitValue} */
export function avroValueOfJson(schema: AvroSchema, json: unknown, zone: TimeZone): Value {
  switch (schema.kind) {
    case "union":
      return ofUnion(schema.branches, json, zone);
    case "record":
      return ofRecord(schema, objectOf(json), zone);
    case "array":
      if (!Array.isArray(json)) throw unfit(json, "an array");
      return json.map((item, index) => within(`[${index}]`, () => avroValueOfJson(schema.items, item, zone)));
    case "map":
      return Object.entries(objectOf(json)).map((
        [key, item],
      ) => [key, within(key, () => avroValueOfJson(schema.values, item, zone))]);
    case "null":
      if (json !== null) throw unfit(json, "null");
      return null;
    case "boolean":
      if (typeof json !== "boolean") throw unfit(json, "true or false");
      return json;
    case "string":
    case "enum":
      if (typeof json !== "string") throw unfit(json, "a string");
      return json;
    case "int":
      return schema.logical !== undefined && typeof json === "string"
        ? dateOf(json)
        : Number(integerOf(json, 32));
    case "long":
      return longOf(schema, json, zone);
    case "float":
    case "double":
      return floatingOf(json, schema.kind);
    case "bytes":
    case "fixed":
      return schema.logical?.name === "decimal" ? decimalOf(json, schema.logical) : bytesOf(json);
  }
}

function ofRecord({ fields }: RecordSchema, json: Readonly<Record<string, unknown>>, zone: TimeZone): Value {
  const unknown = Object.keys(json).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined) throw new UnfitValue(`the schema has no field ${unknown}`);
  return fields.map((field) => within(field.name, () => ofField(field, json, zone)));
}

function ofField(
  { name, schema, default: other }: AvroField,
  json: Readonly<Record<string, unknown>>,
  zone: TimeZone,
): Value {
  if (Object.hasOwn(json, name)) return avroValueOfJson(schema, json[name], zone);
  if (other !== undefined) return defaultValue(schema, other, zone);
  if (schema.kind === "union" && schema.branches.some(({ kind }) => kind === "null")) return null;
  throw new UnfitValue("it is missing, and has no default");
}

function ofUnion(branches: readonly AvroSchema[], json: unknown, zone: TimeZone): Value {
  if (json === null && branches.some(({ kind }) => kind === "null")) return null;
  const values = valueBranches(branches);
  const { branch, value } = named(values, json, zone) ?? fitting(values, json, zone);
  const type = unionType(values);
  if (type !== undefined) return type === "BIGINT" ? BigInt(value as number | bigint) : value;
  return values.length < 2 ? value : values.map((other) => other === branch ? value : null);
}

interface Chosen {
  readonly branch: AvroSchema;
  readonly value: Value;
}

/** The branch whose name is around the value. */
function named(branches: readonly AvroSchema[], json: unknown, zone: TimeZone): Chosen | undefined {
  const [entry, more] = typeof json === "object" && json !== null ? Object.entries(json) : [];
  if (entry === undefined || more !== undefined) return undefined;
  const branch = branches.find((other) => ("name" in other ? other.name : other.kind) === entry[0]);
  if (branch === undefined) return memberOf(branches, entry, zone);
  try {
    return { branch, value: avroValueOfJson(branch, entry[1], zone) };
  } catch (error) {
    if (error instanceof UnfitValue) return undefined;
    throw error;
  }
}

/** The branch of a member, as rows have unions: `{"member0": 1}`. */
function memberOf(
  branches: readonly AvroSchema[],
  [name, json]: readonly [string, unknown],
  zone: TimeZone,
): Chosen | undefined {
  const branch = branches[Number(/^member(\d+)$/.exec(name)?.[1])];
  return branch === undefined ? undefined : { branch, value: avroValueOfJson(branch, json, zone) };
}

/** The first branch that takes the value. */
function fitting(branches: readonly AvroSchema[], json: unknown, zone: TimeZone): Chosen {
  const members = withoutNulls(branches, json);
  if (members !== undefined) return named(branches, members, zone)!;
  let first: unknown;
  for (const branch of branches) {
    try {
      return { branch, value: avroValueOfJson(branch, json, zone) };
    } catch (error) {
      if (!(error instanceof UnfitValue)) throw error;
      first ??= error;
    }
  }
  throw branches.length === 1 ? first : unfit(json, "a value of a branch of its union");
}

/** The member with a value, where a row has all of them. */
function withoutNulls(branches: readonly AvroSchema[], json: unknown): unknown {
  if (typeof json !== "object" || json === null || branches.length < 2) return undefined;
  const entries = Object.entries(json);
  const isRow = entries.length === branches.length &&
    entries.every(([name], index) => name === `member${index}`);
  const values = entries.filter(([, value]) => value !== null);
  return isRow && values.length === 1 ? Object.fromEntries(values) : undefined;
}

function longOf(
  schema: AvroSchema & { readonly logical?: LogicalType },
  json: unknown,
  zone: TimeZone,
): Value {
  if (schema.logical === undefined) return integerOf(json, 64);
  if (typeof json === "string") {
    const time = parseTimestamp(json, zone);
    if (time === null) throw unfit(json, "a time");
    return time;
  }
  return (converterOf(schema, zone) as (value: bigint) => Value)(integerOf(json, 64));
}

function integerOf(json: unknown, bits: number): bigint {
  const isInteger = typeof json === "bigint" || Number.isInteger(json);
  const value = isInteger ? BigInt(json as number | bigint) : undefined;
  if (value === undefined || BigInt.asIntN(bits, value) !== value) {
    throw unfit(json, `an integer of ${bits} bits`);
  }
  return value;
}

function floatingOf(json: unknown, kind: "float" | "double"): number {
  const isName = typeof json === "string" && ["NaN", "Infinity", "-Infinity"].includes(json);
  if (typeof json !== "number" && typeof json !== "bigint" && !isName) throw unfit(json, "a number");
  return kind === "float" ? Math.fround(Number(json)) : Number(json);
}

function dateOf(json: string): number {
  const days = parseDate(json);
  if (days === null) throw unfit(json, "a date");
  return days;
}

function decimalOf(
  json: unknown,
  { precision, scale }: Extract<LogicalType, { name: "decimal" }>,
): bigint {
  const isNumber = typeof json === "number" || typeof json === "bigint" || typeof json === "string";
  const value = isNumber ? parseDecimal(String(json), { kind: "DECIMAL", precision, scale }) : undefined;
  if (value === undefined) throw unfit(json, `a DECIMAL(${precision},${scale})`);
  return value;
}

function bytesOf(json: unknown): Uint8Array {
  const isBase64 = typeof json === "string" && /^[A-Za-z\d+/]*={0,2}$/.test(json) && json.length % 4 === 0;
  if (!isBase64) throw unfit(json, "bytes in base64");
  return new Uint8Array(Buffer.from(json, "base64"));
}
