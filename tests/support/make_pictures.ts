/**
 * Makes the pictures in `docs/`: `deno task pictures`. First what the program prints on a terminal, then the dashboard,
 * with Chromium: it shows a real analysis of the built-in calls, which come in while the pictures are taken.
 */
import type { QueryView } from "../../lib/monitoring/view/query_view.ts";
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
  { file: "dashboard.png", place: "", width: 1600, height: 984, colorScheme: "light" },
  { file: "dashboard-dark.png", place: "", width: 1920, height: 1000, colorScheme: "dark" },
  { file: "dashboard-narrow.png", place: "", width: 390, height: 1330, colorScheme: "light" },
  { file: "dashboard-results.png", place: "by_type/results", width: 1280, height: 860, colorScheme: "light" },
  { file: "dashboard-engine.png", place: "by_type/engine", width: 1280, height: 1060, colorScheme: "dark" },
] as const;

/** Calls that are analysed before the pictures are taken: of two days, so that charts have something to show. */
const RECORDS_MIN = 4_200;

/** Whether nothing in sight waits for its rows. */
const ALL_READ =
  "[...document.querySelectorAll('.nothing')].every((each) => each.getBoundingClientRect().top > innerHeight)";

await drawDemo();
await makeRecordings();
const executable = await findChromium("pictures of the dashboard");
if (executable !== undefined) {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["topic", "create", "sf-police-calls", "--partitions", "3"], options);
  const flags = ["--ui", "--ui-port", "0", "--sink", "none", "--trigger", "1s"];
  const analysis = start(["analyze", ...flags], { ...options, msMax: 300_000 });
  const producer = start(["produce", "--sort-by", "call_date_time", "--rate", "75", "--loop"], {
    ...options,
    msMax: 300_000,
  });
  await analysis.until(() => /Dashboard at \S+/.test(analysis.stderr));
  const [, url] = /Dashboard at (\S+)/.exec(analysis.stderr)!;
  const analysed = async () => {
    const queries = await (await fetch(`${url}/api/queries`)).json() as QueryView[];
    return Math.min(...queries.map(({ totals }) => totals.inputRecords));
  };
  await whenTrue(async () => await analysed() >= RECORDS_MIN, { withinMs: 120_000 });
  await using browser = await TestBrowser.start(executable);
  for (const { file, place, height, ...look } of PICTURES) {
    const { page } = await browser.open(`${url}/#/${place}`, look);
    await page.setViewportSize({ width: look.width, height });
    await whenTrue(async () => await page.locator("canvas, .bars li").count() > 5);
    await whenTrue(async () => await page.evaluate(ALL_READ));
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
