/**
 * Runs a query over record values in this process, as a worker and the coordinator do it: each batch goes through
 * decoder, branches and partial aggregates to the state, the watermark and the sink.
 */
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";
import { systemHost } from "../../lib/base/host.ts";
import { type TimeZone, timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import { QueryRun } from "../../lib/analyze/query/query_run.ts";
import type { Row, Schema } from "../../lib/records/data_type.ts";
import { recordDecoder } from "../../lib/records/record_decoder.ts";
import type { RowChunk, RowFormat, Sink } from "../../lib/sinks/sink.ts";
import { rowEncoder } from "../../lib/sinks/rows/row_encoder.ts";
import { analyzeQuery } from "../../lib/sql/analyze.ts";
import { withBatchTime } from "../../lib/sql/functions/time/batch_time.ts";
import type { Branch, OutputMode, QueryPlan } from "../../lib/sql/plan.ts";
import { foldConstant } from "../../lib/stream/expression.ts";
import { compileBranch, type RunningBranch } from "../../lib/stream/branch.ts";
import {
  crossesTagged,
  type ExchangedInput,
  exchangeOf,
  RowBuffer,
} from "../../lib/stream/operators/exchange.ts";
import { withDerived } from "../../lib/stream/tables/table_rows.ts";
import { Draws } from "../../lib/stream/functions/random/draws.ts";
import { PartialAggregate } from "../../lib/stream/aggregates/partial_aggregate.ts";
import { decodedColumns } from "../../lib/stream/decoding/decoded_columns.ts";
import { plannedQuery } from "./plan_from.ts";

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
    fold: foldConstant,
  });
}

/** Runs the batches, and the one without records that Spark runs where the watermark has moved last. */
export async function runPlan(
  plan: QueryPlan,
  batches: readonly (readonly string[])[],
  sink: Sink,
): Promise<void> {
  const run = await openRun(plan, sink);
  for (const texts of batches) await runBatch(run, readTexts(texts));
  if (run.needsNoDataBatch) await runBatch(run, readTexts([]));
  await run.close();
}

/** Runs one batch of rows that were decoded before: those of every stream and static table, by name. */
export async function runRows(
  plan: QueryPlan,
  relations: ReadonlyMap<string, NamedRows>,
  sink: Sink,
): Promise<void> {
  const run = await openRun(plan, sink);
  const tables = new Map([...relations].map(([name, { rows }]) => [name, rows]));
  await runBatch(run, {
    tables,
    read: (branches) => {
      for (const { branch, running } of branches) {
        const { schema, rows } = relations.get(branch.stream)!;
        const places = branch.columns.map(({ name }) => schema.findIndex((column) => column.name === name));
        for (const row of rows) {
          places.forEach((place, slot) => running.row[slot] = row[place]!);
          if (running.admit?.() !== false) running.run();
        }
      }
    },
  });
  await run.close();
}

/** Rows, and the names of their columns. */
export interface NamedRows {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

function openRun(plan: QueryPlan, sink: Sink): Promise<QueryRun> {
  return QueryRun.open({ planned: plannedQuery(plan), sink, checkpoint: undefined, host: systemHost });
}

interface OpenBranch {
  readonly branch: Branch;
  readonly running: RunningBranch;
  readonly zone: TimeZone;
}

/** What a batch reads. */
interface BatchInput {
  readonly tables: ReadonlyMap<string, readonly Row[]>;
  /** Passes all rows of the batch to the branches. */
  readonly read: (branches: readonly OpenBranch[]) => void;
}

function readTexts(texts: readonly string[]): BatchInput {
  return {
    tables: new Map(),
    read: (branches) => {
      const decoders = branches.map(({ branch, zone }) =>
        recordDecoder(decodedColumns(branch, () => false), zone)
      );
      for (const text of texts) {
        const bytes = new TextEncoder().encode(text);
        branches.forEach(({ running }, index) => {
          decoders[index]!.decode(bytes, 0, bytes.length, running.row);
          if (running.admit?.() !== false) running.run();
        });
      }
    },
  };
}

async function runBatch(run: QueryRun, { tables: declared, read }: BatchInput): Promise<void> {
  const { plan } = run;
  const zone = timeZoneOf(plan.timeZone) ?? UTC;
  const tables = withDerived(declared, plan.tables ?? [], zone);
  const partials = plan.operators.map((operator) =>
    operator.kind === "aggregate" ? new PartialAggregate(operator.aggregate) : undefined
  );
  const encoder = rowEncoder({ format: run.rowFormat, schema: plan.output, zone, query: plan.name });
  run.useTables(tables);
  await run.begin({ from: {}, to: {}, topicIds: {} });
  const isTagged = crossesTagged(plan);
  const joined = plan.branches.map((branch) =>
    exchangeOf(plan, branch) === "ordered rows" ? new RowBuffer() : undefined
  );
  const planned = run.timeMs === undefined ? plan.branches : withBatchTime(plan.branches, run.timeMs);
  const branches = planned.map((branch, index): OpenBranch => {
    const partial = branch.to && partials[branch.to.operator];
    const windows = partial?.windowsOf(branch);
    const take = joined[index]?.add ??
      ((row: Row) =>
        partial === undefined
          ? encoder.add(isTagged ? [...row, index] : row, run.batchId)
          : partial.add(row, windows));
    const running = compileBranch(branch, { zone, tables, draws: new Draws(), windows }, take);
    return { branch, zone, running };
  });
  read(branches);
  if (encoder.rowCount > 0) await run.writeRows(encoder.take());
  const eventTimes = branches.map(({ running }) => running.eventTimes.drain());
  const inputs = partials.flatMap((partial, operator): ExchangedInput[] => {
    const branch = plan.branches.findIndex(({ to }) => to?.operator === operator);
    return partial === undefined || branch < 0 ? [] : [{ kind: "partials", branch, groups: partial.drain() }];
  });
  joined.forEach((buffer, branch) => {
    if (buffer !== undefined) inputs.push({ kind: "ordered rows", branch, task: 0, rows: buffer.drain() });
  });
  run.add({ query: 0, eventTimes, inputs });
  // Without a checkpoint and a listener, nobody reads the progress.
  await run.complete((result) => result as unknown as BatchProgress);
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
