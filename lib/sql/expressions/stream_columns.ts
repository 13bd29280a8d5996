/**
 * The columns of a stream as expressions: what is read of a record, and what is computed from it.
 *
 * A computed column may use all columns that are not computed, and the computed ones before it, as with Spark's
 * `withColumn` one after the other. Where a query uses it, its expression takes its place, so that it is computed
 * where Spark computes it; only the event time and the keys of a deduplication are computed for each row.
 *
 * The watermark comes after all of them: what is computed from the event time is made of the column before the
 * watermark, which is an attribute of its own, and so no event time.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import { type RecordColumn, sameType, typeName } from "../../records/data_type.ts";
import { isOfValue, kafkaColumn, keyColumn } from "../../records/kafka/kafka_column.ts";
import { canCast } from "../functions/coercion.ts";
import type { SourceColumn, StreamSource } from "../catalog.ts";
import { requireSize } from "./expression_size.ts";
import { resolve } from "./resolve.ts";
import { attribute, type Attributes, type DraftComputed, type ScopeColumn } from "./scope.ts";
import type { Expression } from "../plan.ts";
import { parseExpression } from "../syntax/parse.ts";

/** See the module's description. */
export interface StreamColumns {
  /** Attributes of the columns that are read, by column: those that {@link value} was asked for. */
  readonly attributes: Map<number, number>;
  /** The attribute of the event time before the watermark, by column, if columns are computed from it. */
  readonly unmarked: ReadonlyMap<number, number>;
  /** The computed columns that every row needs. */
  readonly computed: ReadonlyMap<number, DraftComputed>;
  /** The value of a column. */
  readonly value: (column: number) => Expression;
}

/** What the columns of a stream are resolved with. */
export interface StreamScope {
  readonly stream: string;
  readonly zone: TimeZone;
  readonly attributes: Attributes;
}

/** The columns of a stream for one of its uses. @throws {SfcrimeError} CONFIG for an invalid expression. */
export function streamColumns(source: StreamSource, scope: StreamScope): StreamColumns {
  const attributes = new Map<number, number>();
  const unmarked = new Map<number, number>();
  const computed = new Map<number, DraftComputed>();
  const eventTime = source.columns.findIndex(({ name }) => isSame(name, source.watermark?.column));
  const read = (column: number, ids: Map<number, number>): Expression => {
    const declared = source.columns[column]!;
    const id = getOrInsert(ids, column, () => scope.attributes.fresh());
    return castTo(attribute(id, readColumn(declared).type), declared, scope.stream);
  };
  const unmarkedValue = memoized((column): Expression => {
    if (source.columns[column]!.computed !== undefined) {
      return computedValue(source, column, { ...scope, value: unmarkedValue });
    }
    if (column !== eventTime) return value(column);
    value(column);
    return read(column, unmarked);
  });
  const value = memoized((column): Expression => {
    const expression = source.columns[column]!.computed === undefined
      ? read(column, attributes)
      : unmarkedValue(column);
    if (expression.kind === "slot" || !isOfEveryRow(source, column)) return expression;
    const id = scope.attributes.fresh();
    computed.set(column, { attribute: id, expression });
    return attribute(id, expression.type);
  });
  source.columns.forEach((_column, column) => {
    if (isOfEveryRow(source, column)) value(column);
  });
  return { attributes, unmarked, computed, value };
}

function memoized(valueOf: (column: number) => Expression): (column: number) => Expression {
  const known = new Map<number, Expression>();
  return (column) => getOrInsert(known, column, () => valueOf(column));
}

/** Whether a column is the event time, or a key of the deduplication, and may have to be computed. */
function isOfEveryRow({ columns, watermark, deduplicate = [] }: StreamSource, column: number): boolean {
  const declared = columns[column]!;
  const { name } = declared;
  return !isOfValue(declared) &&
    [watermark?.column, ...deduplicate].some((needed) => isSame(name, needed));
}

function isSame(name: string, other: string | undefined): boolean {
  return name.toLowerCase() === other?.toLowerCase();
}

/** What is read of a record for a column that is not computed. */
export function readColumn({ field, type, kafka, keyField }: SourceColumn): RecordColumn {
  if (kafka !== undefined) return kafkaColumn(kafka, type);
  return keyField === undefined ? { name: field, type } : keyColumn(keyField, type);
}

/** Checks the computed columns of a stream. @throws {SfcrimeError} CONFIG */
export function requireComputable(source: StreamSource, scope: StreamScope): void {
  const { value } = streamColumns(source, scope);
  source.columns.forEach((_column, index) => value(index));
}

function computedValue(
  { columns }: StreamSource,
  column: number,
  { stream, zone, value }: StreamScope & Pick<StreamColumns, "value">,
): Expression {
  const declared = columns[column]!;
  const sql = declared.computed!;
  const inScope = columns.flatMap((other, index): ScopeColumn[] =>
    other.computed === undefined || index < column
      ? [{ name: other.name, qualifier: stream, value: () => value(index) }]
      : []
  );
  try {
    const node = parseExpression(sql);
    const expression = resolve(node, { sql, zone, columns: inScope });
    requireSize([expression], node, sql);
    return castTo(expression, declared, stream);
  } catch (error) {
    if (!(error instanceof SfcrimeError) || error.code !== "SQL") throw error;
    throw new SfcrimeError("CONFIG", `Column ${declared.name} of stream ${stream}, ${error.message}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** A value in the type of its column. @throws {SfcrimeError} CONFIG if Spark has no such cast. */
function castTo(expression: Expression, { name, type }: SourceColumn, stream: string): Expression {
  if (sameType(expression.type, type)) return expression;
  if (canCast(expression.type, type)) return { kind: "cast", argument: expression, type, safe: false };
  throw new SfcrimeError(
    "CONFIG",
    `Column ${name} of stream ${stream} is declared as ${typeName(type)}, but its value is of type ${
      typeName(expression.type)
    }, which cannot be cast to it.`,
  );
}
