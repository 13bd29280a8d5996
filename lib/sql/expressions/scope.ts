/**
 * The scope of names in a statement. During the analysis, each value of a row is an *attribute* with a unique
 * number; `layout.ts` assigns slots at the end, when it is known which attributes are used.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import type { DataType } from "../../records/data_type.ts";
import type { StreamSource, TableSource } from "../catalog.ts";
import type { TextRange } from "../syntax/ast.ts";
import type {
  AggregateCall,
  EvictionKey,
  Expression,
  JoinStep,
  RowStep,
  SessionStep,
  SortKey,
  StreamJoinType,
  WindowStep,
} from "../plan.ts";

/** An attribute as an expression: a slot with the number of the attribute. */
export function attribute(id: number, type: DataType): Expression {
  return { kind: "slot", slot: id, type };
}

/** Allocates attribute numbers. */
export class Attributes {
  #next = 0;

  fresh(): number {
    return this.#next++;
  }
}

/** A join whose table columns are attributes, allocated when they are used. */
export interface DraftJoin extends Omit<JoinStep, "columns" | "firstSlot"> {
  /** Attributes by table column. */
  readonly attributes: Map<number, number>;
}

/** A step with attributes instead of slots. */
export type DraftStep = Exclude<RowStep, JoinStep> | DraftJoin;

/** A computed column, over the columns that are read. */
export interface DraftComputed {
  readonly attribute: number;
  readonly expression: Expression;
}

/** Rows that are being analyzed: those of a stream or an operator, after some steps. */
export interface DraftBranch {
  readonly input: DraftInput;
  /** Attributes of the used columns of the input, by column. */
  readonly attributes: Map<number, number>;
  readonly steps: DraftStep[];
  /** The attribute of the input that is the event time, if there is one. */
  readonly eventTime: DraftEventTime | undefined;
}

/** An event time: a column of a stream, or a key by which an aggregate has grouped. */
export interface DraftEventTime {
  readonly attribute: number;
  /** Whether it is the time itself, or a window over it. */
  readonly of: EvictionKey["of"];
}

/** Where rows come from. */
export type DraftInput = DraftStream | DraftTable | DraftAggregate | DraftSubquery | DraftStreamJoin;

/** The rows of a static table. */
export interface DraftTable {
  readonly kind: "table";
  /** Undefined for a single row without columns. */
  readonly table: string | undefined;
  readonly source: TableSource;
}

/** The records of a stream. */
export interface DraftStream {
  readonly kind: "stream";
  readonly stream: string;
  readonly source: StreamSource;
  /** The attribute of the event time before the watermark, by column, if columns are computed from it. */
  readonly unmarked: ReadonlyMap<number, number>;
  /** Computed columns that rows need before the steps, by column. */
  readonly computed: ReadonlyMap<number, DraftComputed>;
}

/** The groups of an aggregate: its keys, then its results. */
export interface DraftAggregate {
  readonly kind: "aggregate";
  /** Its stage rows. */
  readonly from: readonly DraftRows[];
  readonly keys: readonly DataType[];
  readonly calls: readonly AggregateCall[];
  /** Whether it keeps one of the equal rows that EXCEPT leaves, which Spark does not count as an aggregation. */
  readonly isExcept?: boolean;
}

/** Pairs of rows of two inputs: the columns of the left one, then those of the right one. */
export interface DraftStreamJoin {
  readonly kind: "stream join";
  readonly type: StreamJoinType;
  /** The left input and the right one. */
  readonly sides: readonly [Relation, Relation];
  /** The conditions of ON, over attributes of the pair. */
  readonly on: readonly Expression[];
  /** Makes the error for what cannot be planned. */
  readonly refuse: (problem: string, hint?: string) => SfcrimeError;
}

/** The rows of a subquery with LIMIT, or of a UNION as a whole: they are sorted and limited together. */
export interface DraftSubquery extends RowsEnd {
  readonly kind: "subquery";
  readonly from: readonly DraftRows[];
}

/** How the rows of a query end. */
export interface RowsEnd {
  /** ORDER BY, over the attributes of the only draft; empty if there are several. */
  readonly sort: readonly SortKey[];
  /** The maximum number of rows of each batch, of a complete result. */
  readonly limit: number | undefined;
  /** How many rows of a complete result are left out before them. */
  readonly offset?: number | undefined;
  /** The maximum number of rows over all batches. */
  readonly rowsMax: number | undefined;
}

/** Rows as they come, all of them. */
export const AS_THEY_COME: RowsEnd = { sort: [], limit: undefined, rowsMax: undefined };

/** The aggregates that rows come from, each before those that its own rows come from. */
export function aggregatesIn(rows: readonly DraftRows[]): DraftAggregate[] {
  return rows.flatMap(({ draft: { input } }) => {
    switch (input.kind) {
      case "stream":
      case "table":
        return [];
      case "aggregate":
        return [input, ...aggregatesIn(input.from)];
      case "subquery":
        return aggregatesIn(input.from);
      case "stream join":
        return input.sides.flatMap(({ branches }) =>
          aggregatesIn(branches.map(({ draft }) => ({ draft, output: [] })))
        );
    }
  });
}

/** The attributes of the rows of a draft. */
export function attributesOf({ attributes, steps }: DraftBranch): ReadonlySet<number> {
  return new Set([...attributes.values(), ...steps.flatMap(addedBy)]);
}

/** The attributes that a step adds. */
export function addedBy(step: DraftStep): readonly number[] {
  switch (step.kind) {
    case "filter":
      return [];
    case "window":
    case "session window":
    case "random":
      return [step.slot];
    case "expand":
      return [...step.keySlots, step.idSlot, ...(step.indexSlot === undefined ? [] : [step.indexSlot])];
    case "generate":
      return step.slots;
    case "join":
      return [...step.attributes.values(), ...(step.matchSlot === undefined ? [] : [step.matchSlot])];
  }
}

/** Whether rows come from static tables alone, so that they are the same until a table changes. */
export function isStatic({ input }: DraftBranch): boolean {
  switch (input.kind) {
    case "table":
      return true;
    case "stream":
    case "stream join":
      return false;
    case "aggregate":
    case "subquery":
      return areStatic(input.from);
  }
}

/** The same of all branches of a relation or a SELECT. */
export function areStatic(branches: readonly { readonly draft: DraftBranch }[]): boolean {
  return branches.every(({ draft }) => isStatic(draft));
}

/** The rows of a draft: their expressions, over attributes. */
export interface DraftRows {
  readonly draft: DraftBranch;
  readonly output: readonly Expression[];
}

/** A column that a name can refer to. */
export interface ScopeColumn {
  readonly name: string;
  /** The name or alias of the relation. */
  readonly qualifier: string | undefined;
  /** The value, on demand: only then is its attribute used. */
  readonly value: () => Expression;
  /** Whether an unqualified name cannot refer to it: the right side of USING. */
  readonly hidden?: boolean;
}

/** The row that a subquery in an expression is for: its columns can be read in the subquery. */
export interface OuterRow {
  /** The value of a column; undefined if there is none with this name. */
  readonly find: (name: string, qualifier: string | undefined, at: TextRange) => Expression | undefined;
  /** Its columns, as `relation.*` lists them. */
  readonly columns: readonly ScopeColumn[];
  /** The attributes of the row that were read so far. */
  readonly attributes: ReadonlySet<number>;
}

/** A relation as one branch sees it. */
export interface BranchView {
  readonly draft: DraftBranch;
  readonly columns: readonly ScopeColumn[];
}

/** A relation in FROM: the same columns, from one or more branches. */
export interface Relation {
  readonly branches: readonly BranchView[];
  /** The static table that it is, with all of its columns in order; absent if it is anything else. */
  readonly table?: string;
}

/** The key that an attribute of ROLLUP, CUBE or GROUPING SETS is; any other expression itself. */
function unexpanded(expression: Expression, { steps }: DraftBranch): Expression {
  if (expression.kind !== "slot") return expression;
  for (const step of steps) {
    const key = step.kind === "expand" ? step.keySlots.indexOf(expression.slot) : -1;
    if (step.kind === "expand" && key >= 0) return step.keys[key]!;
  }
  return expression;
}

/** How an expression is the event time, if it is: the time itself under any name, or a window over it. */
export function eventTimeOf(value: Expression, draft: DraftBranch): EvictionKey["of"] | undefined {
  const expression = unexpanded(value, draft);
  if (expression.kind === "call" && expression.name === "window_time") {
    return eventTimeOf(expression.args[0]!, draft) === "window end" ? "time" : undefined;
  }
  if (expression.kind !== "slot") return undefined;
  if (expression.slot === draft.eventTime?.attribute) return draft.eventTime.of;
  if (draft.input.kind === "stream join") {
    const column = columnOf(expression.slot, draft);
    if (column !== undefined) return eventTimeOfSide(draft.input, column);
  }
  const window = windowOf(expression, draft);
  return window !== undefined && eventTimeOf(window.time, draft) === "time" ? "window end" : undefined;
}

/** The column of the input that an attribute is; undefined if a step has added it. */
function columnOf(attribute: number, { attributes }: DraftBranch): number | undefined {
  return [...attributes].find(([, id]) => id === attribute)?.[0];
}

/** How a column of a pair is the event time of its side; of a UNION the first SELECT decides. */
export function eventTimeOfSide({ sides }: DraftStreamJoin, column: number): EvictionKey["of"] | undefined {
  const leftCount = sides[0].branches[0]!.columns.length;
  const [side, index] = column < leftCount ? [sides[0], column] : [sides[1], column - leftCount];
  const { draft, columns } = side.branches[0]!;
  return eventTimeOf(columns[index]!.value(), draft);
}

/** The step that adds the window of an attribute, if there is one. */
export function windowOf(key: Expression, draft: DraftBranch): WindowStep | SessionStep | undefined {
  const expression = unexpanded(key, draft);
  if (expression.kind !== "slot") return undefined;
  return draft.steps.find((step): step is WindowStep | SessionStep =>
    (step.kind === "window" || step.kind === "session window") && step.slot === expression.slot
  );
}

/** The columns that a name can refer to: by name, case-insensitively, and by qualifier if there is one. */
export function lookUp(
  columns: readonly ScopeColumn[],
  name: string,
  qualifier?: string,
): readonly ScopeColumn[] {
  const same = (left: string | undefined, right: string) => left?.toLowerCase() === right.toLowerCase();
  return columns.filter((column) =>
    same(column.name, name) &&
    (qualifier === undefined ? column.hidden !== true : same(column.qualifier, qualifier))
  );
}
