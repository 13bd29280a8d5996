import { deepEqual, ok } from "assert";
import { check } from "./check.ts";
import { say } from "../support/say.ts";

const SEEDS = 300;
/** Others each day. */
const FIRST_SEED = Math.floor(Date.now() / 86_400_000) * 1_000;

Deno.test("Whatever happens to an analysis, in whichever order: when it stops, each row has its effect exactly once", async () => {
  say(`To simulate again: tests/simulation/run.ts --seed ${FIRST_SEED}`);
  let batches = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const outcome = await check(seed);
    batches += outcome.batches;
    deepEqual(outcome.findings, [], `seed ${seed}: ${JSON.stringify(outcome.scenario)}`);
  }
  // Runs in which nothing happens prove nothing.
  ok(batches > SEEDS, String(batches));
});
