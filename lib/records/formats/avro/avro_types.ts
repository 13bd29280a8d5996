/**
 * The data types of Avro's schemas, as the `SchemaConverters` of Spark's `from_avro` choose them.
 *
 * Spark reads local timestamps as TIMESTAMP_NTZ; here they are TIMESTAMPs, in the time zone of the query.
 */
import { type Column, type DataType, DECIMAL_PRECISION_MAX, type Schema } from "../../data_type.ts";
import { SINGLE_FIELD } from "../schemas/single_field.ts";
import { SchemaProblem } from "../schemas/schema_problem.ts";
import type { AvroSchema, LogicalType, RecordSchema } from "./avro_schema.ts";

/** The columns of a record, or the one for a value of any other type. @throws {SchemaProblem} */
export function avroColumns(schema: AvroSchema): Schema {
  return fieldsOf(recordOf(schema), []);
}

/** The record of a value: itself, or one with nothing but the value, whose bytes are the same. */
export function recordOf(schema: AvroSchema): RecordSchema {
  return schema.kind === "record" ? schema : singleField(schema);
}

/** The record with nothing but a value. */
export function singleField(schema: AvroSchema): RecordSchema {
  return {
    kind: "record",
    name: "",
    aliases: [],
    fields: [{ name: SINGLE_FIELD, aliases: [], schema, default: undefined }],
  };
}

/** The branches of a union other than null. */
export function valueBranches(branches: readonly AvroSchema[]): readonly AvroSchema[] {
  return branches.filter(({ kind }) => kind !== "null");
}

/** The name of the field for a branch of a union, counted without null. */
function memberName(index: number): string {
  return `member${index}`;
}

/** The type of the values of a union; undefined if each branch has a field of its own. */
export function unionType(branches: readonly AvroSchema[]): "BIGINT" | "DOUBLE" | undefined {
  const kinds = branches.map(({ kind }) => kind).toSorted().join();
  return kinds === "int,long" ? "BIGINT" : kinds === "double,float" ? "DOUBLE" : undefined;
}

function fieldsOf({ name, fields }: RecordSchema, outer: readonly string[]): Column[] {
  if (outer.includes(name)) throw new SchemaProblem(`record ${name} contains itself, which no column can`);
  return fields.map((field) => ({ name: field.name, type: typeOf(field.schema, [...outer, name]) }));
}

function typeOf(schema: AvroSchema, outer: readonly string[]): DataType {
  switch (schema.kind) {
    case "null":
      return "VOID";
    case "boolean":
      return "BOOLEAN";
    case "int":
      return schema.logical === undefined ? "INT" : "DATE";
    case "long":
      return schema.logical === undefined ? "BIGINT" : "TIMESTAMP";
    case "float":
      return "FLOAT";
    case "double":
      return "DOUBLE";
    case "string":
    case "enum":
      return "STRING";
    case "bytes":
    case "fixed":
      return decimalOf(schema.logical) ?? "BINARY";
    case "array":
      return { kind: "ARRAY", element: typeOf(schema.items, outer) };
    case "map":
      return { kind: "MAP", key: "STRING", value: typeOf(schema.values, outer) };
    case "record":
      return { kind: "STRUCT", fields: fieldsOf(schema, outer) };
    case "union":
      return typeOfUnion(valueBranches(schema.branches), outer);
  }
}

function typeOfUnion(branches: readonly AvroSchema[], outer: readonly string[]): DataType {
  if (branches.length === 1) return typeOf(branches[0]!, outer);
  return unionType(branches) ?? {
    kind: "STRUCT",
    fields: branches.map((branch, index) => ({ name: memberName(index), type: typeOf(branch, outer) })),
  };
}

function decimalOf(logical: LogicalType | undefined): DataType | undefined {
  if (logical?.name !== "decimal") return undefined;
  const { precision, scale } = logical;
  if (precision > DECIMAL_PRECISION_MAX) {
    throw new SchemaProblem(
      `a decimal has ${precision} digits, of which ${DECIMAL_PRECISION_MAX} are possible`,
    );
  }
  return { kind: "DECIMAL", precision, scale };
}
