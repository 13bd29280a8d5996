import { deepEqual, ok } from "assert";
import { check } from "./check.ts";
import { say } from "../support/say.ts";
import { TODAY } from "../support/today.ts";
import { type Kind, KINDS } from "./scenario.ts";

const SEEDS: Record<Kind, number> = { mixed: 60, failing: 20 };
/** Each of so many is simulated twice: what makes a simulation differ from itself is not rare. */
const REPEAT_EACH = 10;
/** Others each day. */
const FIRST_SEED = TODAY * 1_000;

const LAWS: Record<Kind, string> = {
  mixed:
    "Whatever happens to an analysis, in whichever order: when it stops, each row has its effect exactly once",
  failing: "A run whose store fails ends, with all its queries, and the next one goes on where it was",
};

for (const kind of Object.keys(LAWS) as Kind[]) {
  Deno.test(LAWS[kind], async () => {
    say(`To simulate again: tests/simulation/run.ts --kind ${kind} --seed ${FIRST_SEED}`);
    let batches = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS[kind]; seed++) {
      const outcome = await check(KINDS[kind](seed), { isRepeated: seed % REPEAT_EACH === 0 });
      batches += outcome.batches;
      deepEqual(outcome.findings, [], `seed ${seed}: ${JSON.stringify(outcome.scenario)}`);
    }
    // Runs in which nothing happens prove nothing.
    ok(batches > SEEDS[kind], String(batches));
  });
}
