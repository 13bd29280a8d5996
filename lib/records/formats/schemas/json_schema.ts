/**
 * The columns of a JSON Schema. What it does not fix to one type is a STRING with the JSON of the value, as Spark's
 * `from_json` reads anything into a STRING.
 */
import type { Column, DataType, Schema } from "../../data_type.ts";
import { SchemaProblem } from "./schema_problem.ts";

type Json = Readonly<Record<string, unknown>>;

/** The columns of the objects that a schema describes. @throws {SchemaProblem} */
export function jsonSchemaColumns(text: string, references: ReadonlyMap<string, string>): Schema {
  const root = parsed(text);
  const type = new Reader(root, references).typeOf(root, []);
  if (typeof type === "object" && type.kind === "STRUCT") return type.fields;
  throw new SchemaProblem("it does not say the properties of an object");
}

/** The title of a schema, which names its type. */
export function jsonSchemaTitle(text: string): string {
  const { title } = parsed(text);
  return typeof title === "string" ? title : "";
}

function parsed(text: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // The same is wrong with what is no object.
  }
  throw new SchemaProblem("it is not a JSON object");
}

function isObject(json: unknown): json is Json {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Where a type is used that is defined elsewhere. */
interface Place {
  readonly document: Json;
  readonly schema: Json;
}

/** The types of numbers that Kafka Connect notes beside JSON's. */
const CONNECT_TYPES: Readonly<Record<string, DataType>> = {
  int8: "TINYINT",
  int16: "SMALLINT",
  int32: "INT",
  int64: "BIGINT",
  float32: "FLOAT",
  float64: "DOUBLE",
};

class Reader {
  readonly #root: Json;
  readonly #references: ReadonlyMap<string, string>;
  readonly #documents = new Map<string, Json>();

  constructor(root: Json, references: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#references = references;
  }

  typeOf(schema: unknown, outer: readonly Json[], document = this.#root): DataType {
    if (!isObject(schema)) return "STRING";
    const { $ref } = schema;
    if (typeof $ref === "string") {
      const found = this.#find($ref, document);
      if (outer.includes(found.schema)) {
        throw new SchemaProblem(`${$ref} contains itself, which no column can`);
      }
      return this.typeOf(found.schema, [...outer, found.schema], found.document);
    }
    const alternatives = schema.oneOf ?? schema.anyOf;
    if (Array.isArray(alternatives)) {
      const others = alternatives.filter((other) => !isObject(other) || other.type !== "null");
      return others.length === 1 ? this.typeOf(others[0], outer, document) : "STRING";
    }
    const types = [schema.type].flat().filter((type) => type !== "null");
    const [type] = types;
    if (types.length !== 1) return "STRING";
    const connect = CONNECT_TYPES[String(schema["connect.type"])];
    switch (type) {
      case "integer":
        return connect ?? "BIGINT";
      case "number":
        return connect ?? "DOUBLE";
      case "boolean":
        return "BOOLEAN";
      case "array":
        return { kind: "ARRAY", element: this.typeOf(schema.items, outer, document) };
      case "object":
        return this.#objectType(schema, outer, document);
      default:
        return schema.format === "date-time" ? "TIMESTAMP" : schema.format === "date" ? "DATE" : "STRING";
    }
  }

  #objectType(schema: Json, outer: readonly Json[], document: Json): DataType {
    const { properties, additionalProperties: others } = schema;
    if (isObject(properties) && Object.keys(properties).length > 0) {
      const fields = Object.entries(properties).map(([name, property]): Column => ({
        name,
        type: this.typeOf(property, outer, document),
      }));
      return { kind: "STRUCT", fields };
    }
    if (!isObject(others)) return "STRING";
    return { kind: "MAP", key: "STRING", value: this.typeOf(others, outer, document) };
  }

  /** What a reference leads to: a part of this document, or of one that is registered by its name. */
  #find(reference: string, from: Json): Place {
    const [name = "", pointer = ""] = reference.split("#", 2);
    const document = name === "" ? from : this.#document(name);
    let schema: unknown = document;
    for (const part of pointer.split("/").slice(1)) {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      schema = isObject(schema) && Object.hasOwn(schema, key) ? schema[key] : undefined;
    }
    if (!isObject(schema)) throw new SchemaProblem(`there is nothing at ${reference}`);
    return { document, schema };
  }

  #document(name: string): Json {
    const known = this.#documents.get(name);
    if (known !== undefined) return known;
    const text = this.#references.get(name);
    if (text === undefined) throw new SchemaProblem(`it refers to ${name}, which is not registered with it`);
    const document = parsed(text);
    this.#documents.set(name, document);
    return document;
  }
}
