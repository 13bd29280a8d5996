/** A query of a scenario, seen from outside: its sink, which keeps each batch, and what was reported of them. */
import { type BatchProgress, watermarkText } from "../../lib/monitoring/progress/batch_progress.ts";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { DataType, Row } from "../../lib/records/data_type.ts";
import { jsonRowWriter } from "./json_row_writer.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "../../lib/sinks/sink.ts";
import type { Expression, QueryPlan } from "../../lib/sql/plan.ts";
import { sourcesOf } from "../../lib/sql/planning/plan_sources.ts";
import { eachSlot } from "../../lib/sql/expressions/slots.ts";
import type { BatchAnswer, QueryAnswer } from "./stream_scenario.ts";

/** A batch in the sink; each row is JSON. */
interface StoredBatch extends SinkBatch {
  readonly rows: readonly string[];
}

/** What was reported of a batch, in which run of the scenario. */
interface ReportedBatch extends Omit<BatchAnswer, "rows"> {
  readonly batchId: number;
  readonly run: number;
}

/** What a query has left outside of its process, apart from its checkpoint. */
export interface QueryOutput {
  readonly stored: readonly StoredBatch[];
  readonly reported: readonly ReportedBatch[];
}

/** See the module's description. The sink promises exactly once. */
export class AnsweredQuery implements Sink {
  readonly description = "scenario";
  readonly place: string;
  readonly exactlyOnce = true;
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  readonly #plan: QueryPlan;
  readonly #write: (row: Row) => string;
  readonly #run: number;
  #output: QueryOutput;
  #batch: SinkBatch | undefined;
  #rows: string[] = [];

  /** @param before What earlier processes have left. */
  constructor(plan: QueryPlan, { run, before }: { readonly run: number; readonly before: QueryOutput }) {
    this.#plan = plan;
    this.#run = run;
    this.#output = before;
    this.place = `scenario:${plan.name}`;
    const numbered = plan.output.map(({ type }, index) => ({ name: `c${index}`, type }));
    this.#write = jsonRowWriter(numbered, timeZoneOf(plan.timeZone) ?? UTC);
  }

  /** As it is now; what happens later does not change it. */
  get output(): QueryOutput {
    return this.#output;
  }

  open(): Promise<SinkBatch | undefined> {
    return Promise.resolve(this.#output.stored.at(-1));
  }

  begin(batch: SinkBatch): void {
    this.#batch = batch;
    this.#rows = [];
  }

  write({ rows = [] }: RowChunk): Promise<void> {
    this.#rows.push(...rows.map((row) => this.#write(row)));
    return Promise.resolve();
  }

  commit(): Promise<void> {
    const { stored, reported } = this.#output;
    this.#output = { stored: [...stored, { ...this.#batch!, rows: this.#rows }], reported };
    return Promise.resolve();
  }

  report({ batchId, watermarkMs, state }: BatchProgress): void {
    const { stored, reported } = this.#output;
    const answer = {
      batchId,
      run: this.#run,
      watermark: watermarkMs === undefined ? null : watermarkText(watermarkMs),
      state: state.map(({ rowsTotal, rowsUpdated, rowsRemoved, groupsDropped }) => ({
        numRowsTotal: rowsTotal,
        numRowsUpdated: rowsUpdated,
        numRowsRemoved: rowsRemoved,
        numRowsDroppedByWatermark: groupsDropped,
      })),
    };
    this.#output = { stored, reported: [...reported, answer] };
  }
}

/** What the query of a plan has answered, over topics of so many partitions. */
export function answerOf(
  plan: QueryPlan,
  { stored, reported }: QueryOutput,
  partitions: number,
): QueryAnswer {
  return {
    columns: plan.output.map(({ name, type }) => `${name} ${simpleType(type)}`),
    // A batch that was stored twice has each of its rows twice.
    batches: reported.map(({ batchId, run, ...batch }) => ({
      ...run === 0 ? {} : { run },
      ...batch,
      rows: stored.flatMap((other) => other.batchId === batchId ? other.rows : []),
    })),
    mergedSums: columnsOfSums(plan, partitions),
  };
}

/** Aggregates that add up. Sums of whole numbers and of DECIMALs are exact. */
const SUM = /^(?:sum|avg)$/;
/** Their means round whenever they are merged, which Spark does in more steps. */
const DEVIATION = /^(?:stddev|var)_/;

/** The columns of a result that have a sum of DOUBLEs in them which may be rounded otherwise. */
function columnsOfSums(plan: QueryPlan, partitions: number): number[] {
  const isRounded = roundedColumns(plan, undefined, partitions);
  return isRounded.flatMap((rounded, column) => rounded ? [column] : []);
}

/** Whether each column of the input of an operator, or of the result, may be rounded otherwise. */
function roundedColumns(plan: QueryPlan, target: number | undefined, partitions: number): boolean[] {
  const { branches, operators } = sourcesOf(plan, target);
  const inputs = [
    ...branches.map(({ output }) => output.map(() => false)),
    ...operators.map((index) => {
      const operator = plan.operators[index]!;
      const input = roundedColumns(plan, index, partitions);
      if (operator.kind === "select") return operator.select.output.map((part) => readsAny(part, input));
      if (operator.kind !== "aggregate") return input;
      const { keys, calls, sessionKey } = operator.aggregate;
      // The rows of a group may be added in another order: from several partitions, shuffled, or sorted.
      const isMerged = partitions > 1 || plan.branches.length > 1 || sessionKey !== undefined ||
        sourcesOf(plan, index).operators.length > 0;
      return [
        ...keys.map((_key, key) => input[key]!),
        ...calls.map(({ name, args, argTypes }) =>
          args.some((arg) => input[arg]) ||
          argTypes[0] === "DOUBLE" && (DEVIATION.test(name) || isMerged && SUM.test(name))
        ),
      ];
    }),
  ];
  return inputs[0]!.map((_first, column) => inputs.some((input) => input[column]));
}

/** Whether an expression reads one of the slots that are marked. */
function readsAny(expression: Expression, marked: readonly boolean[]): boolean {
  let found = false;
  eachSlot(expression, (slot) => found ||= marked[slot] === true);
  return found;
}

/** A type as Spark's `simpleString`. */
export function simpleType(type: DataType): string {
  if (typeof type === "string") return type.toLowerCase();
  switch (type.kind) {
    case "DECIMAL":
      return `decimal(${type.precision},${type.scale})`;
    case "ARRAY":
      return `array<${simpleType(type.element)}>`;
    case "MAP":
      return `map<${simpleType(type.key)},${simpleType(type.value)}>`;
    case "STRUCT":
      return `struct<${type.fields.map(({ name, type }) => `${name}:${simpleType(type)}`).join(",")}>`;
  }
}
