/** What a checkpoint would hold of a state: its changes, applied one after the other. */
import { deepEqual, ok } from "assert";
import type { Value } from "../../lib/records/data_type.ts";
import type { KeyedState, StateEntry } from "../../lib/stream/state/state_store.ts";

/** How many keys are swept behind a batch, where a sweep is under way. */
const SWEPT_A_BATCH = 2;

interface Entry {
  readonly key: readonly Value[];
  readonly value: readonly Value[];
  /** The sweep during which it was written last. */
  readonly writtenIn: number;
}

/** See the module's description. */
export class StateMirror {
  readonly #entries = new Map<string, Entry>();
  #sweeps = 0;
  #sweep: Iterator<StateEntry> | undefined;

  /** Takes what the last batch has changed, and goes on with a sweep over all there is, as a checkpoint does. */
  apply(state: KeyedState): void {
    for (const entry of state.changes()) this.#write(state, entry);
    this.#sweepOn(state);
    ok(this.#entries.size === state.size, `${this.#entries.size} entries of ${state.size} keys`);
  }

  /** Puts all that it holds into a state that is empty, in the order of `isReversed`. */
  restore(state: KeyedState, isReversed: boolean): void {
    this.#sweep = undefined;
    const entries = [...this.#entries.values()];
    for (const { key, value } of isReversed ? entries.toReversed() : entries) {
      state.restore(key, structuredClone([...value]));
    }
    deepEqual(state.size, entries.length);
  }

  #write(state: KeyedState, { key, value }: StateEntry): void {
    equalLengths(state, key, value);
    if (value === undefined) this.#entries.delete(textOf(key));
    else {
      const kept = { key: [...key], value: structuredClone([...value]), writtenIn: this.#sweeps };
      this.#entries.set(textOf(key), kept);
    }
  }

  #sweepOn(state: KeyedState): void {
    if (this.#sweep === undefined) {
      this.#sweeps++;
      this.#sweep = state.entries()[Symbol.iterator]();
    }
    for (let left = SWEPT_A_BATCH; left > 0; left--) {
      const next = this.#sweep.next();
      if (next.done !== true) {
        this.#write(state, next.value);
        continue;
      }
      // What was written before the sweep began is obsolete now.
      for (const [text, { writtenIn }] of this.#entries) {
        if (writtenIn < this.#sweeps) this.#entries.delete(text);
      }
      this.#sweep = undefined;
      return;
    }
  }
}

function equalLengths(
  { keyTypes, valueTypes }: KeyedState,
  key: readonly Value[],
  value?: readonly Value[],
) {
  deepEqual([key.length, value?.length ?? valueTypes.length], [keyTypes.length, valueTypes.length]);
}

/** A key as a text that only equal keys have. */
export function textOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_name, value: unknown) => typeof value === "bigint" ? `${value}n` : value);
}
