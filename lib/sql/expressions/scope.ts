/**
 * The scope of names in a statement. During the analysis, each value of a row is an *attribute* with a unique
 * number; `layout.ts` assigns slots at the end, when it is known which attributes are used.
 */
import type { DataType } from "../../records/data_type.ts";
import type { StreamSource } from "../catalog.ts";
import type { Expression, JoinStep, RowStep, SessionStep, WindowStep } from "../plan.ts";

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

/** A branch that is being analyzed. */
export interface DraftBranch {
  readonly stream: string;
  readonly source: StreamSource;
  /** Attributes of the used columns of the stream, by column. */
  readonly attributes: Map<number, number>;
  readonly steps: DraftStep[];
  /** The attribute of the event time. */
  readonly watermark:
    | { readonly attribute: number; readonly column: string; readonly delayMs: number }
    | undefined;
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

/** A relation as one branch sees it. */
export interface BranchView {
  readonly draft: DraftBranch;
  readonly columns: readonly ScopeColumn[];
}

/** A relation in FROM: the same columns, from one or more branches. */
export interface Relation {
  readonly branches: readonly BranchView[];
}

/** Whether an expression is the event time of the branch itself, under any name. */
export function isEventTime(expression: Expression, draft: DraftBranch): boolean {
  return expression.kind === "slot" && expression.slot === draft.watermark?.attribute;
}

/** The step that adds the window of an attribute, if there is one. */
export function windowOf(expression: Expression, draft: DraftBranch): WindowStep | SessionStep | undefined {
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
