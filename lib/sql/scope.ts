/**
 * What names mean at a place of a statement. While a statement is analysed, a value that a row will hold is
 * an *attribute* with a number of its own; `layout.ts` gives attributes their slots in the end, when it is
 * known which of them are used.
 */
import type { DataType } from "../records/data_type.ts";
import type { StreamSource } from "./catalog.ts";
import type { Expression, JoinStep, RowStep, SessionStep, WindowStep } from "./plan.ts";

/** An attribute as an expression: a slot whose number is the attribute's. */
export function attribute(id: number, type: DataType): Expression {
  return { kind: "slot", slot: id, type };
}

/** Gives out the numbers of attributes. */
export class Attributes {
  #next = 0;

  fresh(): number {
    return this.#next++;
  }
}

/** A join whose table columns are attributes, taken as they are used. */
export interface DraftJoin extends Omit<JoinStep, "columns" | "firstSlot"> {
  /** Attributes by the table's column. */
  readonly attributes: Map<number, number>;
}

/** A step with attributes instead of slots. */
export type DraftStep = Exclude<RowStep, JoinStep> | DraftJoin;

/** A branch in the making. */
export interface DraftBranch {
  readonly stream: string;
  readonly source: StreamSource;
  /** Attributes of the stream's columns that are used, by column. */
  readonly attributes: Map<number, number>;
  readonly steps: DraftStep[];
  /** The attribute of the event time. */
  readonly watermark:
    | { readonly attribute: number; readonly column: string; readonly delayMs: number }
    | undefined;
}

/** A column that a name can mean. */
export interface ScopeColumn {
  readonly name: string;
  /** The relation's name or alias. */
  readonly qualifier: string | undefined;
  /** The value, once it is asked for: only then does its attribute count as used. */
  readonly value: () => Expression;
  /** Whether an unqualified name cannot mean it: the right side of USING. */
  readonly hidden?: boolean;
}

/** A relation as one branch sees it. */
export interface BranchView {
  readonly draft: DraftBranch;
  readonly columns: readonly ScopeColumn[];
}

/** What stands in FROM: the same columns, from one or more branches. */
export interface Relation {
  readonly branches: readonly BranchView[];
}

/** Whether an expression is the branch's event time itself, under whatever name. */
export function isEventTime(expression: Expression, draft: DraftBranch): boolean {
  return expression.kind === "slot" && expression.slot === draft.watermark?.attribute;
}

/** The step that makes the window of an attribute, if one does. */
export function windowOf(expression: Expression, draft: DraftBranch): WindowStep | SessionStep | undefined {
  if (expression.kind !== "slot") return undefined;
  return draft.steps.find((step): step is WindowStep | SessionStep =>
    (step.kind === "window" || step.kind === "session window") && step.slot === expression.slot
  );
}

/** Columns that a name means: by name, in any case, and by qualifier where one is given. */
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
