/**
 * Predicate pushdown: the filters that are applied before the event time is observed.
 *
 * Spark pushes conditions down to the source, below the operator that observes the event time, unless they
 * use the event time themselves. So a row that such a condition drops does not advance the watermark, while a
 * row that anything else drops does. Conditions come from WHERE, from HAVING if it uses only keys, and from
 * joins that keep only matches: what these require of a row, such as a key that is not NULL, counts as a
 * condition as well, and so does the time of a window, which cannot be NULL. Source: Spark's
 * PushPredicateThroughNonJoin, PushPredicateThroughJoin, InferFiltersFromConstraints and TimeWindowing.
 */
import { allOf } from "../functions/chains.ts";
import type { GroupSelect } from "../relations/grouping.ts";
import { sessionEnd } from "../relations/window_call.ts";
import type { Expression, SessionStep } from "../plan.ts";
import type { DraftBranch, DraftJoin, DraftStep } from "../expressions/scope.ts";
import { eachSlot, replaceSlots } from "../expressions/slots.ts";

/** The conditions that are pushed down, over attributes, and the remaining steps. */
export interface PushedDown {
  readonly early: readonly Expression[];
  readonly steps: readonly DraftStep[];
}

/**
 * Extracts the conditions of a branch that are pushed down; there are none if it deduplicates or has no event
 * time.
 */
export function pushDown({ attributes, source, steps, watermark }: DraftBranch): PushedDown {
  if (watermark === undefined || source.deduplicate !== undefined) return { early: [], steps };
  const streamAttributes = new Map([...attributes].map(([column, id]) => [id, source.columns[column]!.type]));
  const early: Expression[] = [];
  const isEarly = (condition: Expression) =>
    slotsOf(condition).every((slot) => streamAttributes.has(slot) && slot !== watermark.attribute);
  const take = (condition: Expression): boolean => {
    if (!isEarly(condition)) {
      requirePresent(neededBy(condition));
      return false;
    }
    early.push(condition);
    return true;
  };
  const requirePresent = (slots: readonly number[]) => {
    for (const slot of slots) {
      const type = streamAttributes.get(slot);
      if (type !== undefined && slot !== watermark.attribute) {
        early.push(present({ kind: "slot", slot, type }));
      }
    }
  };
  const left = steps.flatMap((step, index): DraftStep[] => {
    if (step.kind === "filter") {
      const rest = conjuncts(step.condition).filter((condition) => !take(condition));
      return rest.length === 0 ? [] : [{ kind: "filter", condition: allOf(rest) }];
    }
    // A window drops rows without its time.
    if (step.kind === "window" || step.kind === "session window") take(present(step.time));
    if (step.kind === "session window" && step.gap !== undefined) take(opensSession(step, step.gap));
    if (step.kind === "join" && keepsMatches(step, steps.slice(index + 1))) {
      requirePresent(step.rowKeys.flatMap(strictSlots));
      if (step.condition !== undefined) conjuncts(step.condition).forEach(take);
    }
    return [step];
  });
  return { early, steps: left };
}

/** A LEFT JOIN also keeps only matches if a later condition requires a value of the table. */
function keepsMatches({ type, attributes }: DraftJoin, later: readonly DraftStep[]): boolean {
  if (type === "INNER" || type === "LEFT SEMI") return true;
  const ofTable = new Set(attributes.values());
  return type === "LEFT" && later.some((step) =>
    step.kind === "filter" &&
    conjuncts(step.condition).some((condition) => neededBy(condition).some((slot) => ofTable.has(slot)))
  );
}

/**
 * Pushes conditions of HAVING that use only keys down to the rows, so that groups that they exclude are never
 * created. For a session window the condition applies to the row's own session, before sessions are merged,
 * as in Spark.
 *
 * @returns The remaining conditions.
 */
export function pushHaving({ having, keys, branches }: GroupSelect): Expression | undefined {
  if (having === undefined) return undefined;
  const isOfKeys = (condition: Expression) => {
    const slots = slotsOf(condition);
    return slots.length > 0 && slots.every((slot) => slot < keys.length);
  };
  const [ofKeys, rest] = partition(conjuncts(having), isOfKeys);
  for (const { view, stage } of branches) {
    for (const condition of ofKeys) {
      const ofRow = replaceSlots(condition, ({ slot }) => stage[slot]!);
      view.draft.steps.push({ kind: "filter", condition: ofRow });
    }
  }
  return rest.length === 0 ? undefined : allOf(rest);
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** The conjuncts of a condition, including those of NOT (a OR b). */
function conjuncts(condition: Expression): Expression[] {
  if (condition.kind !== "call") return [condition];
  if (condition.name === "and") return condition.args.flatMap(conjuncts);
  const [inner] = condition.args;
  if (condition.name !== "not" || inner?.kind !== "call") return [condition];
  if (inner.name === "not") return conjuncts(inner.args[0]!);
  if (inner.name !== "or") return [condition];
  return inner.args.flatMap((arg) => conjuncts({ ...condition, args: [arg] }));
}

/** The condition that a value is not NULL. */
export function present(value: Expression): Expression {
  const isNull: Expression = { kind: "call", name: "isnull", args: [value], type: "BOOLEAN" };
  return { kind: "call", name: "not", args: [isNull], type: "BOOLEAN" };
}

/** The condition that the gap of a row is longer than zero. */
function opensSession(step: SessionStep, gap: Expression): Expression {
  return { kind: "call", name: ">", args: [sessionEnd(step, gap), step.time], type: "BOOLEAN" };
}

function slotsOf(expression: Expression): number[] {
  const slots: number[] = [];
  eachSlot(expression, (slot) => slots.push(slot));
  return slots;
}

/** The slots that cannot be NULL if the condition is true, as far as Spark infers it. */
function neededBy(condition: Expression): readonly number[] {
  const isPresence = condition.kind === "call" && condition.name === "not" &&
    condition.args[0]!.kind === "call" && condition.args[0]!.name === "isnull";
  if (isPresence) return strictSlots((condition.args[0] as Expression & { kind: "call" }).args[0]!);
  return strictSlots(condition);
}

/** Functions that return NULL if any argument is NULL. */
const STRICT: ReadonlySet<string> = new Set(
  "= < <= > >= + - * / % DIV negative not like ilike rlike upper lower trim length substring".split(" "),
);

/** The slots whose NULL makes the expression NULL. */
function strictSlots(expression: Expression): readonly number[] {
  switch (expression.kind) {
    case "slot":
      return [expression.slot];
    case "cast":
    case "field":
      return strictSlots(expression.argument);
    case "call":
      return STRICT.has(expression.name) ? expression.args.flatMap(strictSlots) : [];
    case "literal":
    case "case":
      return [];
  }
}
