/** What the store of a simulation has to hold, worked out from the records without any haste. */
import type { SimulatedRecord } from "./cluster.ts";
import type { QueryName } from "./scenario.ts";
import type { StoredBatch } from "./target.ts";
import type { World } from "./world.ts";

/** What happened in a simulation. */
export interface History extends Pick<World, "appended" | "appendedSilent" | "deleted"> {
  readonly batches: readonly StoredBatch[];
  /** Whether the windows that are still open were emitted at the end. */
  readonly isFlushed: boolean;
}

const MINUTE_MS = 60_000;

/** What the program says of records that are gone, unless it is still in doubt. */
const LOSS = /^(?!.*Checking again).*(deleted|no longer exists|truncated|Cannot read)/;

/** What differs; nothing if all is as it should be. */
export function differences(query: QueryName, history: History): string[] {
  const { batches } = history;
  const numbers = batches.map(({ batchId }) => batchId);
  const isRising = numbers.every((number, index) => index === 0 || number > numbers[index - 1]!);
  const order = isRising ? [] : [`batches are committed out of order: ${numbers.join(", ")}`];
  const rows = batches.flatMap(({ rows }) => rows);
  switch (query) {
    case "rows":
      return [...order, ...compare(counted(history, byId), rows.map(([id]) => [String(id), 1]))];
    case "distinct": {
      // A batch whose sink has it runs again for its state only, which lacks the records that were deleted since: what
      // is equal to one of these is taken for new.
      const seen = new Set<number>();
      const isNew = ({ id }: SimulatedRecord) => !seen.has(id) && seen.add(id);
      const appended = history.appended.filter((record) => isNew(record) || history.deleted.has(record.id));
      const once = { appended, deleted: history.deleted };
      return [...order, ...compare(counted(once, byId), rows.map(([id]) => [String(id), 1]))];
    }
    case "counts": {
      const last = (batches.at(-1)?.rows ?? []).map(([type, count]) =>
        [String(type), Number(count)] as const
      );
      return [...order, ...compare(counted(history, ({ type }) => type), last)];
    }
    case "windows":
    case "merged": {
      const { appended, appendedSilent, deleted } = history;
      const all = { appended: query === "merged" ? [...appended, ...appendedSilent] : appended, deleted };
      const groups = rows.map(([window, type, count]) => [`${window} ${type}`, Number(count)] as const);
      const names = groups.map(([name]) => name);
      const twice = names.filter((name, index) => names.indexOf(name) < index);
      return [
        ...order,
        ...twice.map((name) => `emitted twice: ${name}`),
        ...compare(counted(history.isFlushed ? all : withoutLast(all), byWindow), groups),
      ];
    }
  }
}

/** How often something may count: less often, if records of it were deleted. */
interface Counts {
  least: number;
  most: number;
}

function counted(
  { appended, deleted }: Pick<History, "appended" | "deleted">,
  keyOf: (record: SimulatedRecord) => string,
): Map<string, Counts> {
  const groups = new Map<string, Counts>();
  for (const record of appended) {
    const key = keyOf(record);
    const counts = groups.get(key) ?? { least: 0, most: 0 };
    groups.set(key, counts);
    counts.most++;
    if (!deleted.has(record.id)) counts.least++;
  }
  return groups;
}

function byId({ id }: SimulatedRecord): string {
  return String(id);
}

function byWindow({ eventMs, type }: SimulatedRecord): string {
  return `${Math.floor(eventMs / MINUTE_MS) * MINUTE_MS} ${type}`;
}

/** Without the last records, whose window is still open. */
function withoutLast(
  { appended, deleted }: Pick<History, "appended" | "deleted">,
): Pick<History, "appended" | "deleted"> {
  const last = Math.max(...appended.map(({ eventMs }) => eventMs));
  return { appended: appended.filter(({ eventMs }) => eventMs < last), deleted };
}

/**
 * What is wrong with what the runs have told of losses: one that was none, or one that was not told.
 *
 * @param rows The batches of a query that shows each record, if there is one.
 */
export function wronglyTold(
  { told, rows }: { readonly told: readonly string[]; readonly rows: readonly StoredBatch[] | undefined },
  { deleted, lost, isReplaced }: Pick<World, "deleted" | "lost" | "isReplaced">,
): string[] {
  const losses = told.filter((message) => LOSS.test(message));
  if (losses.length > 0) {
    return deleted.size > 0 || isReplaced ? [] : losses.map((text) => `told a loss that was none: ${text}`);
  }
  if (rows === undefined) return [];
  const read = new Set(rows.flatMap(({ rows }) => rows.map(([id]) => id)));
  return [...lost].filter((id) => !read.has(id)).map((id) => `lost without a word: ${id}`);
}

function compare(
  expected: ReadonlyMap<string, Counts>,
  found: readonly (readonly [string, number])[],
): string[] {
  const sums = new Map<string, number>([...expected.keys()].map((key) => [key, 0]));
  for (const [key, count] of found) sums.set(key, (sums.get(key) ?? 0) + count);
  return [...sums].flatMap(([key, sum]) => {
    const { least, most } = expected.get(key) ?? { least: 0, most: 0 };
    if (sum < least) return [`missing: ${key}, ${sum} of ${least}`];
    return sum > most ? [`too many: ${key}, ${sum} in place of ${most}`] : [];
  });
}
