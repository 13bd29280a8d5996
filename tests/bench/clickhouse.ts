/** ClickHouse inside Python, as chdb: it reads the calls from a file, and has no Kafka, no state and no batches. */
import { join } from "node:path";
import { installOnce, runTool } from "../support/cache.ts";
import { linesOf } from "./lines.ts";
import { measure } from "./measure.ts";
import { readThrough } from "./page_cache.ts";
import type { Sample } from "./race.ts";
import type { Workbench } from "./workbench.ts";

export const CHDB_VERSION = "4.4.0";

const SCRIPT = new URL("clickhouse_bench.py", import.meta.url).pathname;

/** The windows of so many calls in a file, ready to run. */
export async function clickHouseRun(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const { place, answers } = await bench.callsFile(count);
  const command = [await chdbPython(), "-B", SCRIPT, place];
  const rows = bench.newFile();
  return async () => {
    readThrough(place);
    const sample = await measure(command, { cwd: bench.path, stdout: { path: rows } });
    answers.checkWindows(linesOf(rows));
    await Deno.remove(rows);
    return sample;
  };
}

/** The Python that has chdb; installed when it is first asked for. */
async function chdbPython(): Promise<string> {
  const directory = await installOnce(`chdb-${CHDB_VERSION}`, async (fresh) => {
    await runTool("python3", ["-m", "venv", fresh]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"];
    await runTool(join(fresh, "bin", "python"), [...install, `chdb==${CHDB_VERSION}`]);
  });
  return join(directory, "bin", "python");
}
