/** `produce --source datasf` to a real Kafka: runs that are killed or stopped lose no row, and send none twice. */
import { deepEqual, equal, match, ok } from "assert";
import { openBroker } from "../support/brokers.ts";
import {
  cadNumber,
  callServer,
  CLOSED,
  closedMs,
  dispatchedCall,
  LATEST,
  localTime,
  range,
} from "../support/dispatched_calls.ts";
import { refusal } from "../support/open_data.ts";
import { sharedKafka } from "../support/kafka.ts";
import { killAt } from "../support/resumed_runs.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

/** More than are looked at first where a run goes on, in each partition. */
const CALLS = 5_500;

Deno.test("Calls of a run that is killed twice and stopped once are each in the topic once, on another machine too", async () => {
  // In order, so that the server does not take longer to sort them than they take to be sent.
  const closed = range(0, CALLS).toSorted((left, right) => closedMs(left) - closedMs(right));
  await using server = callServer({ closed, latest: range(CALLS - 500, CALLS + 200) });
  await using place = new Workplace(servers);
  const settings = { url: server.url, poll_interval: "20ms", page_size: "1000" };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-X", `datasf.${key}=${value}`]);
  const args = ["produce", "--source", "datasf", "--from", "beginning", ...options, "-z", "lz4"];
  const broker = await openBroker({ kind: "kafka", servers, clientId: "watch", properties: {} });
  try {
    await broker.createTopic(place.topic, { numPartitions: 2, replicationFactor: 1 });
    await killAt(place, args, { broker, count: 1_000 });
    // Others write to the topic, even the same records.
    await place.kcat(["-P", "-K", "|"], "261820001|other\n261820002|other\n");
    await killAt(place, args, { broker, count: 4_750 });
    const before = server.requests.length;
    const running = place.start([...args, "--data-dir", "elsewhere"]);
    await running.until(({ stderr }) => stderr.includes("Waiting for new rows"));
    server.dataSets[LATEST]!.rows.push(dispatchedCall(CALLS + 200));
    const asked = server.requests.length;
    await server.whenAsked(asked + 3);
    running.kill("SIGINT");
    const { code, stderr } = await running.ended();
    equal(code, 0, stderr);
    match(stderr, /has rows of gnap-fj3t of \S+: this run goes on after 2026-/);
    match(stderr, /^Stopped: a later run goes on after 2026-/m);
    // What was sent before is not asked for again, but for the latest calls.
    const first = server.requests.slice(before).find(({ dataSet, query }) =>
      dataSet === CLOSED && "$where" in query
    );
    const [, from] = /close_datetime >= '(.*?)'/.exec(first!.query.$where!)!;
    ok(from! > localTime(closedMs(3_250)), from);
    match((await place.succeedInProcess([...args, "--exit-at-end"])).stderr, /^0 records .* sent to /m);
  } finally {
    await broker.close();
  }
  const records = (await place.kcatRecords()).filter(({ payload }) => payload !== "other");
  const ids = records.map(({ payload }) => (JSON.parse(payload!) as { readonly crime_id: string }).crime_id);
  deepEqual(ids.toSorted(), range(0, CALLS + 201).map(cadNumber).toSorted());
  deepEqual(records.map(({ key }) => key), ids);
});

Deno.test("A run with transactions that fails in one, and the next, send each call once to readers of committed records", async () => {
  await using server = callServer({ closed: range(0, 100), latest: [] });
  await using place = new Workplace(servers);
  const settings = ["-X", `datasf.url=${server.url}`, "-X", "datasf.page_size=20"];
  const args = [
    "produce",
    "--source",
    "datasf",
    "--from",
    "beginning",
    "-e",
    ...settings,
    "--partitions",
    "2",
  ];
  const transactions = ["--transactional", "--transaction-records", "30", "--transaction-interval", "never"];
  server.onRequest = ({ query }) =>
    /cad_number >/.test(query.$where ?? "") && server.requests.length > 5
      ? refusal(400, "query.compiler.malformed", "No")
      : undefined;
  const failed = await place.runInProcess([...args, ...transactions]);
  equal(failed.code, 1, failed.stderr);
  server.onRequest = () => undefined;
  const before = (await place.kcatRecords()).length;
  ok(before > 0 && before < 60, String(before));
  await place.succeedInProcess([...args, ...transactions]);
  match((await place.succeedInProcess([...args, ...transactions])).stderr, /^0 records .* committed to /m);
  const ids = (await place.kcatRecords()).map(({ key }) => key);
  deepEqual(ids.toSorted(), range(0, 100).map(cadNumber).toSorted());
});

Deno.test("Of two runs that send the same at the same time, on two machines, the broker refuses what it has", async () => {
  await using server = callServer({ closed: [], latest: range(0, 20) });
  await using place = new Workplace(servers);
  const { rows } = server.dataSets[LATEST]!;
  const settings = ["-X", `datasf.url=${server.url}`, "-X", "datasf.history=none"];
  const args = ["produce", "--source", "datasf", "--from", "beginning", "-e", ...settings];
  await place.succeedInProcess(args);
  /** Runs while another run is overtaken, after it has looked at the topic. */
  const overtaken = (meanwhile: () => void) => {
    let isFirst = true;
    server.onRequest = async ({ query }) => {
      if (query.$where === undefined || !isFirst) return undefined;
      isFirst = false;
      await place.succeed([...args, "--data-dir", "elsewhere"]);
      meanwhile();
      return undefined;
    };
    return place.runInProcess(args);
  };
  rows.push(dispatchedCall(20), dispatchedCall(21));
  // Both find the same rows: those of the second count as sent again, and are not stored.
  equal((await overtaken(() => {})).code, 0);
  rows.push(dispatchedCall(22));
  const { code, stderr } = await overtaken(() => rows.push(dispatchedCall(23)));
  equal(code, 1, stderr);
  match(stderr, /refused records, so that none is stored twice/);
  match((await place.succeedInProcess(args)).stderr, /^1 record .* sent to /m);
  const ids = (await place.kcatRecords()).map(({ key }) => key);
  deepEqual(ids.toSorted(), range(0, 24).map(cadNumber));
});
