/** Where the time of an analysis goes: self time by part of the program, from V8's profiles of its threads. */
import { join } from "node:path";
import { measure } from "./measure.ts";
import { analysis, fromSource } from "./programs.ts";
import { figure, markdownTable } from "./table.ts";
import type { Workbench } from "./workbench.ts";

/** As `--cpu-prof` writes it. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Waiting, and what is there only because of the profile. */
const NOT_WORK = ["(idle)", "op_worker_maybe_wait_for_debugger"];
/** Parts with less are summed up. */
const SHARE_MIN = 0.01;

/** The process may end while a worker still writes its profile; the run is then not counted. */
const RUNS_MAX = 5;

/** A table of the parts, for a count by type over a topic of so many calls. */
export async function profileTable(bench: Workbench, count: number): Promise<string> {
  const microsByPart = new Map<string, number>();
  for (const profile of await wholeProfiles(bench, await bench.topic({ count }))) {
    addTo(microsByPart, profile);
  }
  const total = [...microsByPart.values()].reduce((sum, micros) => sum + micros, 0);
  const large = [...microsByPart].filter(([, micros]) => micros >= total * SHARE_MIN)
    .toSorted(([, left], [, right]) => right - left);
  const rest = total - large.reduce((sum, [, micros]) => sum + micros, 0);
  return markdownTable(
    ["part", "ms of all threads", "share, %"],
    [...large, ["all others", rest] as const].map(([part, micros]) => [
      part,
      figure(Math.round(micros / 1_000)),
      (micros * 100 / total).toFixed(1),
    ]),
  );
}

/** The profiles of all threads of one run. */
async function wholeProfiles(bench: Workbench, topic: string): Promise<CpuProfile[]> {
  const [deno, run, ...args] = fromSource("-b", bench.servers, "--topic", topic, ...analysis("by_type"));
  for (let runs = 0; runs < RUNS_MAX; runs++) {
    const directory = bench.file(`profiles-${runs}`);
    bench.warm(topic);
    await measure([deno!, run!, "--cpu-prof", `--cpu-prof-dir=${directory}`, ...args], { cwd: bench.path });
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

function addTo(microsByPart: Map<string, number>, { nodes, samples, timeDeltas }: CpuProfile): void {
  const partById = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame)]));
  for (const [index, id] of samples.entries()) {
    const part = partById.get(id)!;
    if (NOT_WORK.includes(part)) continue;
    microsByPart.set(part, (microsByPart.get(part) ?? 0) + Math.max(0, timeDeltas[index]!));
  }
}

function partOf({ functionName, url }: CpuProfile["nodes"][number]["callFrame"]): string {
  const [, own] = /\/(lib\/.+)$/.exec(url) ?? [];
  if (own !== undefined && !url.includes("/npm/")) return `\`${own}\``;
  const [, library] = /\/npm\/[^/]+\/([^/]+)\//.exec(url) ?? [];
  if (library !== undefined) return library;
  if (functionName.startsWith("wasm-function")) return "`lib/records/json/json_kernel.as`";
  if (url === "" || /^(ext|node):/.test(url) || !url.includes("/")) {
    return functionName.startsWith("(") || functionName.startsWith("op_")
      ? functionName
      : "Deno's own scripts";
  }
  return "others";
}
