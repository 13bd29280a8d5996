/** What the keys of a GROUP BY are in each of the branches that it groups. */
import type { EvictionKey, WindowKey } from "../plan.ts";
import { type DraftRows, eventTimeOf, windowOf } from "../expressions/scope.ts";

/**
 * The keys that can make groups final: a window over the event time, or the event time itself. Of a UNION the first SELECT
 * decides, as in Spark.
 */
export function eventKeysOf(from: readonly DraftRows[], keyCount: number): EvictionKey[] {
  const { draft, output } = from[0]!;
  return indexes(keyCount).flatMap((key): EvictionKey[] => {
    const of = eventTimeOf(output[key]!, draft);
    return of === undefined ? [] : [{ key, of }];
  });
}

/** The keys that are windows of the same length in all branches. */
export function windowKeysOf(from: readonly DraftRows[], keyCount: number): WindowKey[] {
  return indexes(keyCount).flatMap((key): WindowKey[] => {
    const windows = from.map(({ draft, output }) => windowOf(output[key]!, draft));
    const sizes = new Set(windows.map((window) => window?.kind === "window" ? window.sizeMicros : undefined));
    const [sizeMicros] = sizes;
    return sizes.size === 1 && sizeMicros !== undefined ? [{ key, sizeMicros }] : [];
  });
}

/** The key that is a session window in all branches. */
export function sessionKeyOf(from: readonly DraftRows[], keyCount: number): number | undefined {
  return indexes(keyCount).find((key) => from.every((rows) => isSession(rows, key)));
}

/** Whether a column is a session. That of an aggregation stays one: grouped again, such sessions are merged. */
function isSession({ draft, output }: DraftRows, column: number): boolean {
  const expression = output[column]!;
  if (windowOf(expression, draft)?.kind === "session window") return true;
  if (expression.kind !== "slot" || !("from" in draft.input)) return false;
  const { from } = draft.input;
  const inner = [...draft.attributes].find(([, id]) => id === expression.slot)?.[0];
  return inner !== undefined && inner < from[0]!.output.length &&
    from.every((rows) => isSession(rows, inner));
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_none, index) => index);
}
