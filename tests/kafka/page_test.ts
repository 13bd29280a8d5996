/** The page of the dashboard, in a real browser, beside a real analysis on a real Kafka. */
import { deepEqual } from "assert";
import { findChromium } from "../support/browser.ts";
import { sharedKafka } from "../support/kafka.ts";
import { pageLaws } from "../support/page_laws.ts";
import { WatchedAnalysis } from "../support/watched_analysis.ts";
import { Workplace } from "../support/workplace.ts";

const executable = await findChromium("the page of the dashboard, in a browser");
const { servers } = await sharedKafka();

Deno.test({
  name: "On Kafka, the page shows what a running analysis has found, and how it runs",
  ignore: executable === undefined,
  async fn(t) {
    await using place = new Workplace(servers);
    await using watched = await WatchedAnalysis.start(place, executable!);
    await pageLaws(t, watched);
    await t.step("Nothing is wrong in the console", () => deepEqual(watched.errors, []));
    await watched.stop();
  },
});
