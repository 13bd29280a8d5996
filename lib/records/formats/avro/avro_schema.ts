/**
 * Schemas of Avro, as its specification defines them: read from their JSON, with all names resolved. A record that
 * contains itself is a graph with a circle.
 */
import { SchemaProblem } from "../schemas/schema_problem.ts";

/** What a value stands for, beside its Avro type; one that is unknown or invalid is ignored, as the specification asks. */
export type LogicalType =
  | { readonly name: "decimal"; readonly precision: number; readonly scale: number }
  | {
    readonly name:
      | "date"
      | "timestamp-millis"
      | "timestamp-micros"
      | "local-timestamp-millis"
      | "local-timestamp-micros";
  };

/** The types without parameters. */
const AVRO_PRIMITIVES = [
  "null",
  "boolean",
  "int",
  "long",
  "float",
  "double",
  "bytes",
  "string",
] as const;

/** One of {@link AVRO_PRIMITIVES}. */
export type AvroPrimitive = (typeof AVRO_PRIMITIVES)[number];

/** A primitive type. */
export interface PrimitiveSchema {
  readonly kind: AvroPrimitive;
  readonly logical?: LogicalType;
}

interface Named {
  /** With its namespace. */
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Bytes of a fixed number. */
export interface FixedSchema extends Named {
  readonly kind: "fixed";
  readonly size: number;
  readonly logical?: LogicalType;
}

/** One of a few symbols. */
export interface EnumSchema extends Named {
  readonly kind: "enum";
  readonly symbols: readonly string[];
  /** The symbol that stands for those that a reader does not know. */
  readonly default: string | undefined;
}

/** A field of a record. */
export interface AvroField {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly schema: AvroSchema;
  /** Its default as JSON; undefined if it has none. */
  readonly default: unknown;
}

/** Fields in their order. */
export interface RecordSchema extends Named {
  readonly kind: "record";
  readonly fields: readonly AvroField[];
}

/** A schema. */
export type AvroSchema =
  | PrimitiveSchema
  | FixedSchema
  | EnumSchema
  | RecordSchema
  | { readonly kind: "array"; readonly items: AvroSchema }
  | { readonly kind: "map"; readonly values: AvroSchema }
  | { readonly kind: "union"; readonly branches: readonly AvroSchema[] };

/**
 * Reads a schema.
 *
 * @param references Schemas whose names it uses, those that others use first.
 * @throws {SchemaProblem}
 */
export function parseAvroSchema(text: string, references: readonly string[] = []): AvroSchema {
  const names: Names = new Map();
  for (const reference of references) readSchema(jsonOf(reference), { names, namespace: "" });
  return readSchema(jsonOf(text), { names, namespace: "" });
}

type Names = Map<string, AvroSchema>;

interface Scope {
  readonly names: Names;
  readonly namespace: string;
}

type Attributes = Readonly<Record<string, unknown>>;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The name of a type may stand alone, without quotes.
    if (/^\w+$/.test(text.trim())) return text.trim();
    throw new SchemaProblem("it is not JSON");
  }
}

function readSchema(json: unknown, scope: Scope): AvroSchema {
  if (typeof json === "string") return namedSchema(json, scope);
  if (Array.isArray(json)) return readUnion(json, scope);
  if (typeof json !== "object" || json === null) throw new SchemaProblem(`${shown(json)} is not a type`);
  const attributes = json as Attributes;
  const { type } = attributes;
  switch (type) {
    case "record":
    case "error":
      return readRecord(attributes, scope);
    case "enum":
      return readEnum(attributes, scope);
    case "fixed":
      return readFixed(attributes, scope);
    case "array":
      return { kind: "array", items: readSchema(attributes.items, scope) };
    case "map":
      return { kind: "map", values: readSchema(attributes.values, scope) };
    default:
      return withLogical(readSchema(type, scope), attributes);
  }
}

function namedSchema(name: string, { names, namespace }: Scope): AvroSchema {
  const primitive = AVRO_PRIMITIVES.find((other) => other === name);
  if (primitive !== undefined) return { kind: primitive };
  const known = names.get(qualified(name, namespace)) ?? names.get(name);
  if (known === undefined) throw new SchemaProblem(`there is no type ${shown(name)}`);
  return known;
}

function readUnion(json: readonly unknown[], scope: Scope): AvroSchema {
  const branches = json.map((branch) => readSchema(branch, scope));
  const seen = new Set<string>();
  for (const branch of branches) {
    const name = "name" in branch ? branch.name : branch.kind;
    if (branch.kind === "union" || seen.has(name)) {
      throw new SchemaProblem(`a union has ${branch.kind === "union" ? "a union" : `${name} twice`}`);
    }
    seen.add(name);
  }
  return { kind: "union", branches };
}

/** The name, aliases and namespace of a named type. */
function namesOf(attributes: Attributes, { namespace }: Scope): Named & { readonly namespace: string } {
  const { name, namespace: own, aliases } = attributes;
  if (typeof name !== "string" || name === "") throw new SchemaProblem(`a ${attributes.type} has no name`);
  const full = qualified(name, typeof own === "string" ? own : namespace);
  const space = full.includes(".") ? full.slice(0, full.lastIndexOf(".")) : "";
  return {
    name: full,
    aliases: textsOf(aliases).map((alias) => qualified(alias, space)),
    namespace: space,
  };
}

function readRecord(attributes: Attributes, scope: Scope): AvroSchema {
  const { namespace, ...named } = namesOf(attributes, scope);
  if (!Array.isArray(attributes.fields)) throw new SchemaProblem(`record ${named.name} has no fields`);
  const fields: AvroField[] = [];
  const record: AvroSchema = { kind: "record", ...named, fields };
  define(record, scope);
  for (const json of attributes.fields as readonly Attributes[]) {
    if (typeof json?.name !== "string") throw new SchemaProblem(`a field of ${named.name} has no name`);
    const { name } = json;
    if (fields.some((field) => field.name === name)) {
      throw new SchemaProblem(`${named.name} has two fields ${name}`);
    }
    const schema = readSchema(json.type, { ...scope, namespace });
    fields.push({ name, aliases: textsOf(json.aliases), schema, default: json.default });
  }
  return record;
}

function readEnum(attributes: Attributes, scope: Scope): AvroSchema {
  const { namespace: _, ...named } = namesOf(attributes, scope);
  const symbols = textsOf(attributes.symbols);
  const other = attributes.default;
  if (other !== undefined && !symbols.includes(other as string)) {
    throw new SchemaProblem(`the default of enum ${named.name} is not one of its symbols`);
  }
  return define({ kind: "enum", ...named, symbols, default: other as string | undefined }, scope);
}

function readFixed(attributes: Attributes, scope: Scope): AvroSchema {
  const { namespace: _, ...named } = namesOf(attributes, scope);
  const { size } = attributes;
  if (!Number.isInteger(size) || (size as number) < 0) {
    throw new SchemaProblem(`fixed ${named.name} has no valid size`);
  }
  const fixed: FixedSchema = { kind: "fixed", ...named, size: size as number };
  return define(withLogical(fixed, attributes) as FixedSchema, scope);
}

function define<T extends AvroSchema & Named>(schema: T, { names }: Scope): T {
  if (names.has(schema.name)) throw new SchemaProblem(`${schema.name} is defined twice`);
  names.set(schema.name, schema);
  return schema;
}

/** Which Avro types may have a logical type. */
const LOGICAL_BASES: Readonly<Record<LogicalType["name"], readonly AvroSchema["kind"][]>> = {
  decimal: ["bytes", "fixed"],
  date: ["int"],
  "timestamp-millis": ["long"],
  "timestamp-micros": ["long"],
  "local-timestamp-millis": ["long"],
  "local-timestamp-micros": ["long"],
};

function withLogical(schema: AvroSchema, { logicalType, precision, scale = 0 }: Attributes): AvroSchema {
  const name = logicalType as LogicalType["name"];
  if (!Object.hasOwn(LOGICAL_BASES, String(name)) || !LOGICAL_BASES[name].includes(schema.kind)) {
    return schema;
  }
  if (name !== "decimal") return { ...schema as PrimitiveSchema, logical: { name } };
  const [digits, after] = [Number(precision), Number(scale)];
  const isValid = Number.isInteger(digits) && digits >= 1 && Number.isInteger(after) && after >= 0 &&
    after <= digits && (schema.kind !== "fixed" || digits <= digitsOf(schema.size));
  if (!isValid) return schema;
  return { ...schema as PrimitiveSchema, logical: { name, precision: digits, scale: after } };
}

/** The digits that always fit into bytes of that number. */
function digitsOf(bytes: number): number {
  return String(2n ** BigInt(Math.max(0, bytes * 8 - 1)) - 1n).length - 1;
}

function qualified(name: string, namespace: string): string {
  return name.includes(".") || namespace === "" ? name : `${namespace}.${name}`;
}

function textsOf(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((item) => typeof item === "string") : [];
}

function shown(json: unknown): string {
  return JSON.stringify(json) ?? String(json);
}
