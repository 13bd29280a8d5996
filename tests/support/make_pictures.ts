/**
 * Makes the pictures in `docs/`: `deno task pictures`. First what the program prints on a terminal, then the dashboard,
 * with Chromium: it shows a real analysis of the built-in calls, which come in while the pictures are taken.
 */
import { findChromium, TestBrowser } from "./browser.ts";
import { drawDemo } from "./make_picture.ts";
import { start } from "./program.ts";
import { succeedInProcess } from "./program_in_process.ts";
import { makeRecordings } from "./recordings.ts";
import { tempDir } from "./temp_dir.ts";
import { whenTrue } from "./when_true.ts";

const DOCS = new URL("../../docs/", import.meta.url);

/** The pictures, by file. */
const PICTURES = [
  { file: "dashboard-results.png", place: "by_type/results", width: 1280, height: 860, colorScheme: "light" },
  { file: "dashboard-engine.png", place: "by_type/engine", width: 1280, height: 1060, colorScheme: "dark" },
  {
    file: "dashboard-narrow.png",
    place: "with_disposition/results",
    width: 390,
    height: 860,
    colorScheme: "light",
  },
] as const;

/** Batches before the pictures are taken, so that charts have something to show. */
const BATCHES_MIN = 25;

await drawDemo();
await makeRecordings();
const executable = await findChromium("pictures of the dashboard");
if (executable !== undefined) {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["topic", "create", "sf-police-calls", "--partitions", "3"], options);
  const flags = ["--ui", "--ui-port", "0", "--sink", "none", "--trigger", "1s"];
  const analysis = start(["analyze", ...flags], { ...options, msMax: 300_000 });
  const producer = start(["produce", "--rate", "120"], { ...options, msMax: 300_000 });
  await analysis.until(() => /Dashboard at \S+/.test(analysis.stderr));
  const [, url] = /Dashboard at (\S+)/.exec(analysis.stderr)!;
  const batchId = async () => {
    const queries = await (await fetch(`${url}/api/queries`)).json() as { readonly batchId: number | null }[];
    return Math.min(...queries.map((query) => query.batchId ?? -1));
  };
  await whenTrue(async () => await batchId() >= BATCHES_MIN, { withinMs: 120_000 });
  await using browser = await TestBrowser.start(executable);
  for (const { file, place, height, ...look } of PICTURES) {
    const { page } = await browser.open(`${url}/#/${place}`, look);
    await page.setViewportSize({ width: look.width, height });
    await whenTrue(async () => await page.locator("canvas, .bars li").count() > 5);
    // The charts are drawn once more, in their new size.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    await page.screenshot({ path: new URL(file, DOCS).pathname });
    await page.close();
  }
  for (const program of [producer, analysis]) {
    program.kill("SIGINT");
    await program.ended();
  }
}
