/** Values and keys that are text, bytes or JSON, in queries, beside what kcat reads of them, and on either broker. */
import { deepEqual, match } from "assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { sharedKafka } from "../support/kafka.ts";
import { jsonLines } from "../cli/answers.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const RUN = ["--trigger", "available-now", "--sink", "ndjson"];

/** The rows of a query over the topic. */
async function rowsOf(place: Workplace, stream: string, sql: string): Promise<unknown[]> {
  const file = `[stream.t]\ntopic = ${place.topic}\n${stream}\n[query.q]\nsql = ${sql}\n`;
  await Deno.writeTextFile(join(place.directory, "app.cfg"), file);
  return jsonLines((await place.succeedInProcess(["analyze", ...RUN])).stdout);
}

Deno.test("Text is a column as it is, with its key, also what is no JSON and what is no text", async () => {
  await using place = new Workplace(servers);
  await place.kcat(["-P", "-p", "0", "-K", "\t"], 'k1\t{"a":1}\nk2\tGET /é 200\nk3\t \n');
  await place.kcat(["-P", "-p", "0", "-Z", "-K", "\t"], "k4\t\n");
  const file = join(place.directory, "bytes");
  await Deno.writeFile(file, Uint8Array.of(0x61, 0xff, 0xc3));
  await place.kcat(["-P", "-p", "0", file]);
  const text = "format = text\nkey_format = text\n";
  deepEqual(await rowsOf(place, text, "SELECT * FROM t"), [
    { key: "k1", value: '{"a":1}' },
    { key: "k2", value: "GET /é 200" },
    { key: "k3", value: " " },
    { key: "k4", value: null },
    { key: null, value: "a\ufffd\ufffd" },
  ]);
  const parts = `${text}columns = id STRING KEY, line STRING, at TIMESTAMP METADATA FROM 'timestamp', ` +
    "status INT AS (try_cast(regexp_extract(line, ' (\\\\d+)$', 1) AS INT))\nwatermark = at 1 minute\n";
  deepEqual(await rowsOf(place, parts, "SELECT id, status FROM t WHERE status > 0"), [{
    id: "k2",
    status: 200,
  }]);
  deepEqual(await rowsOf(place, "format = binary\nmode = failfast", "SELECT hex(value) AS v FROM t"), [
    { v: Buffer.from('{"a":1}').toString("hex").toUpperCase() },
    { v: Buffer.from("GET /é 200").toString("hex").toUpperCase() },
    { v: "20" },
    { v: null },
    { v: "61FFC3" },
  ]);
});

Deno.test("Keys of JSON are columns beside those of the value, which may have the same names", async () => {
  await using place = new Workplace(servers);
  const sent = [
    '{"id":1,"key":"a"}\t{"id":"x","key":"of the value"}',
    'no JSON\t{"id":"y"}',
    '{"id":"1"}\tno JSON',
  ];
  await place.kcat(["-P", "-p", "0", "-K", "\t"], `${sent.join("\n")}\n`);
  await place.kcat(["-P", "-p", "0"], '{"id":"z"}\n');
  const stream =
    "key_format = json\ncolumns = id STRING, key STRING, key_id INT KEY FROM 'id', inner STRING KEY FROM 'key'";
  deepEqual(await rowsOf(place, stream, "SELECT * FROM t"), [
    { id: "x", key: "of the value", key_id: 1, inner: "a" },
    { id: "y", key: null, key_id: null, inner: null },
    { id: null, key: null, key_id: null, inner: null },
    { id: "z", key: null, key_id: null, inner: null },
  ]);
  deepEqual(
    await rowsOf(place, stream, "SELECT key_id, count(*) AS n FROM t GROUP BY 1\noutput_mode = complete"),
    [
      { key_id: 1, n: 1 },
      { key_id: null, n: 3 },
    ],
  );
  const strict =
    `[stream.t]\ntopic = ${place.topic}\n${stream}\nmode = failfast\n[query.q]\nsql = SELECT id FROM t\n`;
  await Deno.writeTextFile(join(place.directory, "app.cfg"), strict);
  const { code, stderr } = await place.runInProcess(["analyze", ...RUN]);
  deepEqual(code, 1);
  match(stderr, /The key of the record at offset 1 of \S+-0 does not fit the columns: no JSON/);
});

Deno.test("On the embedded broker, keys are read alike", async () => {
  await using place = new Workplace();
  await place.succeedInProcess(["produce", "--input", "-", "--key", "device"], {
    stdin: '{"device":{"id":7,"site":"a"},"n":1}\n{"device":null,"n":2}\n',
  });
  const stream = "key_format = json\ncolumns = n INT, id INT KEY, site STRING KEY";
  deepEqual(await rowsOf(place, stream, "SELECT * FROM t"), [
    { n: 1, id: 7, site: "a" },
    { n: 2, id: null, site: null },
  ]);
});

Deno.test("Fields of keys are event times and the keys of a deduplication, as those of values are", async () => {
  await using place = new Workplace();
  const calls = [["a", "00:01", 1], ["a", "00:01", 2], ["b", "00:02", 3], ["b", "03:00", 4], [
    "c",
    "00:03",
    5,
  ]];
  await place.succeedInProcess(["produce", "--input", "-", "--key", "key"], {
    stdin: calls.map(([id, time, n]) =>
      `${JSON.stringify({ key: { id, at: `2019-01-01T${time}:00Z` }, n })}\n`
    ).join(""),
  });
  const stream =
    "key_format = json\ncolumns = n INT, id STRING KEY, at TIMESTAMP KEY\nwatermark = at 1 minute";
  deepEqual(await rowsOf(place, stream, "SELECT n FROM t\ndeduplicate = id"), [{ n: 1 }, { n: 3 }, { n: 5 }]);
  deepEqual(
    await rowsOf(
      place,
      stream,
      "SELECT window(at, '1 hour').start AS hour, count(*) AS n FROM t GROUP BY window(at, '1 hour')",
    ),
    [{ hour: "2019-01-01T00:00:00.000Z", n: 4 }],
  );
});

Deno.test("Lines of CSV are columns, in keys as well, with the options of the stream", async () => {
  await using place = new Workplace(servers);
  const lines = [
    'd1;7\t1;"a;b";-;31/12/2018 23:57',
    "d2\t2;x;1.5;-",
    "\t3;y",
    '\tz;"é";2;1/1/2019 00:00;more',
  ];
  await place.kcat(["-P", "-p", "0", "-K", "\t"], `${lines.join("\n")}\n`);
  const stream = `format = csv
format_options = sep ';', nullValue '-', timestampFormat 'd/M/yyyy HH:mm'
columns = id INT, name STRING, price DOUBLE, at TIMESTAMP, device STRING KEY, port INT KEY, next INT AS (id + 1)
key_format = csv
key_format_options = sep=";"
`;
  const rows = [
    { id: 1, name: "a;b", price: null, at: "2018-12-31T23:57:00.000Z", device: "d1", port: 7, next: 2 },
    { id: 2, name: "x", price: 1.5, at: null, device: "d2", port: null, next: 3 },
    { id: 3, name: "y", price: null, at: null, device: null, port: null, next: 4 },
    { id: null, name: "é", price: 2, at: "2019-01-01T00:00:00.000Z", device: null, port: null, next: null },
  ];
  deepEqual(await rowsOf(place, stream, "SELECT * FROM t"), rows);
  deepEqual(
    await rowsOf(place, stream, "SELECT port, at FROM t WHERE price IS NULL"),
    rows.flatMap(({ port, at, price }) => price === null ? [{ port, at }] : []),
  );
  deepEqual(
    (await rowsOf(place, `${stream}corrupt_record = bad`, "SELECT id, bad FROM t")).slice(1),
    [{ id: 2, bad: null }, { id: 3, bad: "3;y" }, { id: null, bad: 'z;"é";2;1/1/2019 00:00;more' }],
  );
});
