/**
 * Puts each fault back, simulates seeds until one finds it, from several first seeds, and prints the table of
 * `docs/reliability.md`.
 *
 *     deno run --allow-all tests/simulation/mutation_table.ts [NAME]
 */
import { say } from "../support/say.ts";
import { tempDir } from "../support/temp_dir.ts";
import { copyProgram, findIn, putBack } from "./mutate.ts";
import { MUTANTS } from "./mutants.ts";

const FIRST_SEEDS = [1, 1_001, 2_001];
const SEEDS_MAX = 500;

say(
  "| Fault | What is taken out | Seeds, median | Seeds, most | Found as |\n| --- | --- | --- | --- | --- |",
);
await using copy = await tempDir();
await copyProgram(copy.path);
for (const mutant of MUTANTS.filter(({ name }) => name.includes(Deno.args[0] ?? ""))) {
  await using _fault = await putBack(mutant, copy.path);
  const seeds: number[] = [];
  let finding = "";
  for (const seed of FIRST_SEEDS) {
    const found = await findIn(copy.path, { kind: mutant.kind, seed, seedsMax: SEEDS_MAX });
    seeds.push(found?.seeds ?? Infinity);
    finding = found?.finding ?? finding;
  }
  seeds.sort((left, right) => left - right);
  const [median, most] = [seeds[Math.floor(seeds.length / 2)]!, seeds.at(-1)!].map((count) =>
    count === Infinity ? `over ${SEEDS_MAX}` : count
  );
  say(`| ${mutant.name} | ${mutant.without} | ${median} | ${most} | ${finding.split("\n")[0]} |`);
}
