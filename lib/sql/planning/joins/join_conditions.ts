/**
 * Where the conditions of a join of streams are evaluated: before it, on one of its inputs, in it, or on its rows.
 * Conditions of WHERE move into a join, and those that need one input only move below it, where they keep rows from the
 * state. What matches on equal keys also has the conditions of the other side, and a join that only keeps matches drops
 * rows without a key. Source: Spark's PushPredicateThroughJoin, EliminateOuterJoin and InferFiltersFromConstraints.
 */
import { allOf } from "../../functions/chains.ts";
import type { Expression, StreamJoinType } from "../../plan.ts";
import type { DraftBranch, DraftStep, DraftStreamJoin } from "../../expressions/scope.ts";
import { sameExpression } from "../../expressions/same_expression.ts";
import { replaceParts, replaceSlots } from "../../expressions/slots.ts";
import { columnOf, neededBy, neededValues, strictSlots } from "../conditions/needed_values.ts";
import { dropsNulls } from "../conditions/null_rows.ts";
import { conjuncts, present, slotsOf } from "../conditions/push_down.ts";
import { stepExpressions } from "../step_expressions.ts";
import { ExtractedFields } from "./extracted_fields.ts";

/** Equal values of the left input and the right one. */
export interface JoinKey {
  readonly left: Expression;
  readonly right: Expression;
  /** Whether NULL is equal to NULL. */
  readonly isNullSafe: boolean;
}

/** The conditions of a join, over attributes of the pair. */
export interface JoinConditions {
  readonly type: StreamJoinType;
  readonly keys: readonly JoinKey[];
  /** Of the left input, the right one, and both. */
  readonly left: readonly Expression[];
  readonly right: readonly Expression[];
  readonly pair: readonly Expression[];
  /** The steps that remain after the join. */
  readonly steps: readonly DraftStep[];
}

/** The input that an expression reads. */
type Reads = "left" | "right" | "both" | "none";

/** A draft whose input is a join of streams. */
export type JoinDraft = DraftBranch & { readonly input: DraftStreamJoin };

/**
 * Places the conditions of a join; those that are evaluated before it are added to its inputs.
 *
 * @param read What is read of its rows, besides its conditions and its steps.
 */
export function placeConditions(draft: JoinDraft, read: readonly Expression[]): JoinConditions {
  const placing = new Placing(draft, read);
  placing.pushDown();
  placing.infer();
  return placing;
}

class Placing implements JoinConditions {
  readonly type: StreamJoinType;
  readonly keys: JoinKey[] = [];
  readonly left: Expression[] = [];
  readonly right: Expression[] = [];
  readonly pair: Expression[] = [];
  steps: readonly DraftStep[];
  readonly #draft: JoinDraft;
  readonly #extracted: ExtractedFields;
  readonly #leftCount: number;
  readonly #columns: ReadonlyMap<number, number>;
  /** Conditions that were moved below the join, by input. */
  readonly #moved = { left: [] as Expression[], right: [] as Expression[] };

  constructor(draft: JoinDraft, read: readonly Expression[]) {
    this.#draft = draft;
    this.#extracted = new ExtractedFields([
      ...read,
      ...draft.input.on,
      ...draft.steps.flatMap(stepExpressions),
    ]);
    this.#leftCount = draft.input.sides[0].branches[0]!.columns.length;
    this.#columns = new Map([...draft.attributes].map(([column, id]) => [id, column]));
    this.steps = draft.steps;
    this.type = this.#withoutNulls(draft.input.type);
  }

  /** An outer join whose rows without a match are dropped later is none. */
  #withoutNulls(type: StreamJoinType): StreamJoinType {
    const needed = this.#draft.steps.flatMap((step) => {
      switch (step.kind) {
        case "filter":
          return conjuncts(step.condition).flatMap((condition) => this.#neededBy(condition));
        case "window":
        case "session window":
          return strictSlots(step.time);
        case "expand":
        case "generate":
        case "random":
          return [];
        case "join":
          return step.type === "INNER" || step.type === "LEFT SEMI" ? step.rowKeys.flatMap(strictSlots) : [];
      }
    });
    const needsLeft = needed.some((slot) => this.#sideOf(slot) === "left");
    const needsRight = needed.some((slot) => this.#sideOf(slot) === "right");
    switch (type) {
      case "LEFT":
        return needsRight ? "INNER" : "LEFT";
      case "RIGHT":
        return needsLeft ? "INNER" : "RIGHT";
      case "FULL":
        return needsLeft ? needsRight ? "INNER" : "LEFT" : needsRight ? "RIGHT" : "FULL";
      default:
        return type;
    }
  }

  /** Attributes that a condition of WHERE needs: one on an input alone may need it without naming any of them. */
  #neededBy(condition: Expression): readonly number[] {
    const reads = this.#reads(condition);
    return (reads === "left" || reads === "right") && dropsNulls(condition)
      ? slotsOf(condition)
      : neededBy(condition);
  }

  pushDown(): void {
    for (const condition of this.#draft.input.on.flatMap(conjuncts)) this.#placeOn(condition);
    this.steps = this.#draft.steps.flatMap((step): DraftStep[] => {
      // A window drops rows without its time.
      if (step.kind === "window" || step.kind === "session window") this.#takeWhere(present(step.time));
      if (step.kind !== "filter") return [step];
      const rest = conjuncts(step.condition).filter((condition) => !this.#takeWhere(condition));
      return rest.length === 0 ? [] : [{ kind: "filter", condition: allOf(rest) }];
    });
  }

  #placeOn(condition: Expression): void {
    const { type } = this;
    switch (this.#reads(condition)) {
      case "left":
        if (type === "LEFT" || type === "FULL") this.left.push(condition);
        else this.#move("left", condition);
        break;
      case "right":
        if (type === "RIGHT" || type === "FULL") this.right.push(condition);
        else this.#move("right", condition);
        break;
      case "both":
      case "none":
        this.#placePair(condition);
    }
  }

  #takeWhere(condition: Expression): boolean {
    const { type } = this;
    switch (this.#reads(condition)) {
      case "left":
        if (type === "RIGHT" || type === "FULL") return false;
        this.#move("left", condition);
        return true;
      case "right":
        if (type === "LEFT" || type === "FULL") return false;
        this.#move("right", condition);
        return true;
      case "both":
        if (type !== "INNER") return false;
        this.#placePair(condition);
        return true;
      case "none":
        return false;
    }
  }

  #placePair(condition: Expression): void {
    if (condition.kind === "call" && (condition.name === "=" || condition.name === "<=>")) {
      const [a, b] = [condition.args[0]!, condition.args[1]!];
      const sides = `${this.#reads(a)} ${this.#reads(b)}`;
      const isNullSafe = condition.name === "<=>";
      if (sides === "left right") return void this.keys.push({ left: a, right: b, isNullSafe });
      if (sides === "right left") return void this.keys.push({ left: b, right: a, isNullSafe });
    }
    this.pair.push(condition);
  }

  /** Adds what follows for the inputs whose rows have to match. */
  infer(): void {
    const { type } = this;
    const matching = {
      left: type === "INNER" || type === "LEFT SEMI" || type === "RIGHT",
      right: type !== "RIGHT" && type !== "FULL",
    };
    for (const side of ["left", "right"] as const) {
      if (!matching[side]) continue;
      for (const condition of this.#ofOtherSide(side)) this.#move(side, condition);
      for (const condition of this.#presence(side)) this.#move(side, condition);
    }
  }

  /** The conditions of the other input, where they are about keys. */
  #ofOtherSide(side: "left" | "right"): Expression[] {
    const other = side === "left" ? "right" : "left";
    const known = [...this.#moved[other], ...this[other], ...this.#earlier(other)];
    return this.keys.flatMap((key) => {
      const [own, from] = [key[side], key[other]];
      if (key.isNullSafe || !this.#extracted.has(own) || !this.#extracted.has(from)) return [];
      return known.map((condition) =>
        replaceParts(condition, (part) => sameExpression(part, from) ? own : undefined)
      ).filter((condition) => this.#reads(condition) === side);
    });
  }

  /** The filters of an input, as far as they are about its columns. */
  #earlier(side: "left" | "right"): Expression[] {
    const { branches } = this.#draft.input.sides[side === "left" ? 0 : 1];
    const [branch] = branches;
    if (branch === undefined || branches.length > 1) return [];
    const ids = new Map(
      [...this.#columns].flatMap(([id, column]) => {
        if (this.#sideOf(id) !== side) return [];
        const value = branch.columns[this.#index(column)]!.value();
        return value.kind === "slot" ? [[value.slot, id] as const] : [];
      }),
    );
    return branch.draft.steps.flatMap((step) => step.kind === "filter" ? conjuncts(step.condition) : [])
      .filter((condition) => slotsOf(condition).every((slot) => ids.has(slot)))
      .map((condition) => replaceSlots(condition, (slot) => ({ ...slot, slot: ids.get(slot.slot)! })));
  }

  /** That what has to match is not NULL. */
  #presence(side: "left" | "right"): Expression[] {
    const needed = [
      ...this.keys.filter(({ isNullSafe }) => !isNullSafe).map((key) => key[side]),
      ...this.pair,
    ].flatMap(neededValues);
    return needed.filter((value) => this.#sideOf(columnOf(value)!.slot) === side).map(present);
  }

  /** Adds a condition to the branches of an input. */
  #move(side: "left" | "right", condition: Expression): void {
    // A condition may follow in several ways.
    const isKnown = [...this.#moved[side], ...this.#earlier(side)].some((known) =>
      sameExpression(known, condition)
    );
    if (isKnown) return;
    this.#moved[side].push(condition);
    for (const { draft, columns } of this.#draft.input.sides[side === "left" ? 0 : 1].branches) {
      const ofRow = replaceSlots(
        condition,
        ({ slot }) => columns[this.#index(this.#columns.get(slot)!)]!.value(),
      );
      draft.steps.push({ kind: "filter", condition: ofRow });
    }
  }

  #index(column: number): number {
    return column < this.#leftCount ? column : column - this.#leftCount;
  }

  #sideOf(slot: number): "left" | "right" | undefined {
    const column = this.#columns.get(slot);
    return column === undefined ? undefined : column < this.#leftCount ? "left" : "right";
  }

  /** What a condition reads; one that reads what a step has added is left to the rows of the join. */
  #reads(condition: Expression): Reads {
    const sides = new Set(slotsOf(condition).map((slot) => this.#sideOf(slot)));
    if (sides.size === 0 || sides.has(undefined)) return "none";
    return sides.size === 2 ? "both" : [...sides][0]!;
  }
}
