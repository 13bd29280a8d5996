/** The step that makes a row for each grouping set. */
import { attribute, type Attributes, type DraftBranch } from "../../expressions/scope.ts";
import type { ExpandStep, Expression } from "../../plan.ts";
import { type GroupingSets, hasEqualSets } from "./grouping_sets.ts";

/** The keys of a branch, and what makes rows of them. */
export interface Expansion {
  readonly keys: readonly Expression[];
  readonly sets: GroupingSets;
  readonly analysis: { readonly attributes: Attributes };
}

/** Adds the step to a branch. Returns its keys from then on: those of the sets, then what tells the sets apart. */
export function expand(
  draft: DraftBranch,
  { keys, sets, analysis: { attributes } }: Expansion,
): Expression[] {
  const step: ExpandStep = {
    kind: "expand",
    keys,
    sets: sets.sets,
    keySlots: keys.map(() => attributes.fresh()),
    idSlot: attributes.fresh(),
    ...(hasEqualSets(sets) ? { indexSlot: attributes.fresh() } : {}),
  };
  draft.steps.push(step);
  return [
    ...keys.map(({ type }, index) => attribute(step.keySlots[index]!, type)),
    attribute(step.idSlot, "BIGINT"),
    ...(step.indexSlot === undefined ? [] : [attribute(step.indexSlot, "INT")]),
  ];
}
