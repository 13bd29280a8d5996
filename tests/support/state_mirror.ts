/** What a checkpoint would hold of a state: its changes, applied one after the other. */
import { deepEqual, ok } from "assert";
import type { Value } from "../../lib/records/data_type.ts";
import type { StateOperator } from "../../lib/stream/state_operator.ts";

/** See the module's description. */
export class StateMirror {
  readonly #entries = new Map<string, readonly [key: readonly Value[], value: readonly Value[]]>();

  /** Takes what the last batch has changed. */
  apply(state: StateOperator): void {
    for (const { key, value } of state.changes()) {
      equalLengths(state, key, value);
      if (value === undefined) this.#entries.delete(textOf(key));
      else this.#entries.set(textOf(key), [[...key], structuredClone([...value])]);
    }
    ok(this.#entries.size === state.size, `${this.#entries.size} entries of ${state.size} keys`);
  }

  /** Puts all that it holds into a state that is empty, in the order of `isReversed`. */
  restore(state: StateOperator, isReversed: boolean): void {
    const entries = [...this.#entries.values()];
    for (const [key, value] of isReversed ? entries.toReversed() : entries) {
      state.restore(key, structuredClone([...value]));
    }
    deepEqual(state.size, entries.length);
  }
}

function equalLengths(
  { keyTypes, valueTypes }: StateOperator,
  key: readonly Value[],
  value?: readonly Value[],
) {
  deepEqual([key.length, value?.length ?? valueTypes.length], [keyTypes.length, valueTypes.length]);
}

/** A key as a text that only equal keys have. */
export function textOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_name, value: unknown) => typeof value === "bigint" ? `${value}n` : value);
}
