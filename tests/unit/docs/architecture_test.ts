/** What the pages say of the structure of lib/, held to its imports. */
import { deepEqual, equal, ok } from "assert";
import { fileGraph, type Graph, groupGraph, LEVELS, reachable, roomOf } from "../tree/lib_imports.ts";

const ROOT = new URL("../../../", import.meta.url);
const ARCHITECTURE = Deno.readTextFileSync(new URL("docs/architecture.md", ROOT));
const CONTRIBUTING = Deno.readTextFileSync(new URL("CONTRIBUTING.md", ROOT));

const IMPORTS = groupGraph(fileGraph(), roomOf);

/** The arrows of the picture that follows a title, as a graph. */
function pictureAfter(title: string): Graph {
  const [, section] = ARCHITECTURE.split(`\n## ${title}\n`);
  const [, picture] = /^```mermaid\nflowchart TB\n([^]*?)^```/m.exec(section!)!;
  const graph = new Map<string, Set<string>>();
  for (const line of picture!.trim().split("\n")) {
    const [from, to] = line.split("-->").map((side) => side.split("&").map((room) => room.trim()));
    ok(from !== undefined && to !== undefined, `not an arrow: ${line}`);
    for (const room of from) graph.set(room, new Set([...graph.get(room) ?? [], ...to]));
  }
  return graph;
}

function edges(graph: Graph): string[] {
  return [...graph].flatMap(([from, targets]) => [...targets].map((to) => `${from} → ${to}`)).toSorted();
}

Deno.test("Each arrow of the picture of the modules is an import", () => {
  const real = edges(IMPORTS);
  deepEqual(edges(pictureAfter("Modules")).filter((edge) => !real.includes(edge)), []);
});

Deno.test("Each import between modules follows the arrows of the picture", () => {
  const picture = pictureAfter("Modules");
  const missing = [...IMPORTS].flatMap(([from, targets]) => {
    const ways = reachable(picture, from);
    return [...targets].filter((to) => !ways.has(to)).map((to) => `${from} → ${to}`);
  });
  deepEqual(missing, []);
});

Deno.test("No arrow of the picture of the modules repeats a way along others", () => {
  const picture = pictureAfter("Modules");
  const repeated = [...picture].flatMap(([from, targets]) =>
    [...targets].filter((to) =>
      [...targets].some((other) => other !== to && reachable(picture, other).has(to))
    ).map((to) => `${from} → ${to}`)
  );
  deepEqual(repeated, []);
});

Deno.test("The pages give the modules the levels that the test of imports holds them to", () => {
  const rows = [...ARCHITECTURE.matchAll(/^\| (\d)\s*\| `(\w+)\/`/gm)];
  const table = LEVELS.map((_rooms, level) =>
    rows.filter((row) => Number(row[1]) === level).map((row) => row[2]!)
  );
  const [chain] = /^`base`[^]*?`cli`$/m.exec(CONTRIBUTING)!;
  const chained = chain.split("←").map((level) => [...level.matchAll(/`(\w+)`/g)].map((room) => room[1]!));
  const sorted = (levels: readonly (readonly string[])[]) => levels.map((rooms) => rooms.toSorted());
  deepEqual(sorted(table), sorted(LEVELS));
  deepEqual(sorted(chained), sorted(LEVELS));
});

for (
  const [way, count] of [["A record's way", 10], ["A batch's way to a page", 8], [
    "A setting's way",
    10,
  ]] as const
) {
  Deno.test(`${way} is told in ${count} steps, each with the files that it is in`, () => {
    const [, section] = ARCHITECTURE.split(`\n## ${way}\n`);
    const steps = section!.split("\n## ")[0]!.split(/^\d+\. /m).slice(1);
    deepEqual(steps.filter((step) => !/`lib\/[\w/.]+`/.test(step)), []);
    equal(steps.length, count);
  });
}
