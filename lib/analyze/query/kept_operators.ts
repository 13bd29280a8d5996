/** Encodes the state of operators for the checkpoint, restores it, and enforces the limit on its size. */
import { SfcrimeError } from "../../base/errors.ts";
import { formatBytes, formatCount } from "../../base/text/format.ts";
import type { LoggedState, StateChange } from "../../checkpoint/state_log.ts";
import { type ValuesCodec, valuesCodec } from "../../checkpoint/value_codec.ts";
import type { StateEntry, StateOperator } from "../../stream/operators/operator.ts";
import type { OperatorProgress } from "../../monitoring/progress.ts";

/** An operator, with the codecs of its keys and values. */
export interface KeptOperator {
  readonly operator: StateOperator;
  readonly keys: ValuesCodec;
  readonly values: ValuesCodec;
}

export function keptOperator(operator: StateOperator): KeptOperator {
  return { operator, keys: valuesCodec(operator.keyTypes), values: valuesCodec(operator.valueTypes) };
}

/** The changes of the last batch, and all entries. */
export function loggedState(kept: KeptOperator): LoggedState {
  const { operator } = kept;
  return {
    changes: encoded(kept, operator.changes()),
    entries: () => encoded(kept, operator.entries()),
    size: operator.size,
  };
}

function* encoded(
  { keys, values }: KeptOperator,
  entries: Iterable<StateEntry>,
): Iterable<StateChange> {
  for (const { key, value } of entries) {
    yield { key: keys.encode(key), value: value === undefined ? undefined : values.encode(value) };
  }
}

/**
 * Restores the state of an operator.
 *
 * @param damaged Makes the error for a key whose state cannot be read.
 */
export function restoreOperator(
  { operator, keys, values }: KeptOperator,
  kept: Iterable<{ readonly key: string; readonly value: string }>,
  damaged: (key: string, cause: unknown) => Error,
): void {
  for (const { key, value } of kept) {
    try {
      operator.restore(keys.decode(key), values.decode(value));
    } catch (cause) {
      throw damaged(key, cause);
    }
  }
}

/** The size of the state. */
export interface StateSize {
  readonly keys: number;
  readonly bytes: number;
}

/** The total size of the state of all operators. */
export function sizeOf(state: readonly OperatorProgress[]): StateSize {
  return {
    keys: state.reduce((sum, { rowsTotal }) => sum + rowsTotal, 0),
    bytes: state.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** @throws {SfcrimeError} QUERY_FAILED if the state of a query exceeds its limit. */
export function requireRoom(query: string, { keys, bytes }: StateSize, stateBytesMax: number): void {
  if (bytes <= stateBytesMax) return;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `The state of ${query} takes about ${formatBytes(bytes)} for ${formatCount(keys)} keys, ` +
      `more than the limit of ${formatBytes(stateBytesMax)}.`,
    {
      hint: "Use a watermark to evict groups, or raise [analyze] state_memory_mb. " +
        "The batch was not committed, and runs again when the query is restarted.",
    },
  );
}
