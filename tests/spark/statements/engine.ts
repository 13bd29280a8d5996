/** Runs a statement over relations with this program's engine, as a batch of everything. */
import { SfcrimeError } from "../../../lib/base/errors.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import type { OutputMode, QueryPlan } from "../../../lib/sql/plan.ts";
import { RowsSink, runRows } from "../../support/plan_run.ts";
import { nameInline, ONE_ROW, overStreams } from "./rewrite.ts";

/** Rows with their schema. */
export interface Relation {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

/** Relations by name, in lower case. */
export type Relations = ReadonlyMap<string, Relation>;

/** A result; its order counts if the statement sorts. */
export interface Result extends Relation {
  readonly isOrdered: boolean;
}

/** A statement reads a relation that is not there. */
export class MissingRelation extends Error {}

/**
 * The rows of a query.
 *
 * @throws {MissingRelation}
 * @throws {SfcrimeError} SQL if the statement is refused, another code if it fails while it runs.
 */
export async function runStatement(sql: string, known: Relations, timeZone: string): Promise<Result> {
  const named = nameInline(sql);
  const statement = overStreams(named.sql);
  const relations = new Map<string, Relation>([...known, [ONE_ROW, { schema: [], rows: [[]] }]]);
  for (const { name, sql, range } of named.inline) {
    relations.set(
      name,
      sql === undefined
        ? { schema: [{ name: "id", type: "BIGINT" }], rows: range.map((id) => [BigInt(id)]) }
        : await runStatement(sql, new Map(), timeZone),
    );
  }
  const { streams, tables } = statement;
  const missing = [...streams, ...tables].find((name) => !relations.has(name));
  if (missing !== undefined) throw new MissingRelation(missing);
  const columnsOf = (name: string) =>
    relations.get(name)!.schema.map((column) => ({ ...column, field: column.name }));
  const catalog = {
    streams: new Map(streams.map((name) => [name, { columns: columnsOf(name), watermark: undefined }])),
    tables: new Map(tables.map((name) => [name, { columns: columnsOf(name) }])),
  };
  const plan = planOfBatch((outputMode) =>
    analyzeQuery({ name: "statement", sql: statement.sql, outputMode, timeZone, catalog })
  );
  const sink = new RowsSink();
  await runRows(plan, relations, sink);
  return { schema: plan.output, rows: sink.rows, isOrdered: statement.isOrdered };
}

/** A statement that aggregates needs complete mode, any other one append mode. */
function planOfBatch(analyze: (mode: OutputMode) => QueryPlan): QueryPlan {
  try {
    return analyze("append");
  } catch (refusal) {
    if (!(refusal instanceof SfcrimeError)) throw refusal;
    try {
      return analyze("complete");
    } catch (other) {
      throw (other as Error).message.includes("no aggregation") ? refusal : other;
    }
  }
}
