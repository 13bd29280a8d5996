/**
 * Runs a statement over relations with this program's engine: over streams, as a batch of everything, and if it is refused
 * there, as a query over static tables that a stream of one row is joined with.
 */
import { SfcrimeError } from "../../../lib/base/errors.ts";
import type { Row, Schema } from "../../../lib/records/data_type.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import type { OutputMode, QueryPlan } from "../../../lib/sql/plan.ts";
import { foldConstant } from "../../../lib/stream/expression.ts";
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
  try {
    return await runOverStreams(sql, known, timeZone);
  } catch (refusal) {
    if (!(refusal instanceof SfcrimeError) || refusal.code !== "SQL") throw refusal;
    return await runOverTables(sql, known, timeZone);
  }
}

async function runOverStreams(sql: string, known: Relations, timeZone: string): Promise<Result> {
  const named = nameInline(sql);
  const statement = overStreams(named.sql);
  const relations = new Map<string, Relation>([...known, ONE_ROW_RELATION]);
  for (const { name, sql, range } of named.inline) {
    relations.set(
      name,
      sql === undefined
        ? { schema: [{ name: "id", type: "BIGINT" }], rows: range.map((id) => [BigInt(id)]) }
        : await runStatement(sql, new Map(), timeZone),
    );
  }
  const { streams, tables, isOrdered } = statement;
  requireAll([...streams, ...tables], relations);
  const result = await run(statement.sql, { relations, streams, tables, timeZone });
  return { ...result, isOrdered };
}

async function runOverTables(sql: string, known: Relations, timeZone: string): Promise<Result> {
  const { streams, tables, isOrdered } = overStreams(sql);
  const read = [...new Set([...streams, ...tables])].filter((name) => name !== ONE_ROW);
  requireAll(read, known);
  const statement = sql.trim().replace(/;+$/, "");
  const result = await run(`SELECT q.* FROM ${ONE_ROW} CROSS JOIN (${statement}\n) AS q`, {
    relations: new Map<string, Relation>([...known, ONE_ROW_RELATION]),
    streams: [ONE_ROW],
    tables: read,
    timeZone,
  });
  return { ...result, isOrdered };
}

const ONE_ROW_RELATION: readonly [string, Relation] = [ONE_ROW, { schema: [], rows: [[]] }];

function requireAll(names: readonly string[], relations: Relations): void {
  const missing = names.find((name) => !relations.has(name));
  if (missing !== undefined) throw new MissingRelation(missing);
}

/** Runs a query over streams and tables. */
async function run(sql: string, { relations, streams, tables, timeZone }: {
  readonly relations: Relations;
  readonly streams: readonly string[];
  readonly tables: readonly string[];
  readonly timeZone: string;
}): Promise<Relation> {
  const columnsOf = (name: string) =>
    relations.get(name)!.schema.map((column) => ({ ...column, field: column.name }));
  const catalog = {
    streams: new Map(streams.map((name) => [name, { columns: columnsOf(name), watermark: undefined }])),
    tables: new Map(tables.map((name) => [name, { columns: columnsOf(name) }])),
  };
  const plan = planOfBatch((outputMode) =>
    analyzeQuery({ name: "statement", sql, outputMode, timeZone, catalog, fold: foldConstant })
  );
  const sink = new RowsSink();
  await runRows(plan, relations, sink);
  return { schema: plan.output, rows: sink.rows };
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
