/** Runs jobs in several lanes: each lane takes the next one when it is free. */

/** What each of the jobs gives, in their order. The first that throws ends it all, once those that run are over. */
export async function inLanes<T>(jobs: readonly (() => Promise<T>)[], lanes: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await jobs[index]!();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
