/**
 * A set of values of one type, which are the same if Spark says so of elements of ARRAYs and keys of MAPs: NaN is
 * equal to itself, and NULL to NULL. Only values with the same text can be the same, and mostly they are.
 */
import type { DataType, Value } from "../../../records/data_type.ts";
import { type Compare, compareOf } from "../../values/compare.ts";

/** See the module's description. */
export class ValueSet {
  readonly #compare: Compare;
  readonly #byText = new Map<string, Value[]>();

  constructor(type: DataType) {
    this.#compare = compareOf(type);
  }

  has(value: Value): boolean {
    return this.#byText.get(textOf(value))?.some((other) => this.#isSame(value, other)) === true;
  }

  /** Returns whether it was not there yet. */
  add(value: Value): boolean {
    if (this.has(value)) return false;
    const text = textOf(value);
    const others = this.#byText.get(text);
    if (others === undefined) this.#byText.set(text, [value]);
    else others.push(value);
    return true;
  }

  /** Zeros with different signs are different, unlike elsewhere. */
  #isSame(left: Value, right: Value): boolean {
    if (left === null || right === null) return left === right;
    return left === 0 ? Object.is(left, right) : this.#compare(left, right) === 0;
  }
}

function textOf(value: Value): string {
  return String(value);
}
