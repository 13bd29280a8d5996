/** The work of an analysis to which nothing arrives. */
import { tempDir } from "../support/temp_dir.ts";
import { coreMs } from "./measure.ts";
import { fromSource } from "./programs.ts";
import type { Workbench } from "./workbench.ts";

/**
 * Starting up is not idling, and neither is what V8 clears away once in each thread, half a minute after it: that
 * takes some 300 ms in all, and came before or after the start of the measurement.
 */
const SETTLE_MS = 60_000;

/** Milliseconds of a core for each second, with a trigger of ten seconds and both queries. */
export async function measureIdle(
  bench: Workbench,
  { count, seconds }: { readonly count: number; readonly seconds: number },
): Promise<number> {
  await using directory = await tempDir();
  const { place: topic } = await bench.topic({ count });
  const [program, ...args] = fromSource("-b", bench.servers, "--topic", topic, "analyze", "--trigger", "10s");
  const analysis = new Deno.Command(program!, {
    args,
    cwd: directory.path,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    await batchesOfBoth(analysis.stderr);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const [startMs, usedBeforeMs] = [performance.now(), coreMs(analysis.pid)];
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    return (coreMs(analysis.pid) - usedBeforeMs) * 1_000 / (performance.now() - startMs);
  } finally {
    analysis.kill("SIGINT");
    await analysis.status;
  }
}

/** Waits until both queries have read what there is; what else is printed is then read and dropped. */
async function batchesOfBoth(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (!/by_type batch 0/.test(printed) || !/with_disposition batch 0/.test(printed)) {
    const { value } = await reader.read();
    if (value === undefined) throw new Error(`The analysis ended first:\n${printed}`);
    printed += value;
  }
  void (async () => {
    while (!(await reader.read()).done);
  })();
}
