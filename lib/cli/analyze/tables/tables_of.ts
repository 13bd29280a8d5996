/** Which queries of a run have tables that are not those of Spark, and what prints them; loaded only if there are any. */
import type { Output } from "../../../base/files/output.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import type { Sink } from "../../../sinks/sink.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import { type Tables, wantsTables } from "./table_request.ts";

/** Makes the sink that prints the tables of a query, if it prints any. */
export type MakeTables = (query: QueryPlan, output: Output) => Sink | undefined;

/** What makes them; undefined if they are those that Spark prints by default. */
export async function tablesOf(
  plan: AnalysisPlan,
  { request, io, color }: Tables,
): Promise<MakeTables | undefined> {
  if (!io.stdoutIsTerminal && !wantsTables(request)) return undefined;
  const { tableSink } = await import("./batch_tables.ts");
  const consoles = new Set(
    plan.queries.flatMap(({ sink, plan: { name } }) => sink.spec.kind === "console" ? [name] : []),
  );
  const tables = { request, io, color: color && io.canShow("stdout") };
  return (query, output) => consoles.has(query.name) ? tableSink(query, { ...tables, output }) : undefined;
}
