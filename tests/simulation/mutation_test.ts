/** Faults that were mended are put back in copies of the program: the simulation finds them. */
import { ok } from "assert";
import { tempDir } from "../support/temp_dir.ts";
import { copyWith, findIn } from "./mutate.ts";
import { MUTANTS } from "./mutants.ts";

/** Other changes may have moved what a seed finds. */
const SEEDS_MAX = 150;

for (const mutant of MUTANTS) {
  Deno.test(`Put back, the simulation finds it: ${mutant.name}`, async () => {
    await using directory = await tempDir();
    await copyWith(mutant, directory.path);
    const { kind, seed } = mutant;
    ok(await findIn(directory.path, { kind, seed, seedsMax: SEEDS_MAX }), `from seed ${seed}`);
  });
}
