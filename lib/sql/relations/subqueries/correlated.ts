/**
 * Takes the conditions on the row that a subquery is for out of the subquery, up to where its rows are matched with that
 * row: from WHERE, and from below an aggregate, where an equality makes its side of the subquery a key. Without GROUP BY,
 * an aggregate has a group for each row, if need be an empty one. Source: Spark's PullupCorrelatedPredicates and
 * RewriteCorrelatedScalarSubquery.
 */
import type { SfcrimeError } from "../../../base/errors.ts";
import { emptyResult } from "../../functions/aggregates/empty_results.ts";
import { allOf, termsOf } from "../../functions/chains.ts";
import {
  AS_THEY_COME,
  attribute,
  type DraftAggregate,
  type DraftBranch,
  type DraftRows,
  type DraftStep,
} from "../../expressions/scope.ts";
import { readsAny, readsOthers, replaceSlots } from "../../expressions/slots.ts";
import { stepExpressions } from "../../planning/step_expressions.ts";
import type { Expression } from "../../plan.ts";
import type { Analysis, RowSelect } from "../analysis.ts";

/** See the module's description. */
export interface Correlated {
  /** Rows that do not depend on the row that the subquery is for. */
  readonly draft: DraftBranch;
  /** The columns of the subquery, over attributes of the draft and of that row. */
  readonly output: readonly Expression[];
  /** What has to hold of both rows. */
  readonly terms: readonly Expression[];
  /** Of a group that is there for each row: what an expression over it is if it is empty, and the condition of HAVING. */
  readonly whenEmpty?: (value: Expression) => Expression;
  readonly having?: Expression;
}

interface CorrelationContext {
  /** The attributes of the row that the subquery is for. */
  readonly outer: ReadonlySet<number>;
  /** Makes the error for what is not supported. */
  readonly refuse: (problem: string) => SfcrimeError;
  readonly analysis: Analysis;
}

/** The rows of a subquery. @throws {SfcrimeError} SQL for what cannot be taken out. */
export function correlated(
  { branches }: RowSelect,
  outer: CorrelationContext["outer"],
  rest: Omit<CorrelationContext, "outer">,
): Correlated {
  const context = { outer, ...rest };
  const [{ draft, output }, other] = branches as [DraftRows, ...DraftRows[]];
  if (other !== undefined) return { ...whole(branches, context), terms: [] };
  const found = pullUp(draft, context);
  requireFree(found.draft, context);
  return { ...found, output };
}

/** The rows of several branches as those of one, with an attribute for each column. */
function whole(branches: readonly DraftRows[], context: CorrelationContext): DraftRows {
  const ids = branches[0]!.output.map(() => context.analysis.attributes.fresh());
  const draft: DraftBranch = {
    input: { kind: "subquery", from: branches, ...AS_THEY_COME },
    attributes: new Map(ids.map((id, column) => [column, id])),
    steps: [],
    eventTime: undefined,
  };
  requireFree(draft, context);
  return { draft, output: ids.map((id, index) => attribute(id, branches[0]!.output[index]!.type)) };
}

/** Takes conditions out of the filters of a draft, and from below its aggregate. */
function pullUp(draft: DraftBranch, context: CorrelationContext): Omit<Correlated, "output"> {
  const { input } = draft;
  const below = input.kind === "aggregate" ? pullUpKeys(draft, input, context) : undefined;
  const isEmptyToo = input.kind === "aggregate" && below !== undefined && input.keys.length === 0;
  if (isEmptyToo && draft.steps.some(({ kind }) => kind !== "filter")) {
    throw context.refuse("joins the group that it has for each row");
  }
  const terms = [...below?.terms ?? []];
  const having: Expression[] = [];
  const steps = draft.steps.flatMap((step): DraftStep[] => {
    if (step.kind !== "filter") return [step];
    const all = termsOf(step.condition);
    const taken = isEmptyToo ? all : all.filter((term) => readsAny(term, context.outer));
    (isEmptyToo ? having : terms).push(...taken);
    const kept = all.filter((term) => !taken.includes(term));
    return kept.length === 0 ? [] : [{ kind: "filter", condition: allOf(kept) }];
  });
  const whenEmpty = isEmptyToo ? emptyGroup(draft, input) : undefined;
  return {
    draft: { ...(below?.draft ?? draft), steps },
    terms,
    ...(whenEmpty === undefined ? {} : { whenEmpty }),
    ...(having.length === 0 ? {} : { having: allOf(having) }),
  };
}

/** Makes keys of what has to equal values of the outer row; undefined if there is no condition below. */
function pullUpKeys(
  draft: DraftBranch,
  input: DraftAggregate,
  context: CorrelationContext,
): { readonly draft: DraftBranch; readonly terms: readonly Expression[] } | undefined {
  const { keys, calls, from } = input;
  const [rows, other] = from;
  if (rows === undefined || other !== undefined) return undefined;
  const inner = pullUp(rows.draft, context);
  if (inner.terms.length === 0) return undefined;
  if (inner.whenEmpty !== undefined) {
    throw context.refuse("aggregates rows that it has aggregated for each row");
  }
  const equalities = inner.terms.map((term) => equalityOf(term, context));
  const count = keys.length;
  const added = equalities.map(({ own }) => own);
  const ids = added.map(() => context.analysis.attributes.fresh());
  const moved = (slot: number) => slot < count ? slot : slot + added.length;
  return {
    terms: equalities.map(({ term, own }, index) => {
      const key = attribute(ids[index]!, own.type);
      return term.kind === "call"
        ? { ...term, args: term.args.map((side) => side === own ? key : side) }
        : term;
    }),
    draft: {
      ...draft,
      input: {
        kind: "aggregate",
        from: [{
          draft: inner.draft,
          output: [...rows.output.slice(0, count), ...added, ...rows.output.slice(count)],
        }],
        keys: [...keys, ...added.map(({ type }) => type)],
        calls: calls.map((call) => ({
          ...call,
          args: call.args.map(moved),
          ...(call.filter === undefined ? {} : { filter: moved(call.filter) }),
        })),
      },
      attributes: new Map([
        ...[...draft.attributes].map(([column, id]) => [moved(column), id] as const),
        ...ids.map((id, index) => [count + index, id] as const),
      ]),
    },
  };
}

/** The side of the subquery in an equality with a value of the outer row. @throws {SfcrimeError} SQL for others */
function equalityOf(
  term: Expression,
  { outer, refuse }: CorrelationContext,
): { readonly term: Expression; readonly own: Expression } {
  if (term.kind === "call" && (term.name === "=" || term.name === "<=>")) {
    const own = term.args.find((side) => !readsAny(side, outer));
    const other = term.args.find((side) => readsAny(side, outer));
    if (own !== undefined && other !== undefined && !readsOthers(other, outer)) return { term, own };
  }
  throw refuse("aggregates rows by a condition on the outer row that is no equality");
}

/** What an expression over the result of an aggregate without keys is for no rows. */
function emptyGroup(
  { attributes }: DraftBranch,
  { calls }: DraftAggregate,
): (value: Expression) => Expression {
  const results = new Map([...attributes].map(([column, id]) => [id, emptyResult(calls[column]!)]));
  return (value) => replaceSlots(value, (slot) => results.get(slot.slot) ?? slot);
}

/** @throws {SfcrimeError} SQL if a draft still reads the outer row. */
function requireFree(draft: DraftBranch, context: CorrelationContext): void {
  const { input, steps } = draft;
  const { outer, refuse } = context;
  const reading = steps.find((step) =>
    stepExpressions(step).some((expression) => readsAny(expression, outer))
  );
  if (reading?.kind === "filter") throw refuse("reads the outer row below LIMIT or a set operator");
  if (reading !== undefined) throw refuse("reads the outer row in a join, a window or another subquery");
  if (!("from" in input)) return;
  const isCut = input.kind === "subquery" && (input.limit ?? input.offset) !== undefined;
  if (isCut && input.sort.some(({ expression }) => readsAny(expression, outer))) {
    throw refuse("reads the outer row in ORDER BY");
  }
  for (const { draft: inner, output } of input.from) {
    if (output.some((value) => readsAny(value, outer))) {
      throw refuse("reads the outer row below an aggregate, LIMIT or UNION");
    }
    requireFree(inner, context);
  }
}
