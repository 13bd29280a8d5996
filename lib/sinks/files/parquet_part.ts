/**
 * Parquet files with Spark's types: timestamps are microseconds in UTC, strings are UTF-8, and every column
 * is nullable. Rows are collected into row groups, and a full group is written to disk, so at most one group
 * per open file is in memory; with many open files, groups are flushed earlier.
 */
import type { SchemaElement } from "hyparquet";
import type { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { DataType, Row, Schema, Value } from "../../records/data_type.ts";
import { MONTH_INTERVALS, TIME_INTERVALS } from "../../records/types/interval_types.ts";
import type { Micros } from "../../records/values/micros.ts";
import { bytesOfValues } from "../../stream/values/memory_estimate.ts";
import type { PartFormat, PartWriter } from "./part_writer.ts";
import { sparkMetadata } from "./spark_schema.ts";
import { TextPart } from "./text_part.ts";

/** Large enough to compress well, and small enough to fit in memory. */
const ROW_GROUP_ROWS = 50_000;
/** The same for long rows, in characters of text. */
const ROW_GROUP_CHARACTERS = 16_000_000;

/** See the module's description. */
export function parquetPart(schema: Schema): PartFormat {
  const elements: SchemaElement[] = [
    { name: "spark_schema", num_children: schema.length },
    ...schema.flatMap(({ name, type }) => elementsOf(name, type)),
  ];
  const kvMetadata = sparkMetadata(schema);
  return {
    extension: "parquet",
    async open(path) {
      const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
      const buffer = new ByteWriter();
      const writer = new ParquetWriter({
        writer: buffer,
        schema: elements,
        codec: "SNAPPY",
        ...(kvMetadata === undefined ? {} : { kvMetadata }),
      });
      return new ParquetPart(schema, { part: await TextPart.create(path), buffer, writer });
    },
  };
}

class ParquetPart implements PartWriter {
  readonly #schema: Schema;
  readonly #converters: readonly Convert[];
  readonly #part: TextPart;
  readonly #buffer: ByteWriter;
  readonly #writer: ParquetWriter;
  #rows: Row[] = [];
  #characters = 0;
  heldBytes = 0;

  constructor(
    schema: Schema,
    { part, buffer, writer }: {
      readonly part: TextPart;
      readonly buffer: ByteWriter;
      readonly writer: ParquetWriter;
    },
  ) {
    this.#schema = schema;
    this.#converters = schema.map(({ type }) => converterOf(type));
    this.#part = part;
    this.#buffer = buffer;
    this.#writer = writer;
  }

  async write(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#rows.push(row);
      this.#characters += charactersOf(row);
      this.heldBytes += bytesOfValues(row);
      if (this.#rows.length >= ROW_GROUP_ROWS || this.#characters >= ROW_GROUP_CHARACTERS) {
        await this.flush();
      }
    }
  }

  async close(): Promise<void> {
    try {
      await this.flush();
      this.#writer.finish();
      await this.#drain();
    } finally {
      await this.#part.close();
    }
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    const columnData = this.#schema.map(({ name }, column) => ({
      name,
      data: this.#rows.map((row) => this.#converters[column]!(row[column]!)),
      // Min and max statistics exclude NaN, so Spark, for which NaN is greater than any number, would skip
      // its rows.
      statistics: !this.#rows.some((row) => holdsNaN(row[column]!)),
    }));
    this.#rows = [];
    this.#characters = 0;
    this.heldBytes = 0;
    this.#writer.write({ columnData, rowGroupSize: ROW_GROUP_ROWS });
    await this.#drain();
  }

  /** Writes the encoded bytes. The buffer keeps counting, so that offsets in the file stay correct. */
  async #drain(): Promise<void> {
    await this.#part.write(this.#buffer.getBytes());
    this.#buffer.index = 0;
  }
}

/** The characters of all strings in a value. */
function charactersOf(value: Value): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof Uint8Array) return value.length;
  let sum = 0;
  for (const part of value) sum += charactersOf(part);
  return sum;
}

function holdsNaN(value: Value): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  return Array.isArray(value) && value.some(holdsNaN);
}

function elementsOf(name: string, type: DataType): SchemaElement[] {
  const column = { name, repetition_type: "OPTIONAL" } as const;
  if (typeof type === "string") return [{ ...column, ...SIMPLE[type] ?? SIMPLE["STRING"]! }];
  switch (type.kind) {
    case "DECIMAL":
      return [{
        ...column,
        ...decimalStorage(type.precision),
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
    case "MAP": {
      const [key, ...keyParts] = elementsOf("key", type.key);
      return [
        { ...column, converted_type: "MAP", num_children: 1 },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { ...key!, repetition_type: "REQUIRED" },
        ...keyParts,
        ...elementsOf("value", type.value),
      ];
    }
  }
}

/** As Spark stores them: its vectorized reader fails on decimals of variable length. */
function decimalStorage(precision: number): Omit<SchemaElement, "name"> {
  if (precision <= 9) return { type: "INT32" };
  if (precision <= 18) return { type: "INT64" };
  const bits = (10n ** BigInt(precision)).toString(2).length + 1;
  return { type: "FIXED_LEN_BYTE_ARRAY", type_length: Math.ceil(bits / 8) };
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
  TIMESTAMP_NTZ: {
    type: "INT64",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" },
  },
  BINARY: { type: "BYTE_ARRAY" },
  ...Object.fromEntries(MONTH_INTERVALS.map((type) => [type, { type: "INT32" }])),
  ...Object.fromEntries(TIME_INTERVALS.map((type) => [type, { type: "INT64" }])),
};

type Convert = (value: Value) => unknown;

function converterOf(type: DataType): Convert {
  if (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ") {
    return (value) => value === null ? null : BigInt(value as Micros);
  }
  if (typeof type === "string" || type.kind === "DECIMAL") return (value) => value;
  if (type.kind === "ARRAY") {
    const element = converterOf(type.element);
    return (value) => value === null ? null : (value as readonly Value[]).map(element);
  }
  if (type.kind === "MAP") {
    const [key, item] = [converterOf(type.key), converterOf(type.value)];
    return (value) =>
      value === null
        ? null
        : (value as readonly Value[][]).map(([name, of]) => ({ key: key(name!), value: item(of!) }));
  }
  const fields = type.fields.map((field) => ({ name: field.name, convert: converterOf(field.type) }));
  return (value) =>
    value === null ? null : Object.fromEntries(
      fields.map(({ name, convert }, index) => [name, convert((value as readonly Value[])[index]!)]),
    );
}
