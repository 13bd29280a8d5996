/**
 * The seeds of calls such as `rand()`: each call that is written is a step, which draws a seed for each row, and its
 * value follows from that. So however often an alias of it is read, it is the same value.
 */
import type { CallNode, ExpressionNode } from "../../syntax/ast.ts";
import { RANDOM_FUNCTIONS } from "../../functions/math/random_signatures.ts";
import { SYNONYMS } from "../../functions/functions.ts";
import type { Expression } from "../../plan.ts";
import { attribute, type Attributes, type DraftStep } from "../scope.ts";
import { ownNodesIn } from "../../syntax/written_columns.ts";

/** The seeds of the calls over some rows. */
export class RandomSeeds {
  readonly #steps: DraftStep[];
  readonly #attributes: Attributes;
  readonly #known = new Map<CallNode, Expression>();
  readonly #added = new Set<number>();

  /** @param steps Those of the rows. */
  constructor(steps: DraftStep[], attributes: Attributes) {
    this.#steps = steps;
    this.#attributes = attributes;
  }

  /** Whether an attribute is a seed of these. */
  adds(id: number): boolean {
    return this.#added.has(id);
  }

  /** The seed of a call. */
  readonly of = (node: CallNode): Expression => {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const slot = this.#attributes.fresh();
    const draw = this.#steps.filter(({ kind }) => kind === "random").length + 1;
    this.#steps.push({ kind: "random", draw, slot });
    const seed = attribute(slot, "BINARY");
    this.#known.set(node, seed);
    this.#added.add(slot);
    return seed;
  };
}

/** A seed for a call that is only asked for its type. */
export const NO_SEED: Expression = { kind: "literal", value: null, type: "BINARY" };

/** Whether a function draws its value at random, by its name or another one. */
export function isRandom(name: string): boolean {
  return Object.hasOwn(RANDOM_FUNCTIONS, SYNONYMS[name] ?? name);
}

/** Whether a call says by which seed its value is drawn. */
export function isSeeded({ name, args }: CallNode): boolean {
  const least = { uniform: 2, randstr: 1, shuffle: 1 }[name] ?? 0;
  return args.length > least;
}

/** The calls in an expression whose values are drawn at random. */
export function randomCallsIn(node: ExpressionNode): CallNode[] {
  return ownNodesIn(node).filter((part): part is CallNode => part.kind === "call" && isRandom(part.name))
    .toArray();
}

/** Whether a part of a plan draws seeds. */
export function drawsSeeds(part: unknown): boolean {
  if (typeof part !== "object" || part === null) return false;
  return ("kind" in part && part.kind === "random") || Object.values(part).some(drawsSeeds);
}
