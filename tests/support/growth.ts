/**
 * How the time of a computation grows with the length of what it is given. Machines are shared, so it is the
 * processor's time that is taken, and the ratio of two times that counts, each the best of several in turns.
 */
import { cpuUsage } from "node:process";

const [ROUNDS, FACTOR] = [5, 8];
const MICROS_PER_MILLI = 1_000;
/** Shorter times are more noise than work. */
const TIME_MS_MIN = 20;
/** A length that is this far above the first one must take a time that can be measured, or is no walk at all. */
const DOUBLINGS_MAX = 6;

/** Between 8, which is linear growth, and 64, which is quadratic: where a test says that it is not linear. */
export const RATIO_MAX = 24;

/**
 * The time for eight times the length over that for the length itself.
 *
 * @param run Does the work for a length; what it prepares for each length is made outside of it.
 */
export function growthRatio(prepare: (length: number) => () => void, length: number): number {
  let first = length;
  let run = prepare(first);
  run();
  for (let doubling = 0; doubling < DOUBLINGS_MAX && processorMs(run) < TIME_MS_MIN; doubling++) {
    first *= 2;
    run = prepare(first);
  }
  const long = prepare(FACTOR * first);
  let [best, bestLong] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    best = Math.min(best, processorMs(run));
    bestLong = Math.min(bestLong, processorMs(long));
  }
  return bestLong / Math.max(best, TIME_MS_MIN);
}

/** The processor's time that a computation takes in this process. */
export function processorMs(run: () => void): number {
  const before = cpuUsage();
  run();
  const { user, system } = cpuUsage(before);
  return (user + system) / MICROS_PER_MILLI;
}
