/** The dashboard of the demo, which it serves while somebody watches it on a terminal. */
import { deepEqual, equal, match, ok } from "assert";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import { findChromium, TestBrowser } from "../support/browser.ts";
import { resultAtOnce } from "../support/page_reader.ts";
import { tempDir } from "../support/temp_dir.ts";
import { startOnTerminal } from "../support/terminal.ts";

const executable = await findChromium("the dashboard of the demo, in a browser");

Deno.test({
  name: "On a terminal, the demo names its dashboard, which has the demo's numbers to the end",
  ignore: executable === undefined,
  async fn() {
    await using directory = await tempDir();
    await using browser = await TestBrowser.start(executable!);
    const demo = startOnTerminal(["demo"], { columns: 100, rows: 40, cwd: directory.path });
    const address = () => /dashboard at (http:\/\/127\.0\.0\.1:\d+)/.exec(demo.screen().join("\n"))?.[1];
    await demo.until(() => address() !== undefined);
    const url = address()!;
    const { page, errors, origins } = await browser.open(`${url}/#/by_type/results`);
    await page.getByRole("button", { name: /^Show \d/ }).click();
    await page.getByText(/^\d+ rows, as of batch \d+$/).waitFor();
    const { note, rows } = await resultAtOnce(page);
    const [, batchId] = /as of batch (\d+)$/.exec(note)!;
    const { batches } = await (await fetch(`${url}/api/queries/by_type/history`)).json() as HistorySnapshot;
    const readUpTo = batches.filter((batch) => batch.batchId <= Number(batchId))
      .reduce((sum, { inputRows }) => sum + inputRows, 0);
    ok(readUpTo > 0);
    equal(rows.reduce((sum, [, count]) => sum + Number(count), 0), readUpTo);
    deepEqual(errors, []);
    // The end of the run, with its last batch, is the last that a page is told.
    await page.getByRole("main").getByText("Ended", { exact: true }).waitFor();
    equal(await page.locator("dt", { hasText: /^Records$/ }).locator("+ dd").textContent(), "6,802");
    equal(await demo.ended(), 0);
    match(demo.everything().join("\n"), /\b6,802 calls\b/);
    deepEqual([...origins], [url]);
  },
});
