/** The imports of `lib/`, as a graph: between files, and between the folders that hold them. */
import { dirname, join, relative } from "node:path";

/** The directory. */
export const LIB = new URL("../../../lib/", import.meta.url).pathname;

/** The rooms from the bottom up; a room imports from those below it, and from itself. */
export const LEVELS: readonly (readonly string[])[] = [
  ["base"],
  ["config", "records"],
  ["sql", "registry"],
  ["stream"],
  ["broker", "checkpoint", "sinks"],
  ["plan"],
  ["monitoring"],
  ["produce", "consume", "analyze", "spark", "ui"],
  ["cli"],
];

/** The room of a file, as paths from `lib/` on. */
export function roomOf(file: string): string {
  return file.split("/", 1)[0]!;
}

/** An import, or a file that is named by its URL, as the code of a worker is. */
export interface Import {
  /** The importing file, from `lib/` on. */
  readonly file: string;
  readonly specifier: string;
}

/** Each node, and those that it points to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** All TypeScript and JavaScript files below a directory, those for browsers too. */
export function* sources(directory = LIB): Iterable<string> {
  for (const entry of Deno.readDirSync(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (/\.(tsx?|js)$/.test(entry.name)) yield path;
  }
}

/** The code of a file, without its comments. */
export function codeOf(path: string): string {
  return Deno.readTextFileSync(path)
    .replaceAll(/("(?:[^"\\\n]|\\.)*")|\/\*[^]*?\*\/|(?<!:)\/\/.*/g, "$1");
}

/** All imports of all files. */
export function* imports(): Iterable<Import> {
  for (const path of sources()) {
    const found = codeOf(path).matchAll(
      /(?:\bfrom\s*|\bimport\s*\(?\s*)"([^"]+)"|\bnew URL\(\s*"(\.[^"]+\.ts)"/g,
    );
    for (const [, imported, named] of found) {
      yield { file: relative(LIB, path), specifier: (imported ?? named)! };
    }
  }
}

/** The imports between files of `lib/`, types included. */
export function fileGraph(): Graph {
  const graph = new Map([...sources()].map((path) => [relative(LIB, path), new Set<string>()]));
  for (const { file, specifier } of imports()) {
    const target = join(dirname(file), specifier);
    if (specifier.startsWith(".") && graph.has(target)) graph.get(file)!.add(target);
  }
  return graph;
}

/** The graph between groups of nodes; edges within a group are left out, and so are nodes without a group. */
export function groupGraph(graph: Graph, groupOf: (node: string) => string | undefined): Graph {
  const groups = new Map<string, Set<string>>();
  for (const [node, targets] of graph) {
    const from = groupOf(node);
    if (from === undefined) continue;
    if (!groups.has(from)) groups.set(from, new Set());
    for (const target of targets) {
      const to = groupOf(target);
      if (to !== undefined && to !== from) groups.get(from)!.add(to);
    }
  }
  return groups;
}

/** Everything that can be reached from a node, over one edge or more. */
export function reachable(graph: Graph, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [from];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const next of graph.get(node) ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      waiting.push(next);
    }
  }
  return found;
}

/** The edges that are part of a circle, as `from → to`. */
export function circles(graph: Graph): string[] {
  return [...graph].flatMap(([from, targets]) =>
    [...targets].filter((to) => to === from || reachable(graph, to).has(from)).map((to) => `${from} → ${to}`)
  );
}
