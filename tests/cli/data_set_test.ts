/** `produce --source datasf`, from a server that answers as the documentation of the API says. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { CALL_FIELDS } from "../../lib/records/call.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
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
import { type OpenData, refusal } from "../support/open_data.ts";
import { freePorts } from "../support/ports.ts";
import type { RunResult } from "../support/program.ts";
import { topicRecords } from "../support/topic_records.ts";
import { Workplace } from "../support/workplace.ts";

/** All that there is, in pages so small that there are several. */
const ALL = ["--from", "beginning", "--exit-at-end"];

function words(server: Pick<OpenData, "url">, args: readonly string[]): string[] {
  const settings = { url: server.url, page_size: "20", poll_interval: "10ms" };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-X", `datasf.${key}=${value}`]);
  return ["produce", "--source", "datasf", ...options, ...args];
}

function send(place: Workplace, server: Pick<OpenData, "url">, args: readonly string[]): Promise<RunResult> {
  return place.runInProcess(words(server, args));
}

async function succeed(place: Workplace, server: OpenData, args: readonly string[]): Promise<string> {
  const { code, stderr } = await send(place, server, args);
  equal(code, 0, stderr);
  return stderr;
}

/** The ids of the calls in the topic, in order. */
async function sentIds(place: Workplace): Promise<string[]> {
  return (await place.values()).map((value) => (JSON.parse(value) as { readonly crime_id: string }).crime_id);
}

/** The ids of calls, in the order in which they were closed. */
function byClosing(numbers: readonly number[]): string[] {
  return numbers.toSorted((left, right) => closedMs(left) - closedMs(right) || left - right).map(cadNumber);
}

Deno.test("Calls of both data sets are sent once each, in the order in which they were closed", async () => {
  await using server = callServer({ closed: range(0, 100), latest: range(60, 150) });
  await using place = new Workplace();
  match(await succeed(place, server, ALL), /^150 records .* sent to /m);
  deepEqual(await sentIds(place), [...byClosing(range(0, 100)), ...byClosing(range(100, 150))]);
  // No page is asked for by its offset.
  ok(server.requests.length > 10 && server.requests.every(({ query }) => !("$offset" in query)));
  match(await succeed(place, server, ALL), /^0 records .* sent to /m);
});

Deno.test("A record has the fields of a call as text, its key, and its place in the data set", async () => {
  await using server = callServer({ closed: [], latest: [7] });
  await using place = new Workplace();
  const stderr = await succeed(place, server, [...ALL, "--timestamp", "event"]);
  ok(!stderr.includes("calls schema"), stderr);
  const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
  try {
    const [record] = await topicRecords(broker, place.topic);
    const value = JSON.parse(record!.value!) as Readonly<Record<string, unknown>>;
    deepEqual(Object.keys(value), CALL_FIELDS);
    deepEqual(value, {
      crime_id: "261820007",
      original_crime_type_name: "WELL BEING CHECK",
      report_date: "2026-07-01T00:00:00.000",
      call_date: "2026-07-01T00:00:00.000",
      offense_date: "2026-07-01T00:00:00.000",
      call_time: "00:07",
      call_date_time: "2026-07-01T00:07:00.000",
      disposition: "HAN",
      address: "MARKET ST \\ 5TH ST",
      city: "San Francisco",
      state: "CA",
      agency_id: "Police",
      address_type: "Intersection",
      common_location: "Tenderloin",
    });
    equal(record!.key, "261820007");
    equal(record!.timestampMs, Date.parse("2026-07-01T00:07:00Z"));
    deepEqual(record!.headers, [["gnap-fj3t:close_datetime", "2026-07-01T00:32:00 261820007 - -"]]);
  } finally {
    await broker.close();
  }
});

Deno.test("Rows that are added and removed while pages are read are neither lost nor sent twice", async () => {
  await using server = callServer({ closed: range(0, 100), latest: [] });
  await using place = new Workplace();
  const { rows } = server.dataSets[CLOSED]!;
  let asked = 0;
  server.onRequest = ({ dataSet, query }) => {
    if (dataSet !== CLOSED || query.$where === undefined) return undefined;
    // Before the page that is asked for, so that offsets would shift; and behind it.
    rows.splice(0, 3);
    rows.push(dispatchedCall(100 + asked), dispatchedCall(200 + asked));
    asked++;
    return undefined;
  };
  await succeed(place, server, ALL);
  const added = [range(100, 100 + asked), range(200, 200 + asked)].flat();
  server.onRequest = () => undefined;
  await succeed(place, server, ALL);
  const ids = await sentIds(place);
  equal(new Set(ids).size, ids.length);
  ok(ids.length > 100 && rows.length < 100 + added.length);
  deepEqual(rows.map(({ cad_number: id }) => id as string).filter((id) => !ids.includes(id)), []);
});

Deno.test("What appears later is found while the run goes on, also if others of its time were sent before", async () => {
  await using server = callServer({ closed: range(0, 40), latest: range(30, 50) });
  await using place = new Workplace();
  const { rows } = server.dataSets[LATEST]!;
  const open = dispatchedCall(60, { isClosed: false });
  rows.push(open);
  const late = { ...dispatchedCall(70), close_datetime: localTime(closedMs(45)) };
  let looks = 0;
  server.onRequest = ({ dataSet, query }) => {
    if (dataSet !== LATEST || query.$where === undefined) return undefined;
    looks++;
    if (looks === 4) rows.push(late);
    // It has been closed.
    if (looks === 7) rows.splice(rows.indexOf(open), 1, dispatchedCall(60));
    return undefined;
  };
  const stderr = await succeed(place, server, ["--from", "beginning", "--limit", "52"]);
  match(stderr, /^Waiting for new rows: asking every 10 ms/m);
  deepEqual((await sentIds(place)).slice(-2), [cadNumber(70), cadNumber(60)]);
  // The history is read at the start only.
  equal(
    server.requests.findLastIndex(({ dataSet }) => dataSet === CLOSED) < server.requests.length - 5,
    true,
  );
});

Deno.test("A run begins where it is told to; one that goes on does so after what the topic has", async () => {
  await using server = callServer({ closed: range(0, 50), latest: [] });
  await using place = new Workplace();
  const from = localTime(closedMs(30));
  const expected = range(0, 50).filter((n) => closedMs(n) >= closedMs(30));
  const args = ["--exit-at-end", "-X", "datasf.history=none", "-X", "datasf.dataset=2zdj-bwza"];
  await succeed(place, server, [...args, "--from", from]);
  deepEqual(await sentIds(place), byClosing(expected));
  match(await succeed(place, server, [...args, "--from", "beginning"]), /^0 records .* sent to /m);
  equal((await sentIds(place)).length, expected.length);
});

Deno.test("A server that is throttled, busy or not ready yet is asked again, after the pause that it names", async () => {
  await using server = callServer({ closed: [], latest: range(0, 30) });
  await using place = new Workplace();
  const answers = [
    () => refusal(500, "internal_error", "Internal error"),
    () => new Response("", { status: 202 }),
    () => refusal(429, "too_many_requests", "Slow down", { "retry-after": "1" }),
  ];
  const times: number[] = [];
  server.onRequest = ({ query }) => {
    times.push(performance.now());
    return query.$where === undefined ? undefined : answers.shift()?.();
  };
  const stderr = await succeed(place, server, [
    ...ALL,
    "-X",
    "datasf.history=none",
    "-X",
    "datasf.overlap=0",
  ]);
  match(stderr, /^30 records .* sent to /m);
  equal(answers.length, 0);
  ok(times[4]! - times[3]! >= 1_000);
  match(stderr, /^warning: http:\S+ answers 429 for data set gnap-fj3t: Slow down; asking again in 1 s\.$/m);
  match(stderr, /^warning: .*see \[datasf\] token\.$/m);
  match(stderr, /^http:\S+ answers again$/m);
});

Deno.test("A dry run counts what would be sent, with the token and the condition, and sends nothing", async () => {
  await using server = callServer({ closed: [], latest: range(0, 30) });
  server.tokens = ["secret-token"];
  await using place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "token"), "secret-token\n");
  const options = [
    "-X",
    "datasf.token_file=token",
    "-X",
    "datasf.where=agency = 'Sheriff' OR agency = 'MTA'",
  ];
  const stderr = await succeed(place, server, ["--from", "beginning", "--dry-run", ...options]);
  match(stderr, /^Dry run: 10 records /m);
  ok(server.requests.every(({ token }) => token === "secret-token"));
  const { stderr: missing } = await place.runInProcess(["consume", "--exit-at-end"]);
  match(missing, /does not exist/);
});

Deno.test("A record has what is selected of a row, with the functions of SQL; columns of one data set are null in another", async () => {
  await using server = callServer({ closed: [1], latest: [5] });
  await using place = new Workplace();
  const select =
    "cad_number AS id, id AS row, get_json_object(intersection_point, '$.coordinates[0]') AS lon, sensitive_call";
  await succeed(place, server, [...ALL, "--key", "id", "-X", `datasf.select=${select}`]);
  deepEqual((await place.values()).map((value) => JSON.parse(value) as unknown), [
    { id: "261820001", row: null, lon: "-122.4084", sensitive_call: "false" },
    { id: "261820005", row: "265", lon: null, sensitive_call: "true" },
  ]);
});

Deno.test("A row that cannot be sent is kept as the record alone, and can be sent back", async () => {
  await using server = callServer({ closed: [], latest: [1, 2] });
  await using place = new Workplace();
  const select = "cad_number AS crime_id, if(cad_number = '261820001', int(agency), 1) AS n";
  const stderr = await succeed(place, server, [...ALL, "-X", `datasf.select=${select}`]);
  match(stderr, /^warning: Record \d of gnap-fj3t .* was not sent: /m);
  deepEqual(await sentIds(place), [cadNumber(2)]);
  const letters = join(place.directory, ".sfcrime", "dead-letters", `${place.topic}.ndjson`);
  const letter = JSON.parse(await Deno.readTextFile(letters)) as { readonly text: string };
  equal((JSON.parse(letter.text) as { readonly cad_number: string }).cad_number, cadNumber(1));
});

/** What goes wrong, the settings that lead there, and what is said. */
const FAILURES: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "an unknown data set",
    ["dataset=aaaa-bbbb"],
    /has no data set aaaa-bbbb\.\n {2}Check dataset and history/,
  ],
  ["an unknown history", ["history=aaaa-bbbb"], /has no data set aaaa-bbbb/],
  [
    "a time column that is not there",
    ["time_column=closed_datetime"],
    /has no column closed_datetime, which is \[datasf\] time_column\.\n {2}Did you mean close_datetime\?/,
  ],
  [
    "an id that only one data set has",
    ["id_column=id"],
    /2zdj-bwza has no column id, which is \[datasf\] id_column/,
  ],
  [
    "a condition with an unknown column",
    ["where=agenci = 'Police'"],
    /has no column agenci\.\n {2}Check time_column, id_column and where/,
  ],
  [
    "a condition that is none",
    ["where=agency ="],
    /answers 400 for data set .*Could not parse.*\n {2}Check where in \[datasf\]/,
  ],
  ["a selection with an unknown column", ["select=cad_numbr"], /cad_numbr.*\n(.*\n)* {2}.*cad_number/],
  ["a selection that is not SQL", ["select=cad_number AS"], /\[datasf\] select/],
  [
    "a selection that makes several rows",
    ["select=explode(split(agency, ' '))"],
    /each row has to become one record/,
  ],
  [
    "an unknown token",
    ["token=wrong-token"],
    /does not know the application token\.\n {2}Check \[datasf\] token/,
  ],
  ["two tokens", ["token=a", "token_file=b"], /both token and token_file are set/],
  ["a time that is none", ["time_column=agency"], /has no valid agency: .*\n {2}Set time_column/],
];

for (const [what, settings, message] of FAILURES) {
  Deno.test(`A data set with ${what} is refused with a message of its own`, async () => {
    await using server = callServer({ closed: [1], latest: [2] });
    await using place = new Workplace();
    const options = settings.flatMap((setting) => ["-X", `datasf.${setting}`]);
    const { code, stderr } = await send(place, server, [...ALL, ...options]);
    ok(code === 1 || code === 2, stderr);
    match(stderr, message);
    ok(!stderr.includes("wrong-token"), stderr);
  });
}

Deno.test("A server that is not there, has moved, or does not have the API is named as such, before the topic is made", async () => {
  await using server = callServer({ closed: [1], latest: [2] });
  await using place = new Workplace();
  const answers: readonly (readonly [() => Response, RegExp])[] = [
    [() => new Response("<html>Welcome</html>"), /is not JSON\.\n {2}Check \[datasf\] url/],
    [() => Response.json({ rows: [] }), /is no list of rows/],
    [
      () => Response.redirect("https://data.sf.example/resource"),
      /it sends us to https:\/\/data\.sf\.example\/resource\.\n {2}Set \[datasf\] url/,
    ],
    [
      () => refusal(403, "permission_denied", "You must be logged in"),
      /answers 403 .*You must be logged in\.\n {2}The data set may be private/,
    ],
  ];
  for (const [answer, message] of answers) {
    server.onRequest = answer;
    const { code, stderr } = await send(place, server, ALL);
    equal(code, 1, stderr);
    match(stderr, message);
  }
  const [port] = freePorts(1);
  const { code, stderr } = await send(place, { url: `http://127.0.0.1:${port}` }, ALL);
  equal(code, 1, stderr);
  match(
    stderr,
    /^sfcrime: Cannot reach http:\/\/[\d.:]+: (?!error sending).*refused.*\n {2}Check \[datasf\] url/m,
  );
  match((await place.runInProcess(["consume", "-e"])).stderr, /does not exist/);
});

Deno.test("Flags that a data set has no use for, or only a data set has, are refused", async () => {
  await using server = callServer({ closed: [1], latest: [2] });
  await using place = new Workplace();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [words(server, ["--loop"]), /--source datasf and --loop are mutually exclusive/],
    [words(server, ["--follow", "-e"]), /--source datasf and --follow with --exit-at-end are/],
    [words(server, ["--acks", "1"]), /--source datasf and --acks 1 are/],
    [words(server, ["--sort-by", "crime_id"]), /--source datasf and --sort-by are/],
    [words(server, ["--where", "true"]), /--source datasf and --where are .*\n {2}Set \[datasf\] where/],
    [words(server, ["--input", "calls.json"]), /--source datasf and a file are/],
    [["produce", "--input", "sample", "--exit-at-end"], /--exit-at-end needs --source/],
    [["produce", "--input", "sample", "--from", "-1h"], /--from needs --source/],
    [["produce", "--source", "sfdata"], /--source = "sfdata": expected datasf/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await place.runInProcess(args);
    equal(code, 2, stderr);
    match(stderr, message);
  }
  equal(server.requests.length, 0);
});

Deno.test("The configuration is checked with its selection, and its source gives way to files of the command line", async () => {
  await using place = new Workplace();
  const file = join(place.directory, "app.cfg");
  await Deno.writeTextFile(file, "[producer]\nsource = datasf\n[datasf]\nselect = cad_number AS\n");
  const { code, stderr } = await place.runInProcess(["config", "check", "--config", file]);
  equal(code, 2, stderr);
  match(stderr, /\[datasf\] select/);
  const sent = await place.succeedInProcess(["produce", "--config", file, "--input", "sample", "-n", "3"]);
  match(sent.stderr, /^3 records .* sent to /m);
});

Deno.test("The configuration of docs/datasf.md gives other columns, a stream and a query over them", async () => {
  await using server = callServer({ closed: [], latest: [1, 2, 3] });
  await using place = new Workplace();
  const page = await Deno.readTextFile(new URL("../../docs/datasf.md", import.meta.url));
  const [, ini] = /```ini\n(.*?)```/s.exec(page)!;
  await Deno.writeTextFile(join(place.directory, "app.cfg"), ini!);
  const config = ["--config", "app.cfg"];
  const url = ["-X", `datasf.url=${server.url}`];
  await place.succeedInProcess(["produce", place.topic, ...config, ...url, ...ALL]);
  const [first] = (await place.values()).toSorted();
  deepEqual(JSON.parse(first!), {
    cad_number: "261820001",
    police_district: null,
    priority_final: null,
    received_datetime: "2026-07-01T00:01:00.000",
    onscene_datetime: null,
    disposition: "HAN",
    lon: -122.4084,
  });
  const analyze = ["analyze", "response", ...config, "--trigger", "available-now", "--sink", "ndjson"];
  const stream = ["-X", `stream.dispatches.topic=${place.topic}`];
  const { stdout } = await place.succeedInProcess([...analyze, ...stream]);
  deepEqual(JSON.parse(stdout), { police_district: null, priority_final: null, calls: 2, seconds: null });
});

Deno.test("A run that was ended in the middle of a page, by a limit, is gone on with", async () => {
  await using server = callServer({ closed: range(0, 50), latest: [] });
  await using place = new Workplace();
  for (const limit of [7, 20, 9]) await succeed(place, server, ["--from", "beginning", "-n", String(limit)]);
  await succeed(place, server, ALL);
  deepEqual(await sentIds(place), byClosing(range(0, 50)));
});

/** What becomes of a call that changes, by the column of the time: how often it is sent, and its last disposition. */
const CHANGES: readonly (readonly [string, number, string])[] = [
  ["close_datetime", 1, "HAN"],
  ["received_datetime", 1, ""],
  ["call_last_updated_at", 3, "HAN"],
  [":updated_at", 3, "HAN"],
];

for (const [column, times, disposition] of CHANGES) {
  Deno.test(`With ${column}, a call that changes twice is sent ${times === 1 ? "once" : `${times} times`}`, async () => {
    await using server = callServer({ closed: [], latest: [] });
    await using place = new Workplace();
    const { rows } = server.dataSets[LATEST]!;
    for (const [version, isClosed] of [false, false, true].entries()) {
      const changed = localTime(closedMs(10) + version * 1_000);
      const call = { ...dispatchedCall(10, { isClosed }), call_last_updated_at: changed };
      rows.splice(0, 1, { ...call, ":id": "row-1", ":updated_at": `${changed}Z` });
      await succeed(place, server, [
        ...ALL,
        "-X",
        "datasf.history=none",
        "-X",
        `datasf.time_column=${column}`,
      ]);
    }
    const values = (await place.values()).map((value) =>
      JSON.parse(value) as Readonly<Record<string, unknown>>
    );
    equal(values.length, times);
    equal(values.at(-1)!.disposition, disposition);
  });
}

Deno.test("Values with a schema are made of the record, which keeps its place", async () => {
  await using server = callServer({ closed: [], latest: [1, 2] });
  await using place = new Workplace();
  const fields = ["crime_id", "city"].map((name) => ({ name, type: "string" }));
  const schema = { type: "record", name: "Call", fields };
  await Deno.writeTextFile(join(place.directory, "call.avsc"), JSON.stringify(schema));
  const select = "datasf.select=cad_number AS crime_id, 'San Francisco' AS city";
  const avro = ["--value-format", "avro", "--value-schema", "call.avsc", "-X", select];
  await succeed(place, server, [...ALL, ...avro]);
  match(await succeed(place, server, [...ALL, ...avro]), /^0 records .* sent to /m);
  const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
  try {
    const records = await topicRecords(broker, place.topic);
    deepEqual(records.map(({ key }) => key), byClosing([1, 2]));
    deepEqual(records.map(({ value }) => value), records.map(({ key }) => `\x12${key}\x1aSan Francisco`));
  } finally {
    await broker.close();
  }
});

Deno.test("Ctrl-C ends a run at once, also while it waits for an answer", async () => {
  for (const requests of [1, 3]) {
    await using server = callServer({ closed: [], latest: range(0, 30) });
    await using place = new Workplace();
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    server.onRequest = () => server.requests.length < requests ? undefined : late;
    // As the service of systemd does.
    const running = place.start(words(server, ["--from", "beginning", "--follow", "--resume"]));
    await server.whenAsked(requests);
    running.kill("SIGINT");
    const { code, stderr } = await running.ended();
    // The server closes when it has answered.
    resolve(undefined);
    equal(code, 0, stderr);
    ok(requests === 1 || /^Stopped: a later run begins anew$/m.test(stderr), stderr);
  }
});
