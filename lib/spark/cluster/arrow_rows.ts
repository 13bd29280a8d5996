/**
 * Rows of a cluster as values of ours. Arrow has no exact form of some types that a JavaScript number holds, so Spark is
 * asked for each column in a form that has: times as microseconds, for one.
 */
import { tableFromIPC } from "@uwdata/flechette";
import { SfcrimeError } from "../../base/errors.ts";
import { isIntervalType } from "../../records/types/interval_types.ts";
import { parseAnyInterval } from "../../records/values/interval_text.ts";
import { parseLocalTimestamp } from "../../records/values/timestamp.ts";
import { microsOf } from "../../records/values/micros.ts";
import { type DataType, type Row, type Schema, typeName, type Value } from "../../records/data_type.ts";
import { quotedName } from "../../sql/syntax/quoted_name.ts";

const MS_PER_DAY = 86_400_000;

/** A value as it comes from Arrow. */
type ArrowValue = unknown;

/** An entry of a MAP. */
interface ArrowEntry {
  readonly k: ArrowValue;
  readonly v: ArrowValue;
}

/** The expressions for the columns of a schema, in the form that {@link rowsOfArrow} reads. */
export function arrowExpressions(schema: Schema): string[] {
  return schema.map(({ name, type }, index) => `${expressionOf(type, quotedName(name))} AS c${index}`);
}

function expressionOf(type: DataType, value: string): string {
  if (type === "TIMESTAMP") return `unix_micros(${value})`;
  if (isIntervalType(type) || type === "TIMESTAMP_NTZ") return `CAST(${value} AS STRING)`;
  if (typeof type === "string" || type.kind === "DECIMAL") return value;
  if (type.kind === "ARRAY") return `transform(${value}, e -> ${expressionOf(type.element, "e")})`;
  if (type.kind === "MAP") {
    const entry = `named_struct('k', ${expressionOf(type.key, "e.key")}, 'v', ${
      expressionOf(type.value, "e.value")
    })`;
    return `transform(map_entries(${value}), e -> ${entry})`;
  }
  const fields = type.fields.map(({ name, type }, index) =>
    `'f${index}', ${expressionOf(type, `${value}.${quotedName(name)}`)}`
  );
  return `if(${value} IS NULL, NULL, named_struct(${fields.join(", ")}))`;
}

/** The rows of Arrow's stream format. */
export function rowsOfArrow(data: Uint8Array, schema: Schema): Row[] {
  const table = tableFromIPC(data, { useBigInt: true, useDecimalInt: true });
  const columns = schema.map(({ type }, index) => {
    const read = readerOf(type);
    return Array.from(table.getChildAt(index), (value) => orNull(read, value));
  });
  return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column[row]!));
}

function orNull(read: (value: ArrowValue) => Value, value: ArrowValue): Value {
  return value === null || value === undefined ? null : read(value);
}

function readerOf(type: DataType): (value: ArrowValue) => Value {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return (value) => BigInt(value as bigint | number);
      case "ARRAY": {
        const read = readerOf(type.element);
        return (value) => Array.from(value as Iterable<ArrowValue>, (element) => orNull(read, element));
      }
      case "MAP": {
        const [key, item] = [readerOf(type.key), readerOf(type.value)];
        return (value) =>
          Array.from(value as Iterable<ArrowEntry>, ({ k, v }) => [orNull(key, k), orNull(item, v)]);
      }
      case "STRUCT": {
        const readers = type.fields.map((field) => readerOf(field.type));
        return (value) =>
          readers.map((read, index) => orNull(read, (value as Record<string, ArrowValue>)[`f${index}`]));
      }
    }
  }
  switch (type) {
    case "TIMESTAMP":
      return (value) => microsOf(value as bigint);
    case "TIMESTAMP_NTZ":
      return (value) => parseLocalTimestamp(value as string);
    case "DATE":
      return (value) => Math.round(Number(value) / MS_PER_DAY);
    case "VOID":
      throw new SfcrimeError("SPARK", `Rows with a column of type ${typeName(type)} cannot be fetched.`);
    default:
      if (isIntervalType(type)) return (value) => parseAnyInterval(value as string, type) ?? null;
      return (value) => value as Value;
  }
}
