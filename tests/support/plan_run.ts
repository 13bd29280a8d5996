/**
 * Runs a query over record values in this process, as a worker and the coordinator do it: each batch goes through
 * decoder, branches and partial aggregates to the state, the watermark and the sink.
 */
import { systemClock } from "../../lib/base/clock.ts";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import { QueryRun } from "../../lib/analyze/query_run.ts";
import type { Row, Schema } from "../../lib/records/data_type.ts";
import { recordDecoder } from "../../lib/records/record_decoder.ts";
import type { RowChunk, RowFormat, Sink } from "../../lib/sinks/sink.ts";
import { rowEncoder } from "../../lib/sinks/row_encoder.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import type { OutputMode, QueryPlan } from "../../lib/sql/plan.ts";
import { compileBranch } from "../../lib/stream/branch.ts";
import { PartialAggregate } from "../../lib/stream/partial_aggregate.ts";

/** A query over one stream, `t`. */
export interface StreamQuery {
  readonly sql: string;
  readonly schema: Schema;
  readonly outputMode: OutputMode;
  readonly timeZone: string;
  readonly watermark?: { readonly column: string; readonly delayMs: number };
}

/** The plan of a query over the stream `t`. */
export function planOf({ sql, schema, outputMode, timeZone, watermark }: StreamQuery): QueryPlan {
  const columns = schema.map(({ name, type }) => ({ name, type, field: name }));
  return analyzeQuery({
    name: "golden",
    sql,
    outputMode,
    timeZone,
    catalog: { streams: new Map([["t", { columns, watermark }]]), tables: new Map() },
  });
}

/** Runs the batches, and the one without records that Spark runs where the watermark has moved last. */
export async function runPlan(
  plan: QueryPlan,
  batches: readonly (readonly string[])[],
  sink: Sink,
): Promise<void> {
  const run = await QueryRun.open({ plan, sink, checkpoint: undefined, clock: systemClock });
  for (const texts of batches) await runBatch(run, texts);
  if (run.needsNoDataBatch) await runBatch(run, []);
  await run.close();
}

async function runBatch(run: QueryRun, texts: readonly string[]): Promise<void> {
  const { plan, sink } = run;
  const zone = timeZoneOf(plan.timeZone) ?? UTC;
  const aggregate = plan.aggregate === undefined ? undefined : new PartialAggregate(plan.aggregate);
  const encoder = rowEncoder({ format: sink.format, schema: plan.output, zone, query: plan.name });
  await run.begin({ from: {}, to: {}, topicIds: {} });
  const take = (row: Row) => aggregate === undefined ? encoder.add(row, run.batchId) : aggregate.add(row);
  const branches = plan.branches.map((branch) => {
    const running = compileBranch(branch, { zone, tables: new Map() }, take);
    return { running, decoder: recordDecoder(branch.columns, zone) };
  });
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    for (const { running, decoder } of branches) {
      decoder.decode(bytes, 0, bytes.length, running.row);
      running.run();
    }
  }
  if (encoder.rowCount > 0) await run.takeRows(encoder.take());
  const eventTimes = branches.map(({ running }) => running.eventTimes.take());
  const groups = aggregate === undefined ? {} : { groups: aggregate.take() };
  await run.complete([{ query: 0, eventTimes, ...groups }]);
}

/** Keeps the rows that it is given, in memory. */
export class RowsSink implements Sink {
  readonly description = "rows";
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  readonly rows: Row[] = [];

  begin(): void {}

  write({ rows = [] }: RowChunk): Promise<void> {
    this.rows.push(...rows);
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }
}
