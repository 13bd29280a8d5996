/**
 * The contract of operators. A query is its branches, at the workers, and then a list of operators, where the rows
 * of one are the input of a later one.
 *
 * A batch of an operator: `begin`; `process` with each part of its input; `finish`; its output is read; `counts`.
 * Then the changes of its state are committed, and the next batch begins.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { Row, Value } from "../../records/data_type.ts";
import type { PartialGroups } from "../aggregates/partial_aggregate.ts";
import type { BranchContext } from "../branch.ts";
import type { KeyedState } from "../state/state_store.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import type { KeyedRows } from "./exchange.ts";

/** A part of the input of an operator. */
export type OperatorInput =
  /** Partial groups of a worker, to be merged by key. */
  | { readonly kind: "partials"; readonly groups: PartialGroups }
  /** Rows of a branch with the key that the operator keeps state by, in order. */
  | { readonly kind: "keyed rows"; readonly rows: KeyedRows }
  /** Rows of other operators, or of branches if they need no key. They may be computed while they are read. */
  | { readonly kind: "rows"; readonly rows: Iterable<Row> };

/** An operator without state. */
export interface Operator {
  /** Whether it takes the rows of a batch only all together, at the end of the input. */
  readonly takesWhole?: boolean;
  /** Begins a batch with the watermarks of its input; returns those of its output. */
  begin(watermarks: BatchWatermarks): BatchWatermarks;
  /** The watermark of its input at which that of its output reaches a time; absent if both are the same. */
  inputMsFor?(outputMs: number): number;
  /**
   * Processes a part of the input; returns the output that is final at once, to be read before the next batch. It
   * may read the input while its output is read, unless `finish` depends on that.
   *
   * @param port Which of its inputs this belongs to, if it joins several.
   */
  process(input: OperatorInput, port: number): Iterable<Row>;
  /** Ends the input of the batch: removes what the watermark has passed, and returns the rest of the output. */
  finish(): OperatorOutput;
  /** Replaces the rows of static tables, between two batches; absent if it joins none. */
  replaceTables?(tables: BranchContext["tables"]): void;
  /** Sets the time of the next batch; absent if none of its expressions can ask for it. */
  useTime?(timeMs: number): void;
  /** Sets what the seeds of the next batch are drawn from; absent if it draws none. */
  useDraws?(place: string): void;
}

/** The output at the end of a batch. */
export interface OperatorOutput {
  /** May be computed while they are read, which has to be before the next batch. */
  readonly rows: Iterable<Row>;
  /**
   * The keys of rows that will not change any more; absent if its rows are not identified by a key. They are made as
   * they are read, at most once and before the next batch: there may be millions, and few sinks need them.
   */
  readonly evicted?: Iterable<readonly Value[]>;
}

/** An operator with keyed state. */
export interface StatefulOperator extends Operator {
  readonly state: KeyedState;
  /** Whether a batch without data may change something, once the watermark has moved. */
  readonly followsWatermark: boolean;
  /** The watermark at which all output is final that it still holds back; undefined if there is none. */
  readonly finalMs: number | undefined;
  /**
   * The whole state as rows of the output, made as they are read: between two batches, and before the next one.
   * Absent if its state is no output.
   */
  current?(): Iterable<Row>;
  /** The counts of the batch, once its output has been read; {@link metricsOf} adds what the state knows. */
  counts(): OperatorCounts;
}

/** The metrics of a batch. */
export interface OperatorMetrics {
  /** The name of the operator in Spark. */
  readonly operatorName: OperatorName;
  readonly rowsTotal: number;
  readonly rowsUpdated: number;
  readonly rowsRemoved: number;
  /** Groups of late rows, each counted once, as in Spark, but sessions once per origin. */
  readonly groupsDropped: number;
  /** The late rows themselves. */
  readonly lateRows: number;
  /** Rows that were dropped because their keys were seen before. */
  readonly duplicateRows: number;
  /** Estimated. */
  readonly memoryBytes: number;
}

/** Spark's names of the stateful operators. */
export type OperatorName =
  | "stateStoreSave"
  | "sessionWindowStateStoreSaveExec"
  | "dedupeWithinWatermark"
  | "globalLimit"
  | "symmetricHashJoin";

/** What an operator counts itself; a count that is absent is 0. */
export type OperatorCounts =
  & Pick<OperatorMetrics, "operatorName" | "rowsUpdated">
  & Partial<Omit<OperatorMetrics, "rowsTotal" | "memoryBytes">>;

/** The metrics of a batch, once its output has been read. */
export function metricsOf(operator: StatefulOperator): OperatorMetrics {
  const { size: rowsTotal, memoryBytes } = operator.state;
  const none = { rowsRemoved: 0, groupsDropped: 0, lateRows: 0, duplicateRows: 0 };
  return { ...none, ...operator.counts(), rowsTotal, memoryBytes };
}

/** Whether an operator has state. */
export function isStateful(operator: Operator): operator is StatefulOperator {
  return "state" in operator;
}

/** The error for input that an operator does not take: the list is wrong. */
export function wrongInput(operator: string, { kind }: OperatorInput): SfcrimeError {
  return new SfcrimeError("INTERNAL", `The operator ${operator} does not take ${kind}.`);
}
