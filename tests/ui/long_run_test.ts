/** A page that is left open for long. */
import { deepEqual, ok } from "assert";
import type { CDPSession, Page } from "playwright-core";
import { HISTORY_BATCHES_MAX } from "../../lib/base/bounds.ts";
import { findChromium, TestBrowser } from "../support/browser.ts";
import { openFigures, shownFigures } from "../support/page_reader.ts";
import { toldUi } from "../support/ui_fixture.ts";

/** Batches that are told at once: fewer than are kept for a page that was cut off. */
const AT_ONCE = 1_000;
/** The history is full after the first ones, and is thinned from then on. */
const FIRST = 2 * HISTORY_BATCHES_MAX;
const ALL = 14 * HISTORY_BATCHES_MAX;

/** Kept in full, six times as many batches would take more than twice as much as the first ones. */
const GROWTH_MAX = 1.75;

const executable = await findChromium("a page that is left open, in a browser");

interface Taken {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What a page takes, without what it will not use any more. */
async function takenBy(session: CDPSession): Promise<Taken> {
  // What the first collection has set free may hold what the second one frees.
  for (let count = 0; count < 2; count++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
}

async function showsBatch(page: Page, batchId: number): Promise<void> {
  await page.getByRole("figure", { name: "Input Rows" }).getByText(`batch ${batchId},`).waitFor();
}

Deno.test({
  name:
    "A page that is told of thousands of batches takes no more memory for them, and has all of them to show",
  ignore: executable === undefined,
  async fn() {
    await using ui = await toldUi();
    await using browser = await TestBrowser.start(executable!);
    const { page, errors } = await browser.open(`${ui.url}/#/by_type/engine`);
    const session = await page.context().newCDPSession(page);
    const taken: Taken[] = [];
    for (let told = AT_ONCE; told <= ALL; told += AT_ONCE) {
      for (let count = 0; count < AT_ONCE; count++) ui.run.commit(ui);
      await showsBatch(page, told - 1);
      if (told === FIRST || told === ALL) taken.push(await takenBy(session));
    }
    const [first, last] = taken as [Taken, Taken];
    for (const what of ["heapBytes", "nodes", "listeners"] as const) {
      ok(last[what] <= GROWTH_MAX * first[what], `${what}: from ${first[what]} to ${last[what]}`);
    }
    // No batch is missing, and none is there twice, whether by itself or in a minute or an hour.
    await page.getByText("All", { exact: true }).click();
    await openFigures(page);
    await page.getByRole("region", { name: "Figures of Input Rows" }).getByText(`batch ${ALL - 1}`).waitFor();
    const shown = (await shownFigures(page))["Input Rows"]!.map(([, label]) =>
      /^batch(?:es (\d+)–| )(\d+)$/.exec(label!)!
    ).map(([, from, to]) => [Number(from ?? to), Number(to)] as const).toReversed();
    deepEqual(shown.map(([from]) => from), [0, ...shown.slice(0, -1).map(([, to]) => to + 1)]);
    deepEqual(shown.at(-1)![1], ALL - 1);
    deepEqual(errors, []);
  },
});
