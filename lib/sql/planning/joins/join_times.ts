/**
 * By which times a join of streams drops late rows, and removes those that can match no more. As in Spark, a time counts
 * only if the query reads it: from an input whose event time is not read, no row is late, and none is removed by it.
 */
import type { EvictionKey, Expression, WatermarkBound } from "../../plan.ts";
import { eventTimeOfSide } from "../../expressions/scope.ts";
import { conjuncts, slotsOf } from "../conditions/push_down.ts";
import type { JoinConditions, JoinDraft, JoinKey } from "./join_conditions.ts";
import { watermarkBounds } from "./watermark_bounds.ts";

/** The left input, or the right one. */
export type InputName = "left" | "right";

/** An attribute that is an event time. */
export interface EventAttribute {
  readonly id: number;
  readonly of: EvictionKey["of"];
}

/** What removes the rows of an input: the watermark itself passing a key, or bounds on their own event time. */
export type Removal =
  | { readonly by: "key"; readonly key: number; readonly of: EvictionKey["of"] }
  | { readonly by: "time"; readonly time: EventAttribute; readonly bounds: readonly WatermarkBound[] };

/** The attributes of a pair, by their inputs. */
export class PairAttributes {
  readonly #draft: JoinDraft;
  readonly #columns: ReadonlyMap<number, number>;
  readonly #leftCount: number;

  constructor(draft: JoinDraft) {
    this.#draft = draft;
    this.#columns = new Map([...draft.attributes].map(([column, id]) => [id, column]));
    this.#leftCount = draft.input.sides[0].branches[0]!.columns.length;
  }

  /** The input that an attribute is of; undefined if a step after the join has added it. */
  inputOf(id: number): InputName | undefined {
    const column = this.#columns.get(id);
    return column === undefined ? undefined : column < this.#leftCount ? "left" : "right";
  }

  /** How an expression is an event time. */
  eventTimeOf(expression: Expression): EvictionKey["of"] | undefined {
    const column = expression.kind === "slot" ? this.#columns.get(expression.slot) : undefined;
    return column === undefined ? undefined : eventTimeOfSide(this.#draft.input, column);
  }

  /** The bounds that conditions put on the rows of an input. */
  bounds(input: InputName, conditions: readonly Expression[]): WatermarkBound[] {
    return watermarkBounds(conditions, {
      isOwn: (slot) => this.inputOf(slot) === input,
      isOtherTime: (slot) =>
        this.inputOf(slot) === (input === "left" ? "right" : "left") &&
        this.eventTimeOf({ kind: "slot", slot, type: "TIMESTAMP" }) === "time",
    });
  }
}

/** The event time by which rows of an input are late: the one that is read. */
export function lateTime(
  input: InputName,
  { draft, pair, uses }: { readonly draft: JoinDraft; readonly pair: PairAttributes; readonly uses: Uses },
): EventAttribute | undefined {
  const times = [...uses].flatMap(([id, isWhole]): EventAttribute[] => {
    const of = pair.inputOf(id) === input
      ? pair.eventTimeOf({ kind: "slot", slot: id, type: "TIMESTAMP" })
      : undefined;
    // Of a window whose start or end is read, only that is passed on, and it is no event time.
    return of === undefined || !isWhole ? [] : [{ id, of }];
  });
  if (times.length > 1) {
    throw draft.input.refuse(
      `the ${input} input of the join has two event times: a time, and a window over it.`,
      "Select only one of them below the join; the other one can be computed from its rows.",
    );
  }
  return times[0];
}

/** What removes the rows of an input; undefined if they are kept for ever. */
export function removalOf(
  input: InputName,
  { pair, conditions, time }: {
    readonly pair: PairAttributes;
    readonly conditions: JoinConditions;
    readonly time: EventAttribute | undefined;
  },
): Removal | undefined {
  const key = timeKey(conditions.keys, pair);
  if (key !== undefined) return { by: "key", ...key };
  if (time === undefined) return undefined;
  const bounds = pair.bounds(input, [...conditions.pair, ...conditions.left, ...conditions.right]);
  return bounds.length === 0 ? undefined : { by: "time", time, bounds };
}

/** The first key that is an event time on either side, the left one before the right one. */
function timeKey(keys: readonly JoinKey[], pair: PairAttributes) {
  for (const input of ["left", "right"] as const) {
    for (const [key, { [input]: value, isNullSafe }] of keys.entries()) {
      const of = isNullSafe ? undefined : pair.eventTimeOf(value);
      if (of !== undefined) return { key, of };
    }
  }
  return undefined;
}

/**
 * Checks that rows without a match can become final, and that those that were matched need not be remembered for ever.
 * As in Spark, only ON counts for that, and in it no comparison behind a NOT.
 *
 * @throws {SfcrimeError} SQL
 */
export function requireFinal(draft: JoinDraft): void {
  const { type, on, refuse } = draft.input;
  if (type === "INNER") return;
  const pair = new PairAttributes(draft);
  const conditions = on.flatMap(conjuncts).filter((condition) =>
    condition.kind !== "call" || condition.name !== "not"
  );
  const equal = conditions.filter((condition) => condition.kind === "call" && condition.name === "=");
  const hasTimeKey = equal.some((condition) => {
    const args = (condition as Expression & { readonly kind: "call" }).args;
    const inputs = new Set(args.flatMap(slotsOf).map((slot) => pair.inputOf(slot)));
    return inputs.size === 2 && args.some((arg) => pair.eventTimeOf(arg) !== undefined);
  });
  const inputs: readonly InputName[] = type === "FULL"
    ? ["left", "right"]
    : type === "RIGHT"
    ? ["right"]
    : ["left"];
  if (hasTimeKey || inputs.some((input) => pair.bounds(input, conditions).length > 0)) return;
  const [own, other] = type === "RIGHT" ? ["right", "left"] : ["left", "right"];
  throw refuse(
    `a ${type} join of streams needs a watermark in its keys, or a watermark on the ${other} input and a condition that ` +
      "bounds the time between two rows: without it no row is ever known to match nothing.",
    `Add a condition to ON such as ${own}.time >= ${other}.time - INTERVAL 1 HOUR, or join by a window over the event time.`,
  );
}

/** Attributes that are read, and whether they are read as a whole, not only a field of them. */
export type Uses = ReadonlyMap<number, boolean>;

/** What some expressions read. */
export function usesOf(expressions: readonly Expression[]): Uses {
  const uses = new Map<number, boolean>();
  const visit = (expression: Expression, isWhole = true): void => {
    switch (expression.kind) {
      case "slot":
        uses.set(expression.slot, isWhole || uses.get(expression.slot) === true);
        break;
      case "literal":
      case "variable":
        break;
      case "field":
        visit(expression.argument, expression.argument.kind !== "slot");
        break;
      case "cast":
        visit(expression.argument);
        break;
      case "lambda":
        visit(expression.body);
        break;
      case "call":
        for (const arg of expression.args) visit(arg);
        break;
      case "case":
        for (const { condition, result } of expression.whens) {
          [condition, result].forEach((part) => visit(part));
        }
        visit(expression.otherwise);
    }
  };
  for (const expression of expressions) visit(expression);
  return uses;
}
