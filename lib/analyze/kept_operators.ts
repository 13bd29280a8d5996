/** The state of a query's operators on its way to the checkpoint and back, and how much of it there may be. */
import { SfcrimeError } from "../base/errors.ts";
import { formatBytes, formatCount } from "../base/format.ts";
import type { LoggedState, StateChange } from "../checkpoint/state_log.ts";
import { type ValuesCodec, valuesCodec } from "../checkpoint/value_codec.ts";
import type { StateEntry, StateOperator } from "../stream/state_operator.ts";
import type { OperatorProgress } from "./progress.ts";

/** An operator, and how its keys and values are written. */
export interface KeptOperator {
  readonly operator: StateOperator;
  readonly keys: ValuesCodec;
  readonly values: ValuesCodec;
}

export function keptOperator(operator: StateOperator): KeptOperator {
  return { operator, keys: valuesCodec(operator.keyTypes), values: valuesCodec(operator.valueTypes) };
}

/** What the last batch has changed, and all there is. */
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
 * Puts back what was kept.
 *
 * @param damaged The error of a key whose state cannot be read.
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

/** How much state there is. */
export interface StateSize {
  readonly keys: number;
  readonly bytes: number;
}

/** The size of all operators. */
export function sizeOf(state: readonly OperatorProgress[]): StateSize {
  return {
    keys: state.reduce((sum, { rowsTotal }) => sum + rowsTotal, 0),
    bytes: state.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** @throws {SfcrimeError} QUERY_FAILED when a query's state takes more than it may. */
export function requireRoom(query: string, { keys, bytes }: StateSize, stateBytesMax: number): void {
  if (bytes <= stateBytesMax) return;
  throw new SfcrimeError(
    "QUERY_FAILED",
    `The state of ${query} has ${formatCount(keys)} keys of about ${formatBytes(bytes)}, ` +
      `more than the ${formatBytes(stateBytesMax)} that it may take.`,
    {
      hint: "Let groups end by a watermark, or raise [analyze] state_memory_mb. " +
        "The batch is not committed, and runs again when the query is started.",
    },
  );
}
