import { deepEqual, equal, match, ok, rejects } from "assert";
import { join } from "node:path";
import { systemHost } from "../../../lib/base/host.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import { DataSetClient } from "../../../lib/produce/input/data_set/data_set_client.ts";
import { DataSetInput } from "../../../lib/produce/input/data_set/data_set_input.ts";
import { placeIn } from "../../../lib/produce/input/data_set/row_place.ts";
import { inputRecords } from "../../../lib/produce/notes/input_records.ts";
import { RowTracker } from "../../../lib/produce/resume/row_tracker.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { makeCertificates } from "../../support/certificates.ts";
import { callServer, CLOSED, LATEST } from "../../support/dispatched_calls.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { OpenData, refusal } from "../../support/open_data.ts";
import { tempDir } from "../../support/temp_dir.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse("2026-08-01T00:00:00Z");

/** A clock on which a wait takes as long as is said, whatever it was for. */
class PausingClock extends FakeClock {
  readonly http = systemHost.http;
  readonly #pausesMs: number[];
  readonly #end: () => void;

  constructor(pausesMs: readonly number[], end: () => void) {
    super(NOW_MS);
    this.#pausesMs = [...pausesMs];
    this.#end = end;
  }

  override sleep(): Promise<void> {
    const ms = this.#pausesMs.shift();
    if (ms === undefined) this.#end();
    return super.sleep(ms ?? 0);
  }
}

function inputOf(server: OpenData, clock: PausingClock): DataSetInput {
  return new DataSetInput({
    client: new DataSetClient({ url: server.url, token: undefined, ca: undefined }, clock),
    dataSet: LATEST,
    history: CLOSED,
    timeColumn: "close_datetime",
    idColumn: "cad_number",
    where: undefined,
    pageSize: 100,
    beginMs: -Infinity,
    overlapMs: HOUR_MS,
    pollMs: HOUR_MS,
    endsAtEnd: false,
    recordOf: (row) => JSON.stringify(row),
    clock,
    localNowMs: () => clock.nowMs(),
  });
}

Deno.test("The history is read at the start, and after a pause that was too long for the latest calls", async () => {
  await using server = callServer({ closed: [1], latest: [2] });
  const stop = new AbortController();
  const input = inputOf(
    server,
    new PausingClock([HOUR_MS, HOUR_MS, 25 * HOUR_MS, HOUR_MS], () => stop.abort()),
  );
  const { splitterOf } = inputRecords({ name: input.name, placeHeader: "place" }, {
    keyField: "cad_number",
    schema: "any",
    withEventTime: false,
    zone: UTC,
  });
  for await (const items of input.items(splitterOf, { signal: stop.signal })) for (const _ of items);
  const asked = server.requests.map(({ dataSet }) => dataSet);
  deepEqual(asked, [CLOSED, LATEST, LATEST, LATEST, CLOSED, LATEST, LATEST]);
});

/** The time that a client waits in vain, and what it says in the end. */
async function vainWait(
  client: DataSetClient,
  clock: FakeClock,
): Promise<{ readonly ms: number; readonly message: string }> {
  const startMs = clock.monotonicMs();
  const question = { dataSet: LATEST, query: {}, signal: new AbortController().signal };
  const { message } = await client.rows(question).then(
    () => new Error("It has answered."),
    (error: Error) => error,
  );
  return { ms: clock.monotonicMs() - startMs, message };
}

Deno.test("A server that fails is asked for four seconds at first, for an hour once it has answered or named a pause", async () => {
  await using server = callServer({ closed: [], latest: [] });
  const clock = Object.assign(new FakeClock(NOW_MS), { http: systemHost.http });
  const clientOf = () => new DataSetClient({ url: server.url, token: undefined, ca: undefined }, clock);
  const client = clientOf();
  server.onRequest = () => refusal(503, "unavailable", "Down for maintenance");
  const first = await vainWait(client, clock);
  match(first.message, /answers 503 for data set gnap-fj3t: Down for maintenance\.$/);
  ok(first.ms > 1_000 && first.ms <= 4_000, String(first.ms));
  server.onRequest = () => undefined;
  equal(await vainWait(client, clock).then(({ message }) => message), "It has answered.");
  server.onRequest = () => refusal(500, "internal_error", "No");
  const later = await vainWait(client, clock);
  ok(later.ms > HOUR_MS - 120_000 && later.ms <= HOUR_MS, String(later.ms));
  ok(Math.max(...clock.sleeps) <= 60_000);
  server.onRequest = () => refusal(429, "throttled", "Slow down", { "retry-after": "1500" });
  equal((await vainWait(clientOf(), clock)).ms, 3_000_000);
  // By a date, in whole seconds; the answer after it may still be none.
  const untilMs = clock.nowMs() + 600_000;
  let left = 3;
  server.onRequest = () =>
    clock.nowMs() < untilMs - 1_000
      ? refusal(503, "unavailable", "Later", { "retry-after": new Date(untilMs).toUTCString() })
      : left-- > 0
      ? refusal(503, "unavailable", "Not yet")
      : undefined;
  const dated = await vainWait(clientOf(), clock);
  equal(dated.message, "It has answered.");
  ok(dated.ms > 599_000 && dated.ms < 604_000, String(dated.ms));
});

Deno.test("The server's certificate is checked, by the CAs of a file where there is one", async () => {
  await using directory = await tempDir();
  const { ca, otherCa, server: pem } = await makeCertificates(directory.path);
  await using server = new OpenData({ [LATEST]: { fields: ["id"], rows: [{ id: "1" }] } }, {
    pem: await Deno.readTextFile(pem),
  });
  const ask = async (path: string | undefined) => {
    const text = path === undefined ? undefined : await Deno.readTextFile(path);
    const client = new DataSetClient({ url: server.url, token: undefined, ca: text }, systemHost);
    return await client.rows({ dataSet: LATEST, query: {}, signal: new AbortController().signal });
  };
  deepEqual(await ask(ca), { rows: [{ id: "1" }], fields: ["id"] });
  for (const path of [undefined, otherCa]) {
    await rejects(ask(path), {
      message: /^Cannot reach https:\S+: .*certificate/,
      hint: /\[datasf\] ca_file/,
    });
  }
});

Deno.test("Two runs on a machine do not send the same data set to a topic at the same time", async () => {
  await using server = callServer({ closed: [], latest: [] });
  await using directory = await tempDir();
  const broker = openEmbeddedBroker(join(directory.path, "broker.db"));
  try {
    await broker.createTopic("calls", { numPartitions: 1, replicationFactor: 1 });
    const topic = (await broker.describeTopic("calls"))!;
    const input = inputOf(server, new PausingClock([], () => {}));
    const open = (header: string) =>
      new RowTracker({ input, header, directory: join(directory.path, "runs") }).open({
        ...{ broker, topic, input },
        signal: new AbortController().signal,
        rehearse: () => Promise.resolve(),
      });
    const first = await open("a:at");
    await rejects(open("a:at"), /^SfcrimeError: Another run is sending gnap-fj3t of \S+ to topic calls\.$/);
    (await open("b:at")).close();
    first.close();
    (await open("a:at")).close();
  } finally {
    await broker.close();
  }
});

Deno.test("A header that another program has written is no place", () => {
  for (
    const text of ["", "x", "2026-07-24T00:48:24 1", "2026-07-24T00:48:24 1 - x", "2026-13-24T00:48:24 1 - -"]
  ) {
    equal(placeIn(new TextEncoder().encode(text)), undefined, text);
  }
});
