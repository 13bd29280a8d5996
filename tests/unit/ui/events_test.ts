/** Events for pages: in order, without a gap over a break, and at no cost for the run if a page is slow or dead. */
import { deepEqual, equal, ok, rejects } from "assert";
import { EVENT_CLIENT_BYTES_MAX, EVENT_HEARTBEAT_MS, EVENTS_KEPT_MAX } from "../../../lib/base/bounds.ts";
import { type Clock, systemClock } from "../../../lib/base/clock.ts";
import { EventReader, type ServerSentEvent } from "../../support/server_sent_events.ts";
import { ToldRun, toldUi } from "../../support/ui_fixture.ts";

function batchIds(events: readonly ServerSentEvent[]): number[] {
  return events.map(({ event, data }) => {
    equal(event, "batch");
    return (data as { point: { batchId: number } }).point.batchId;
  });
}

function upTo(count: number, from = 0): number[] {
  return Array.from({ length: count - from }, (_, index) => from + index);
}

Deno.test("A page is told to load the histories first, and then of each batch in order", async () => {
  await using ui = await toldUi();
  ui.run.commit(ui);
  await using page = await EventReader.connect(ui.url);
  deepEqual(await page.next(), { id: "run-1.1", event: "reset", data: {} });
  for (let count = 0; count < 3; count++) ui.run.commit(ui);
  const events = await page.take(3);
  deepEqual(batchIds(events), [1, 2, 3]);
  deepEqual(events.map(({ id }) => id), ["run-1.2", "run-1.3", "run-1.4"]);
  // The histories have the same numbers.
  deepEqual(events.map(({ data }) => (data as { sequence: number }).sequence), [2, 3, 4]);
});

Deno.test("Only the last batch of a query in a bundle comes with what is known of the query", async () => {
  await using ui = await toldUi();
  await using page = await EventReader.connect(ui.url);
  await page.next();
  for (let count = 0; count < 3; count++) ui.run.commit(ui);
  const views = (await page.take(3)).map(({ data }) =>
    (data as { view?: { batchId: number } }).view?.batchId
  );
  deepEqual(views, [undefined, undefined, 2]);
});

Deno.test("A page that was cut off goes on after the last event that it got, without a gap", async () => {
  await using ui = await toldUi();
  let lastId: string;
  {
    await using page = await EventReader.connect(ui.url);
    await page.next();
    for (let count = 0; count < 3; count++) ui.run.commit(ui);
    lastId = (await page.take(2)).at(-1)!.id;
  }
  for (let count = 0; count < 3; count++) ui.run.commit(ui);
  await using again = await EventReader.connect(ui.url, { lastId });
  deepEqual(batchIds(await again.take(4)), [2, 3, 4, 5]);
  equal((await again.next()).event, "status");
  ui.run.commit(ui);
  deepEqual(batchIds([await again.next()]), [6]);
});

Deno.test("A page goes on as long as the batches since are kept; otherwise it starts over", async () => {
  await using ui = await toldUi();
  for (let count = 0; count < EVENTS_KEPT_MAX + 1; count++) ui.run.commit(ui);
  await using oldest = await EventReader.connect(ui.url, { lastId: "run-1.1" });
  deepEqual(batchIds(await oldest.take(EVENTS_KEPT_MAX)), upTo(EVENTS_KEPT_MAX + 1, 1));
  for (const lastId of ["run-1.0", "run-0.4000", "run-1.99999", "run-1", "x", "run-1.-1", "run-1.1e3"]) {
    await using page = await EventReader.connect(ui.url, { lastId });
    equal((await page.next()).event, "reset", lastId);
  }
});

Deno.test("A change of status reaches pages although there is no batch", async () => {
  await using ui = await toldUi();
  await using page = await EventReader.connect(ui.url);
  await page.next();
  const status = { message: "Processing new data", isDataAvailable: true, isTriggerActive: true };
  ui.run.view = { ...ui.run.view, status };
  ui.listener.status?.({ query: "by_type", status });
  const { event, data } = await page.next();
  equal(event, "status");
  deepEqual((data as { view: { status: unknown } }).view.status, status);
});

Deno.test("A page that came before the run began is told to load everything when it begins", async () => {
  const run = new ToldRun("by_type");
  run.runId = undefined;
  await using ui = await toldUi({ run });
  await using page = await EventReader.connect(ui.url);
  deepEqual(await page.next(), { id: "none.0", event: "reset", data: {} });
  run.runId = "run-1";
  ui.listener.started?.({ runId: "run-1", queries: [] });
  deepEqual(await page.next(), { id: "run-1.0", event: "reset", data: {} });
  ui.run.commit(ui);
  equal((await page.next()).id, "run-1.1");
});

Deno.test("Pages are told that the connection is alive while there is nothing else to tell", async () => {
  const [first, others] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const beats = [first.promise];
  const clock: Clock = {
    nowMs: () => systemClock.nowMs(),
    monotonicMs: () => systemClock.monotonicMs(),
    sleep: (ms, signal) =>
      ms === EVENT_HEARTBEAT_MS ? beats.shift() ?? others.promise : systemClock.sleep(ms, signal),
  };
  await using ui = await toldUi({ clock });
  await using page = await EventReader.connect(ui.url);
  const { id } = await page.next();
  first.resolve();
  deepEqual(await page.next(), { id, event: "alive", data: {} });
});

Deno.test("The end of the run is the last that pages are told", async () => {
  await using ui = await toldUi();
  await using page = await EventReader.connect(ui.url);
  await page.next();
  ui.run.commit(ui);
  ui.run.view = { ...ui.run.view, health: "ended", isRunning: false };
  ui.listener.ended?.();
  await ui.close();
  deepEqual(batchIds([await page.next()]), [0]);
  await rejects(() => page.next());
});

Deno.test("A page that does not read is cut off, and neither the run nor other pages wait for it", async () => {
  const run = new ToldRun("by_type");
  // A few of these are more than the system keeps for a connection.
  const bundleBytes = 4 * EVENT_CLIENT_BYTES_MAX;
  run.view = { ...run.view, sql: "x".repeat(bundleBytes) };
  await using ui = await toldUi({ run });
  const dead = await Deno.connect({ hostname: "127.0.0.1", port: ui.port });
  await dead.write(new TextEncoder().encode("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
  await dead.read(new Uint8Array(1));
  await using page = await EventReader.connect(ui.url);
  await page.next();
  const count = 8;
  for (let id = 0; id < count; id++) {
    ui.run.commit(ui);
    // Each is a bundle of its own.
    deepEqual(batchIds([await page.next()]), [id]);
  }
  let bytes = 0;
  const buffer = new Uint8Array(1_048_576);
  try {
    for (;;) {
      const read = await dead.read(buffer);
      if (read === null) break;
      bytes += read;
    }
  } catch (error) {
    ok(error instanceof Deno.errors.ConnectionReset, String(error));
  }
  dead.close();
  ok(bytes < count * bundleBytes / 2, `It got ${bytes} bytes`);
});
