/**
 * Files of Parquet with Spark's types: timestamps are microseconds in UTC, text is UTF-8, and every column
 * may hold NULL. Rows are gathered to groups of {@link ROW_GROUP_ROWS}.
 */
import type { SchemaElement } from "hyparquet";
import type { DataType, Row, Schema, Value } from "../records/data_type.ts";
import { ALL_VALUES, type PartFormat, type PartWriter } from "./part_format.ts";
import { TextPart } from "./text_part.ts";

/** Enough for a good compression, and little enough to be held in memory. */
const ROW_GROUP_ROWS = 50_000;

/** See the module's description. */
export function parquetPart(schema: Schema): PartFormat {
  const elements: SchemaElement[] = [
    { name: "spark_schema", num_children: schema.length },
    ...schema.flatMap(({ name, type }) => elementsOf(name, type)),
  ];
  const converters = schema.map(({ type }) => converterOf(type));
  return {
    extension: "parquet",
    rowFormat: ALL_VALUES,
    async open(path): Promise<PartWriter> {
      const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
      const part = await TextPart.create(path);
      const bytes = new ByteWriter();
      const writer = new ParquetWriter({ writer: bytes, schema: elements, codec: "SNAPPY" });
      let rows: Row[] = [];
      const flush = () => {
        const columnData = schema.map(({ name }, column) => ({
          name,
          data: rows.map((row) => converters[column]!(row[column]!)),
        }));
        writer.write({ columnData, rowGroupSize: ROW_GROUP_ROWS });
        rows = [];
      };
      return {
        write(chunk) {
          rows.push(...chunk.rows ?? []);
          if (rows.length >= ROW_GROUP_ROWS) flush();
          return Promise.resolve();
        },
        async close() {
          if (rows.length > 0) flush();
          writer.finish();
          await part.write(bytes.getBytes());
          await part.close();
        },
      };
    },
  };
}

function elementsOf(name: string, type: DataType): SchemaElement[] {
  const column = { name, repetition_type: "OPTIONAL" } as const;
  if (typeof type === "string") return [{ ...column, ...SIMPLE[type] ?? SIMPLE["STRING"]! }];
  switch (type.kind) {
    case "DECIMAL":
      return [{
        ...column,
        type: "BYTE_ARRAY",
        converted_type: "DECIMAL",
        precision: type.precision,
        scale: type.scale,
      }];
    case "STRUCT":
      return [
        { ...column, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elementsOf(field.name, field.type)),
      ];
    case "ARRAY":
      return [
        { ...column, converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        ...elementsOf("element", type.element),
      ];
  }
}

const SIMPLE: Readonly<Record<string, Omit<SchemaElement, "name">>> = {
  STRING: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  BOOLEAN: { type: "BOOLEAN" },
  TINYINT: { type: "INT32", converted_type: "INT_8" },
  SMALLINT: { type: "INT32", converted_type: "INT_16" },
  INT: { type: "INT32" },
  BIGINT: { type: "INT64" },
  FLOAT: { type: "FLOAT" },
  DOUBLE: { type: "DOUBLE" },
  DATE: { type: "INT32", converted_type: "DATE" },
  TIMESTAMP: { type: "INT64", converted_type: "TIMESTAMP_MICROS" },
};

type Convert = (value: Value) => unknown;

function converterOf(type: DataType): Convert {
  if (type === "TIMESTAMP") return (value) => value === null ? null : BigInt(value as number);
  if (typeof type === "string" || type.kind === "DECIMAL") return (value) => value;
  if (type.kind === "ARRAY") {
    const element = converterOf(type.element);
    return (value) => value === null ? null : (value as readonly Value[]).map(element);
  }
  const fields = type.fields.map((field) => ({ name: field.name, convert: converterOf(field.type) }));
  return (value) =>
    value === null ? null : Object.fromEntries(
      fields.map(({ name, convert }, index) => [name, convert((value as readonly Value[])[index]!)]),
    );
}
