/**
 * Simulates seeds, twice each, and says what it finds.
 *
 *     deno run --allow-all tests/simulation/run.ts [--seeds 1000] [--seed N] [--kind failing] [--trace]
 */
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { say } from "../support/say.ts";
import { type Kind, KINDS } from "./scenario.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    kind: { type: "string", default: "mixed" },
    trace: { type: "boolean", default: false },
  },
});

if (!(values.kind in KINDS)) {
  throw new Error(`There is no kind ${values.kind}: ${Object.keys(KINDS).join(", ")}.`);
}
const first = Number(values.seed);
let failed = 0;
let batches = 0;
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  const outcome = await check(KINDS[values.kind as Kind](seed), { isRepeated: true });
  batches += outcome.batches;
  if (values.trace) say(outcome.trace.join("\n"));
  if (outcome.findings.length === 0) continue;
  failed++;
  say(`seed ${seed}:\n${outcome.findings.join("\n")}\nwith ${JSON.stringify(outcome.scenario)}`);
}
say(`${values.seeds} seeds from ${first}, ${batches} batches: ${failed} with findings`);
if (failed > 0) Deno.exitCode = 1;
