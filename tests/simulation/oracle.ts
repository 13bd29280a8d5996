/** What the store of a simulation has to hold, worked out from the records without any haste. */
import type { QueryName } from "./scenario.ts";
import type { StoredBatch } from "./target.ts";
import type { World } from "./world.ts";

/** What happened in a simulation. */
export interface History extends Pick<World, "appended" | "deleted"> {
  readonly batches: readonly StoredBatch[];
}

const MINUTE_MS = 60_000;

/** What the program says of records that are gone, unless it is still in doubt. */
const LOSS = /^(?!.*Checking again).*(deleted|no longer exists|truncated|Cannot read)/;

/** What differs; nothing if all is as it should be. */
export function differences(query: QueryName, { appended, deleted, batches }: History): string[] {
  const numbers = batches.map(({ batchId }) => batchId);
  const isRising = numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
  const order = isRising ? [] : [`batches are committed out of order: ${numbers.join(", ")}`];
  const rows = batches.flatMap(({ rows }) => rows);
  switch (query) {
    case "rows":
    case "distinct": {
      const ids = appended.map(({ id }) => String(id));
      const expected = query === "distinct" ? [...new Set(ids)] : ids;
      const optional = new Set([...deleted].map(String));
      return [...order, ...compare(expected, rows.map(([id]) => String(id)), optional)];
    }
    case "counts": {
      const expected = Map.groupBy(appended, ({ type }) => type);
      return [
        ...order,
        ...compare(
          [...expected].map(([type, all]) => `${type} ${all.length}`),
          (batches.at(-1)?.rows ?? []).map(([type, count]) => `${type} ${count}`),
        ),
      ];
    }
    case "windows": {
      // The last records are in a window that is still open.
      const last = Math.max(...appended.map(({ eventMs }) => eventMs));
      const groups = Map.groupBy(
        appended.filter(({ eventMs }) => eventMs < last),
        ({ eventMs, type }) => `${Math.floor(eventMs / MINUTE_MS) * MINUTE_MS} ${type}`,
      );
      return [
        ...order,
        ...compare(
          [...groups].map(([group, all]) => `${group} ${all.length}`),
          rows.map((row) => row.join(" ")),
        ),
      ];
    }
  }
}

/** What is wrong with what the runs have told of losses: one that was none, or one that was not told. */
export function wronglyTold(
  { told, batches }: { readonly told: readonly string[]; readonly batches: readonly StoredBatch[] },
  { deleted, lost, isReplaced }: Pick<World, "deleted" | "lost" | "isReplaced">,
): string[] {
  const losses = told.filter((message) => LOSS.test(message));
  if (losses.length > 0) {
    return deleted.size > 0 || isReplaced ? [] : losses.map((text) => `told a loss that was none: ${text}`);
  }
  const read = new Set(batches.flatMap(({ rows }) => rows.map(([id]) => id)));
  return [...lost].filter((id) => !read.has(id)).map((id) => `lost without a word: ${id}`);
}

/** @param optional What may be missing, but not be there twice. */
function compare(
  expected: readonly string[],
  found: readonly string[],
  optional: ReadonlySet<string> = new Set(),
): string[] {
  const left = new Map<string, number>();
  for (const row of expected) left.set(row, (left.get(row) ?? 0) + 1);
  for (const row of found) left.set(row, (left.get(row) ?? 0) - 1);
  return [...left].flatMap(([row, missing]) => {
    if (missing > 0 && !optional.has(row)) return [`missing: ${row}`];
    return missing < 0 ? [`${missing === -1 ? "too many" : `${-missing} too many`}: ${row}`] : [];
  });
}
