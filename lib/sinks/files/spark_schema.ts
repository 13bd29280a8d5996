/** A schema as Spark keeps it in Parquet files, for types that Parquet does not have: without it an INTERVAL is a number. */
import { type DataType, type Schema, typeName } from "../../records/data_type.ts";
import { isSqlInterval } from "../../records/types/interval_types.ts";
import { holds } from "../../sql/functions/coercion.ts";

/** The key of the schema in the metadata of a file. */
const KEY = "org.apache.spark.sql.parquet.row.metadata";

/** Spark's names in JSON of types that are called otherwise in SQL. */
const NAMES: Readonly<Record<string, string>> = {
  TINYINT: "byte",
  SMALLINT: "short",
  INT: "integer",
  BIGINT: "long",
};

/** The metadata for a schema; undefined if Parquet says all of it. */
export function sparkMetadata(schema: Schema): { key: string; value: string }[] | undefined {
  if (!schema.some(({ type }) => holds(type, isSqlInterval))) return undefined;
  return [{ key: KEY, value: JSON.stringify(structJson(schema)) }];
}

function structJson(schema: Schema) {
  const fields = schema.map(({ name, type }) => ({
    name,
    type: typeJson(type),
    nullable: true,
    metadata: {},
  }));
  return { type: "struct", fields };
}

function typeJson(type: DataType): unknown {
  if (typeof type === "string") return NAMES[type] ?? type.toLowerCase();
  switch (type.kind) {
    case "DECIMAL":
      return typeName(type).toLowerCase();
    case "ARRAY":
      return { type: "array", elementType: typeJson(type.element), containsNull: true };
    case "MAP":
      return {
        type: "map",
        keyType: typeJson(type.key),
        valueType: typeJson(type.value),
        valueContainsNull: true,
      };
    case "STRUCT":
      return structJson(type.fields);
  }
}
