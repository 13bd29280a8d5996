/**
 * Which seeds are run. The first one is given by the day, and none is run that a record has: what was mended for a
 * seed says nothing about the next one.
 */
import { QUERIES_A_STREAM } from "./queries/mod.ts";

/** Seeds that a day has. */
const SEEDS_A_DAY = 1_000;

/** What the record says. */
export interface FuzzRecord {
  /** The day on which it was made, such as `2026-11-23`. */
  readonly date: string;
  readonly versions: { readonly spark: string; readonly deno: string };
  readonly seeds: { readonly first: number; readonly last: number };
  readonly cases: number;
  /** Cases that both engines answered to the end. */
  readonly answered: number;
  /** Seeds for which the answers differed. */
  readonly differing: readonly number[];
}

/** All records, the oldest one first. */
export const RECORD_FILE = new URL("record.json", import.meta.url);

/** The records that were made so far. */
export async function readRecords(): Promise<FuzzRecord[]> {
  return JSON.parse(await Deno.readTextFile(RECORD_FILE)) as FuzzRecord[];
}

/**
 * The first seed of a day (in UTC) behind which no record has any.
 *
 * @throws {Error} when the day has no seed left.
 */
export function freshSeed(records: readonly FuzzRecord[], now: Date): number {
  const first = Number(now.toISOString().slice(0, 10).replaceAll("-", "")) * SEEDS_A_DAY;
  const lasts = records.map(({ seeds }) => seeds.last).filter((last) =>
    last >= first && last < first + SEEDS_A_DAY
  );
  const fresh = Math.max(first, ...lasts.map((last) => last + 1));
  if (fresh < first + SEEDS_A_DAY) return fresh;
  throw new Error("The records have all seeds of today.");
}

/** The records that have one of the seeds. */
export function recordsWith(
  records: readonly FuzzRecord[],
  { first, last }: FuzzRecord["seeds"],
): FuzzRecord[] {
  return records.filter(({ seeds }) => seeds.first <= last && first <= seeds.last);
}

/** How to run a seed again. */
export function commandOf(seed: number): string {
  return `deno run --allow-all tests/fuzz/run.ts --seed ${seed} --cases ${QUERIES_A_STREAM}`;
}
