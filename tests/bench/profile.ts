/** Where the time of an analysis goes: self time by part of the program, from V8's profiles of its threads. */
import { join } from "node:path";
import { measure } from "./measure.ts";
import { analysis, fromSource, type QueryName } from "./programs.ts";
import { figure, markdownTable } from "./table.ts";
import type { Workbench } from "./workbench.ts";

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
}

/** As `--cpu-prof` writes it. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Waiting, and what is there only because of the profile. */
const NOT_WORK = ["(idle)", "op_worker_maybe_wait_for_debugger"];
/** Parts with less are summed up. */
const SHARE_MIN = 0.02;

/** The process may end while a worker still writes its profile; the run is then not counted. */
const RUNS_MAX = 5;

/** Microseconds of each part of the program. */
type Parts = Map<string, number>;

/** A table of the parts, for the count and the windows by type over a topic of so many calls. */
export async function profileTable(bench: Workbench, count: number): Promise<string> {
  const runs = [await partsOf(bench, "by_type", count), await partsOf(bench, "windows", count)];
  const totals = runs.map((parts) => parts.values().reduce((sum, micros) => sum + micros, 0));
  const shares = (part: string) => runs.map((parts, run) => (parts.get(part) ?? 0) / totals[run]!);
  const large = [...new Set(runs.flatMap((parts) => [...parts.keys()]))]
    .filter((part) => Math.max(...shares(part)) >= SHARE_MIN)
    .toSorted((left, right) => Math.max(...shares(right)) - Math.max(...shares(left)));
  const cells = (micros: readonly number[]) =>
    micros.flatMap((each, run) => [figure(Math.round(each / 1_000)), (each * 100 / totals[run]!).toFixed(1)]);
  const rest = runs.map((parts, run) =>
    totals[run]! - large.reduce((sum, part) => sum + (parts.get(part) ?? 0), 0)
  );
  return markdownTable(["part", "count, ms", "%", "windows, ms", "%"], [
    ...large.map((part) => [part, ...cells(runs.map((parts) => parts.get(part) ?? 0))]),
    ["all others", ...cells(rest)],
    ["sum", ...cells(totals)],
  ]);
}

async function partsOf(bench: Workbench, query: QueryName, count: number): Promise<Parts> {
  const { place } = await bench.topic({ count });
  const parts: Parts = new Map();
  for (const profile of await wholeProfiles(bench, query, place)) addTo(parts, profile);
  return parts;
}

/** The profiles of all threads of one run. */
async function wholeProfiles(bench: Workbench, query: QueryName, topic: string): Promise<CpuProfile[]> {
  const [deno, run, ...args] = fromSource("-b", bench.servers, "--topic", topic, ...analysis(query));
  for (let runs = 0; runs < RUNS_MAX; runs++) {
    const directory = bench.newFile();
    bench.warm(topic);
    const command = [deno!, run!, "--cpu-prof", `--cpu-prof-dir=${directory}`, ...args];
    await measure(command, { cwd: bench.path, stdout: "null" });
    try {
      return [...Deno.readDirSync(directory)].map(({ name }) =>
        JSON.parse(Deno.readTextFileSync(join(directory, name))) as CpuProfile
      );
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  throw new Error(`In none of ${RUNS_MAX} runs did all threads write their profiles to the end`);
}

function addTo(microsByPart: Parts, { nodes, samples, timeDeltas }: CpuProfile): void {
  const partById = partsById(nodes);
  for (const [index, id] of samples.entries()) {
    const part = partById.get(id)!;
    if (NOT_WORK.includes(part)) continue;
    microsByPart.set(part, (microsByPart.get(part) ?? 0) + Math.max(0, timeDeltas[index]!));
  }
}

/** The part that each node belongs to; a kernel has no name in a profile, but a caller that has one. */
function partsById(nodes: CpuProfile["nodes"]): Map<number, string> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const isKernel = (id: number) => frames.get(id)!.functionName.includes("wasm");
  return new Map(nodes.map(({ id, callFrame }) => {
    if (!isKernel(id)) return [id, partOf(callFrame)];
    let caller = id;
    while (isKernel(caller)) caller = callers.get(caller)!;
    return [id, `${partOf(frames.get(caller)!)}, WebAssembly`];
  }));
}

function partOf({ functionName, url }: CallFrame): string {
  const [, own] = /\/(lib\/.+)$/.exec(url) ?? [];
  if (own !== undefined && !url.includes("/npm/")) return `\`${own}\``;
  const [, library] = /\/npm\/[^/]+\/([^/]+)\//.exec(url) ?? [];
  if (library !== undefined) return library;
  if (url === "" || /^(ext|node):/.test(url) || !url.includes("/")) {
    return functionName.startsWith("(") || functionName.startsWith("op_")
      ? functionName
      : "Deno's own scripts";
  }
  return "others";
}
