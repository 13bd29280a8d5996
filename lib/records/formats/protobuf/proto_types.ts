/** The data types of Protobuf's messages, as the `SchemaConverters` of Spark's `from_protobuf` choose them. */
import type { Column, DataType, Schema } from "../../data_type.ts";
import { SchemaProblem } from "../schemas/schema_problem.ts";
import type { ProtoField, ProtoMessage, ProtoScalar, ProtoType } from "./proto_schema.ts";

/** The columns of a message. @throws {SchemaProblem} */
export function protoColumns(message: ProtoMessage): Schema {
  return columnsOf(message, []);
}

/** The fields of a message that are columns: all but messages without fields, as no STRUCT is empty. */
export function columnFields({ fields }: ProtoMessage): readonly ProtoField[] {
  return fields.filter(({ type }) => !isEmpty(type));
}

/** Whether a message is a TIMESTAMP: one of that name, with seconds and nanos, whatever its package. */
export function isTimestamp(type: ProtoType): boolean {
  return isOfSeconds(type, "Timestamp");
}

/** Whether a message is an INTERVAL, in the same way. */
export function isDuration(type: ProtoType): boolean {
  return isOfSeconds(type, "Duration");
}

function isOfSeconds(type: ProtoType, own: string): boolean {
  if (typeof type === "string" || type.kind === "enum") return false;
  const { name, fields } = type;
  return name.split(".").at(-1) === own && fields.map((field) => field.name).join() === "seconds,nanos";
}

function isEmpty(type: ProtoType): boolean {
  return typeof type !== "string" && type.kind === "message" && columnFields(type).length === 0;
}

function columnsOf(message: ProtoMessage, outer: readonly string[]): Column[] {
  if (outer.includes(message.name)) {
    throw new SchemaProblem(`message ${message.name} contains itself, which no column can`);
  }
  const around = [...outer, message.name];
  requireFinite(message, outer);
  return columnFields(message).map((field) => ({ name: field.name, type: typeOf(field, around) }));
}

/** A message that contains itself is found before its fields are asked whether they have any. */
function requireFinite(message: ProtoMessage, outer: readonly string[]): void {
  const around = [...outer, message.name];
  for (const { type } of message.fields) {
    if (typeof type === "string" || type.kind === "enum") continue;
    if (around.includes(type.name)) {
      throw new SchemaProblem(`message ${type.name} contains itself, which no column can`);
    }
    requireFinite(type, around);
  }
}

function typeOf({ type, keyType, isRepeated }: ProtoField, outer: readonly string[]): DataType {
  const value = valueType(type, outer);
  if (keyType !== undefined) return { kind: "MAP", key: SCALARS[keyType], value };
  return isRepeated ? { kind: "ARRAY", element: value } : value;
}

function valueType(type: ProtoType, outer: readonly string[]): DataType {
  if (typeof type === "string") return SCALARS[type];
  if (type.kind === "enum") return "STRING";
  if (isTimestamp(type)) return "TIMESTAMP";
  return isDuration(type) ? "INTERVAL DAY TO SECOND" : { kind: "STRUCT", fields: columnsOf(type, outer) };
}

/** Unsigned integers have the type of signed ones, as in Java. */
const SCALARS: Readonly<Record<ProtoScalar, DataType>> = {
  double: "DOUBLE",
  float: "FLOAT",
  int32: "INT",
  uint32: "INT",
  sint32: "INT",
  fixed32: "INT",
  sfixed32: "INT",
  int64: "BIGINT",
  uint64: "BIGINT",
  sint64: "BIGINT",
  fixed64: "BIGINT",
  sfixed64: "BIGINT",
  bool: "BOOLEAN",
  string: "STRING",
  bytes: "BINARY",
};
