/** The window of a SELECT. */
import type { CallNode } from "../syntax/ast.ts";
import type { Expression, SessionStep, WindowStep } from "../plan.ts";
import { type Analysis, expressionContext } from "./analysis.ts";
import type { ResolveContext } from "../expressions/resolve.ts";
import { RandomSeeds } from "../expressions/calls/random_seeds.ts";
import { attribute, type BranchView, type Relation, type ScopeColumn } from "../expressions/scope.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { Subqueries } from "./subqueries/subqueries.ts";
import { windowType } from "../functions/time/window_types.ts";
import { sessionCall, windowCall } from "./window_call.ts";

const NO_AGGREGATE = "aggregate functions are not allowed in a window";

/**
 * However often `window(…)` or `session_window(…)` is written, it is one step in each branch, and its column
 * can also be referenced by the name of the function after GROUP BY.
 */
export class Windows {
  readonly #analysis: Analysis;
  readonly #steps: (WindowStep | SessionStep | undefined)[];
  readonly #subqueries: readonly Subqueries[];
  readonly #seeds: readonly RandomSeeds[];

  constructor(analysis: Analysis, relation: Relation) {
    this.#analysis = analysis;
    this.#steps = relation.branches.map(() => undefined);
    this.#subqueries = relation.branches.map(({ draft }) => new Subqueries(draft.steps, analysis));
    this.#seeds = relation.branches.map(({ draft }) => new RandomSeeds(draft.steps, analysis.attributes));
  }

  /** The context for expressions of one branch. */
  context(branch: BranchView, index: number, more: Partial<ResolveContext>): ResolveContext {
    const step = this.#steps[index];
    const columns: ScopeColumn[] = [...branch.columns];
    if (step !== undefined) {
      const name = step.kind === "window" ? "window" : "session_window";
      columns.push({
        name,
        qualifier: undefined,
        value: () => attribute(step.slot, windowType(step.time.type)),
      });
    }
    const context = expressionContext(this.#analysis, columns);
    // The step is over rows, so in a group its time is not the key that it may be as well; and its own column is none
    // of theirs, which may have the same name.
    const rows: ResolveContext = {
      ...expressionContext(this.#analysis, branch.columns),
      noAggregate: NO_AGGREGATE,
    };
    return {
      ...context,
      subqueryValue: this.#subqueries[index]!.resolve,
      random: this.#seeds[index]!.of,
      ...more,
      window: (node) => this.#take(node, branch, index, rows),
    };
  }

  #take(node: CallNode, branch: BranchView, index: number, rows: ResolveContext): Expression {
    const known = this.#steps[index];
    const read = node.name === "window" ? windowCall : sessionCall;
    const step = read(node, rows, known?.slot ?? this.#analysis.attributes.fresh());
    if (known === undefined) {
      this.#steps[index] = step;
      branch.draft.steps.push(step);
    } else if (JSON.stringify(known) !== JSON.stringify(step)) {
      throw sqlError(
        this.#analysis.sql,
        node.at,
        "multiple different time windows in a query are not supported.",
      );
    }
    return attribute(step.slot, windowType(step.time.type));
  }
}
