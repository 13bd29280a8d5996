/**
 * Runs the operators of a query: a list in which the output of each is input of a later one. Partials are merged
 * while the batch is running; everything else runs in the order of the list at its end.
 */
import { concat } from "../../base/collections/concat.ts";
import type { Row, Value } from "../../records/data_type.ts";
import type { Target } from "../../sql/plan.ts";
import type { BranchContext } from "../branch.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import { bytesOfRows } from "../values/memory_estimate.ts";
import type { Exchange, ExchangedInput } from "./exchange.ts";
import { GroupRows } from "./grouping/group_rows.ts";
import {
  isStateful,
  metricsOf,
  type Operator,
  type OperatorInput,
  type OperatorMetrics,
  type StatefulOperator,
} from "./operator.ts";

/** Operators, and how they are connected. */
export interface OperatorGraph {
  readonly nodes: readonly OperatorNode[];
  readonly branches: readonly BranchNode[];
  /** Whether rows that cross without a key end with the index of their branch. */
  readonly isTagged?: boolean;
}

/** A branch, which runs at the workers. */
export interface BranchNode {
  readonly exchange: Exchange;
  /** Where its output goes: to an operator, or if undefined, to the result. */
  readonly to: Target | undefined;
}

/** An operator of the list. */
export interface OperatorNode {
  readonly operator: Operator;
  /** Where its output goes: to a later operator, or if undefined, to the result. */
  readonly to: Target | undefined;
}

/** The metrics of a stateful operator in a batch, with durations in milliseconds. */
export interface OperatorProgress extends OperatorMetrics {
  readonly updatesMs: number;
  readonly removalsMs: number;
}

/** State as rows of the result. */
export interface CurrentState {
  readonly rows: Iterable<Row>;
  /** Their number, if that is known before they are read. */
  readonly size: number | undefined;
}

/** A batch of an operator: the input that waits for the end of the batch, and durations. */
interface OperatorBatch {
  readonly waiting: (ExchangedInput & { readonly kind: "keyed rows" | "ordered rows" })[];
  /** By port: the outputs of other operators. */
  readonly rows: Iterable<Row>[][];
  updatesMs: number;
  removalsMs: number;
}

/** See the module's description. */
export class OperatorList {
  readonly #nodes: readonly OperatorNode[];
  readonly #branches: OperatorGraph["branches"];
  readonly #isTagged: boolean;
  readonly #monotonicMs: () => number;
  /** By operator. */
  #batches: readonly OperatorBatch[] = [];
  /** Estimated memory of the rows that wait for a join. */
  #waitingBytes = 0;
  /** The result so far. */
  readonly #results: Iterable<Row>[] = [];
  #evicted: Iterable<readonly Value[]> = [];

  /** @param monotonicMs The time by a monotonic clock, to measure durations. */
  constructor({ nodes, branches, isTagged = false }: OperatorGraph, monotonicMs: () => number) {
    this.#nodes = nodes;
    this.#branches = branches;
    this.#isTagged = isTagged;
    this.#monotonicMs = monotonicMs;
  }

  /** The stateful operators, in order. */
  get stateful(): readonly StatefulOperator[] {
    return this.#nodes.map(({ operator }) => operator).filter(isStateful);
  }

  /** Whether a batch without data may change something, once the watermark has moved. */
  get followsWatermark(): boolean {
    return this.stateful.some(({ followsWatermark }) => followsWatermark);
  }

  /** The watermark at which all output is final that is still held back; undefined if there is none. */
  get finalMs(): number | undefined {
    const finals = this.#nodes.flatMap(({ operator }, index) => {
      const finalMs = isStateful(operator) ? operator.finalMs : undefined;
      return finalMs === undefined ? [] : [this.#watermarkFor(index, finalMs)];
    });
    return finals.length === 0 ? undefined : Math.max(...finals);
  }

  /** The watermark of the query at which that of the input of an operator reaches a time. */
  #watermarkFor(index: number, inputMs: number): number {
    const before = this.#nodes.flatMap(({ operator, to }, other) =>
      to?.operator === index ? [this.#watermarkFor(other, operator.inputMsFor?.(inputMs) ?? inputMs)] : []
    );
    return Math.max(inputMs, ...before);
  }

  /** Whether rows of branches that cross without a key are input of an operator, instead of rows of the result. */
  get takesRows(): boolean {
    return this.#isTagged || this.#rowTarget !== undefined;
  }

  /** Replaces the rows of static tables, between two batches. */
  replaceTables(tables: BranchContext["tables"]): void {
    for (const { operator } of this.#nodes) operator.replaceTables?.(tables);
  }

  /** Sets the time of a batch, for expressions that ask for it. */
  useTime(timeMs: number): void {
    for (const { operator } of this.#nodes) operator.useTime?.(timeMs);
  }

  /** Sets what the seeds of a batch are drawn from, for expressions that are random. */
  useDraws(place: string): void {
    this.#nodes.forEach(({ operator }, index) => operator.useDraws?.(`${place} operator ${index}`));
  }

  /** Begins a batch; the watermarks of an operator with several inputs are the earliest of theirs. */
  begin(watermarks: BatchWatermarks): void {
    if (watermarks.timeMs !== undefined) this.useTime(watermarks.timeMs);
    this.#evicted = [];
    this.#waitingBytes = 0;
    this.#results.length = 0;
    this.#batches = this.#nodes.map(() => ({ waiting: [], rows: [], updatesMs: 0, removalsMs: 0 }));
    const inputs: BatchWatermarks[][] = this.#nodes.map(() => []);
    for (const { to } of this.#branches) if (to !== undefined) inputs[to.operator]!.push(watermarks);
    this.#nodes.forEach(({ operator, to }, index) => {
      const output = operator.begin(inputs[index]!.reduce(earliest));
      if (to !== undefined) inputs[to.operator]!.push(output);
    });
  }

  /** Estimated memory of rows that wait for the end of the batch: all that a join has read of it. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Adds what a worker hands over while the batch is running: partials are merged, rows wait for its end. */
  add(input: ExchangedInput): void {
    if (input.kind === "ordered rows") this.#waitingBytes += bytesOfRows(input.rows);
    const { operator, port } = this.#branches[input.branch]!.to!;
    if (input.kind !== "partials") this.#batches[operator]!.waiting.push(input);
    else this.#deliver(this.#nodes[operator]!.to, this.#process(operator, input, port));
  }

  /**
   * Processes rows without a key, in the order of the tasks, while the batch is running; returns rows of the result, to
   * be read before the next ones come.
   */
  process(rows: Iterable<Row>): Iterable<Row> {
    return this.#isTagged ? this.#processTagged(rows) : this.#pass(rows, this.#rowTarget);
  }

  *#processTagged(rows: Iterable<Row>): Iterable<Row> {
    let branch: number | undefined;
    let together: Row[] = [];
    for (const row of rows) {
      const of = row.pop() as number;
      if (of !== branch && branch !== undefined) {
        yield* this.#pass(together, this.#branches[branch]!.to);
        together = [];
      }
      branch = of;
      together.push(row);
    }
    if (branch !== undefined) yield* this.#pass(together, this.#branches[branch]!.to);
  }

  /** Passes rows on as far as they get while the batch is running. */
  #pass(rows: Iterable<Row>, target: Target | undefined): Iterable<Row> {
    let output = rows;
    for (let to = target; to !== undefined; to = this.#nodes[to.operator]!.to) {
      if (this.#nodes[to.operator]!.operator.takesWhole === true) {
        this.#deliver(to, [...output]);
        return [];
      }
      output = this.#process(to.operator, { kind: "rows", rows: output }, to.port);
    }
    return output;
  }

  /**
   * Ends the input of the batch, and runs the list. Returns the rest of the result, to be read once; afterwards the
   * evicted keys and the metrics are complete.
   */
  complete(): Iterable<Row> {
    // From now on they belong to the operators, which keep most of them.
    this.#waitingBytes = 0;
    this.#nodes.forEach(({ operator, to }, index) => {
      const output = this.#exchange(index).map(({ input, port }) => this.#process(index, input, port));
      const startMs = this.#monotonicMs();
      const { rows, evicted } = operator.finish();
      this.#batches[index]!.removalsMs += this.#monotonicMs() - startMs;
      // The rows of the result have the keys of the last operator that knows any.
      if (evicted !== undefined) this.#evicted = evicted;
      this.#deliver(to, concat([...output, rows]));
    });
    return concat(this.#results.splice(0));
  }

  /**
   * The state as rows of the result, between two batches; undefined if no state is one. What follows the operator that
   * has it must have no state itself.
   */
  current(): CurrentState | undefined {
    const index = this.#nodes.findLastIndex(({ operator }) =>
      isStateful(operator) && operator.current !== undefined
    );
    const node = this.#nodes[index];
    if (node === undefined) return undefined;
    const operator = node.operator as StatefulOperator;
    let rows = operator.current!();
    for (let { to } = node; to !== undefined; to = this.#nodes[to.operator]!.to) {
      rows = this.#nodes[to.operator]!.operator.process({ kind: "rows", rows }, to.port);
    }
    // As long as rows are groups, none has been left out.
    return { rows, size: rows instanceof GroupRows ? operator.state.size : undefined };
  }

  /** The keys of rows of the result that will not change any more; to be read once. */
  get evicted(): Iterable<readonly Value[]> {
    return this.#evicted;
  }

  /** The metrics of the stateful operators: each before those that its input comes from, as in Spark. */
  metrics(): OperatorProgress[] {
    return this.#upstreamOf(undefined).flatMap((index): OperatorProgress[] => {
      const { operator } = this.#nodes[index]!;
      const { updatesMs, removalsMs } = this.#batches[index]!;
      if (!isStateful(operator)) return [];
      const durations = { updatesMs: Math.round(updatesMs), removalsMs: Math.round(removalsMs) };
      return [{ ...metricsOf(operator), ...durations }];
    });
  }

  /**
   * The input of an operator at the end of the batch. This is where rows cross by key: they come in the order of
   * the tasks, so that the first row of a key is the same with any number of workers. If the state of an operator
   * had several partitions, each row would go from here to the one that owns its key.
   */
  #exchange(index: number): { readonly input: OperatorInput; readonly port: number }[] {
    const { waiting, rows } = this.#batches[index]!;
    return [
      ...waiting.splice(0).sort((left, right) => left.task - right.task).map((input) => ({
        input: input.kind === "keyed rows" ? input : { kind: "rows" as const, rows: input.rows },
        port: this.#branches[input.branch]!.to!.port,
      })),
      // A port without rows is a hole.
      ...rows.splice(0).flatMap((
        parts,
        port,
      ) => [{ input: { kind: "rows" as const, rows: concat(parts) }, port }]),
    ];
  }

  #process(index: number, input: OperatorInput, port: number): Iterable<Row> {
    const startMs = this.#monotonicMs();
    const output = this.#nodes[index]!.operator.process(input, port);
    this.#batches[index]!.updatesMs += this.#monotonicMs() - startMs;
    return output;
  }

  #deliver(to: Target | undefined, rows: Iterable<Row>): void {
    const parts = to === undefined ? this.#results : this.#batches[to.operator]!.rows[to.port] ??= [];
    parts.push(rows);
  }

  /** Where the rows of branches go that cross without a key, if it is one place. */
  get #rowTarget(): Target | undefined {
    return this.#branches.find(({ exchange }) => exchange === "rows")?.to;
  }

  /** The operators that the input of an operator, or of the result, comes from; each before its own. */
  #upstreamOf(target: number | undefined): number[] {
    return this.#nodes.flatMap(({ to }, index) =>
      to?.operator === target ? [index, ...this.#upstreamOf(index)] : []
    );
  }
}

function earliest(left: BatchWatermarks, right: BatchWatermarks): BatchWatermarks {
  const earlier = (one: number | undefined, other: number | undefined) =>
    one === undefined || other === undefined ? undefined : Math.min(one, other);
  return {
    lateMs: earlier(left.lateMs, right.lateMs),
    evictionMs: earlier(left.evictionMs, right.evictionMs),
  };
}
