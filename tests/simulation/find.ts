/**
 * Simulates seeds, once each, until one finds something, and prints that as JSON; nothing if none does.
 *
 *     deno run --allow-all tests/simulation/find.ts KIND FIRST_SEED SEEDS_MAX
 */
import { tempDir } from "../support/temp_dir.ts";
import { say } from "../support/say.ts";
import { type Kind, KINDS } from "./scenario.ts";
import { simulate } from "./simulate.ts";

const [kind, ...numbers] = Deno.args;
const [first, seedsMax] = numbers.map(Number);
const thrown: string[] = [];
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  thrown.push(`nobody handles: ${event.reason}`);
});
for (let seeds = 1; seeds <= seedsMax!; seeds++) {
  await using directory = await tempDir({ inMemory: true });
  const { findings } = await simulate(KINDS[kind as Kind](first! + seeds - 1), directory.path);
  const found = [...findings, ...thrown];
  if (found.length === 0) continue;
  say(JSON.stringify({ seeds, finding: found[0] }));
  break;
}
