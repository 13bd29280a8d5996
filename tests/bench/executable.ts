/** How fast the executable starts: `--help` needs no broker and no worker. */
import { measure, median } from "./measure.ts";
import type { Start } from "./programs.ts";

const RUNS = 21;

/** The median of several starts. */
export async function measureHelp(start: Start): Promise<{ readonly ms: number; readonly runs: number }> {
  // The first start reads the file from the disk.
  await measure(start("--help"));
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push((await measure(start("--help"))).wallMs);
  return { ms: median(times), runs: RUNS };
}
