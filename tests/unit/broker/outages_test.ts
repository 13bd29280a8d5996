import { deepEqual, equal } from "assert";
import { OUTAGE_REPORTED_MS } from "../../../lib/base/bounds.ts";
import { systemClock } from "../../../lib/base/clock.ts";
import type { OutageNews } from "../../../lib/broker/outages/outage_watch.ts";
import { Outages } from "../../../lib/broker/outages/outages.ts";
import { outageText } from "../../../lib/broker/outages/report_outage.ts";

const LEFT_MS = 30_000;
const silent = (server: string): OutageNews => ({
  kind: "silent",
  servers: [server],
  silentMs: OUTAGE_REPORTED_MS,
  leftMs: LEFT_MS,
});
const BACK: OutageNews = { kind: "back", afterMs: 9_000 };

/** What is told, as it comes. */
function listen() {
  const told: OutageNews[] = [];
  const first = Promise.withResolvers<void>();
  const outages = new Outages((news) => {
    told.push(news);
    first.resolve();
  }, systemClock);
  return { outages, told, untilTold: first.promise };
}

Deno.test("An outage that several threads tell of is told once, and is over when it is for all of them", async () => {
  const { outages, told, untilTold } = listen();
  const [one, other] = [{}, {}];
  outages.ofThread(one, silent("a:9092"));
  outages.ofThread(other, silent("b:9092"));
  outages.ofThread(one, silent("a:9092"));
  await untilTold;
  const [news] = told;
  deepEqual(news?.kind === "silent" && news.servers, ["a:9092", "b:9092"]);
  outages.ofThread(one, BACK);
  equal(told.length, 1);
  outages.ofThread(other, BACK);
  deepEqual(told.map(({ kind }) => kind), ["silent", "back"]);
});

Deno.test("A thread that ends in an outage does not say that Kafka is back, and the next answer does", async () => {
  const { outages, told, untilTold } = listen();
  const thread = {};
  outages.ofThread(thread, silent("a:9092"));
  await untilTold;
  outages.threadEnded(thread);
  equal(told.length, 1);
  outages.answered(outages.begin(LEFT_MS, { servers: () => [] }));
  deepEqual(told.map(({ kind }) => kind), ["silent", "back"]);
});

Deno.test("The text of an outage names the servers and the time when it is given up, by the wall clock", () => {
  const nowMs = new Date(2026, 0, 2, 12, 2, 15).getTime();
  const news = { kind: "silent", servers: ["a:9092", "b:9092"], silentMs: 5_400, leftMs: 55_000 } as const;
  equal(
    outageText(news, nowMs),
    "Kafka at a:9092, b:9092 has not answered for 5 s; retrying until 12:03:10.",
  );
  equal(
    outageText({ ...news, refusal: "There is no leader." }, nowMs),
    "Kafka at a:9092, b:9092 has returned only errors for 5 s (There is no leader); " +
      "retrying until 12:03:10.",
  );
});
