/** Faults that were mended are put back in copies of the program: the simulation finds them. */
import { ok } from "assert";
import { tempDir } from "../support/temp_dir.ts";
import { ofToday } from "../support/today.ts";
import { copyProgram, findIn, putBack } from "./mutate.ts";
import { MUTANTS } from "./mutants.ts";

/** Other changes may have moved what a seed finds. */
const SEEDS_MAX = 150;

/** The days in which each fault has its turn. */
const DAYS = 2;

// Of a copy that stays where it is, Deno translates only what has changed.
const copy = await tempDir();
await copyProgram(copy.path);
Deno.test.afterAll(async () => await copy[Symbol.asyncDispose]());

Deno.test("Each fault can be put back, also those that have their turn on other days", async () => {
  for (const mutant of MUTANTS) await (await putBack(mutant, copy.path))[Symbol.asyncDispose]();
});

for (const mutant of ofToday(MUTANTS, DAYS)) {
  Deno.test(`Put back, the simulation finds it: ${mutant.name}`, async () => {
    await using _fault = await putBack(mutant, copy.path);
    const { kind, seed } = mutant;
    ok(await findIn(copy.path, { kind, seed, seedsMax: SEEDS_MAX }), `from seed ${seed}`);
  });
}
