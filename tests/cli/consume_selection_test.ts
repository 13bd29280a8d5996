/** `consume --grep`, `--where` and `--select`. */
import { deepEqual, equal, match } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { type FilledRecord, filledTopic } from "../support/filled_topic.ts";
import { lines, type Workplace } from "../support/workplace.ts";

const READINGS: readonly FilledRecord[] = Array.from({ length: 1_200 }, (_, n) => ({
  key: `sensor-${n % 3}`,
  value: JSON.stringify({ n, device: { id: `d${n % 7}` }, at: new Date(n * 60_000).toISOString() }),
  timestampMs: n * 1_000,
  ...n % 100 === 0 ? { headers: [{ key: "trace", value: `t${n}` }] } : {},
}));

const all = ["-o", "beginning", "-e"];

async function printed(place: Workplace, ...args: string[]): Promise<string[]> {
  return lines((await place.succeedInProcess(["consume", ...args])).stdout);
}

const numbered = (keep: (n: number) => boolean) =>
  READINGS.flatMap((_record, n) => keep(n) ? [String(n)] : []);

Deno.test("--where keeps the records for which the condition holds, over fields, key, headers and place", async () => {
  await using place = await filledTopic(READINGS);
  const kept = (where: string) => printed(place, ...all, "-f", "%o\\n", "--where", where);
  deepEqual(await kept("n >= 1190"), numbered((n) => n >= 1190));
  deepEqual(await kept("device.id = 'd3' AND n < 20"), numbered((n) => n % 7 === 3 && n < 20));
  deepEqual(await kept("key = 'sensor-1' AND offset < 10"), numbered((n) => n % 3 === 1 && n < 10));
  deepEqual(await kept("exists(headers, h -> h.value = 't200')"), ["200"]);
  deepEqual(await kept("timestamp < '1970-01-01 00:00:03'"), ["0", "1", "2"]);
  deepEqual(await kept("partition <> 0"), []);
  deepEqual(await kept("value LIKE '%\"n\":77,%' -- a comment"), ["77"]);
  deepEqual(await kept("timestamp < current_timestamp() AND n = 5"), ["5"]);
});

Deno.test("--select prints columns in place of the value, in every format; with their names where it has columns", async () => {
  await using place = await filledTopic(READINGS);
  const select = ["--select", "n + 1 AS next, device.id, key", "--where", "n IN (7, 8)", ...all];
  const rows = ['{"next":8,"id":"d0","key":"sensor-1"}', '{"next":9,"id":"d1","key":"sensor-2"}'];
  deepEqual(await printed(place, ...select, "-f", "value"), rows);
  deepEqual(await printed(place, ...select, "-f", "%o %s\\n"), [`7 ${rows[0]}`, `8 ${rows[1]}`]);
  deepEqual(await printed(place, ...select, "-f", "csv"), ["next,id,key", "8,d0,sensor-1", "9,d1,sensor-2"]);
  deepEqual(await printed(place, ...select, "-f", "table"), [
    "next  id  key",
    "   8  d0  sensor-1",
    "   9  d1  sensor-2",
  ]);
  deepEqual(
    await printed(place, "--select", "explode(array(n, -n)) AS x", "-f", "csv", "-o", "3", "-n", "2"),
    [
      "x",
      "3",
      "-3",
    ],
  );
});

Deno.test("--grep finds a pattern in the key, the value or a header", async () => {
  await using place = await filledTopic(READINGS);
  const kept = (pattern: string) => printed(place, ...all, "-f", "%o\\n", "--grep", pattern);
  deepEqual(await kept('"n":11\\d\\d,'), numbered((n) => n >= 1100));
  deepEqual(await kept("(?i)SENSOR-2$"), numbered((n) => n % 3 === 2));
  deepEqual(await kept("^t3"), ["300"]);
  const { code, stderr } = await place.runInProcess(["consume", "--grep", "("]);
  equal(code, 2);
  match(stderr, /--grep = "\(": .*missing closing/);
});

Deno.test("The limit counts what is printed; a group goes on behind the last record that was looked at", async () => {
  await using place = await filledTopic(READINGS);
  const next = (...args: string[]) => printed(place, "-f", "%o\\n", "--where", "n % 600 = 599", ...args);
  deepEqual(await next("-n", "1"), ["599"]);
  const rest = await place.succeedInProcess(["consume", "-f", "%o\\n", "-n", "1"]);
  equal(rest.stdout, "600\n");
  deepEqual(await next("-e"), ["1199"]);
  const { stderr } = await place.succeedInProcess(["consume", ...all, "--where", "n < 3", "-f", "value"]);
  match(stderr, /^1,200 records \(.*\) consumed in .* records\/s, 3 printed, with timestamps /m);
});

Deno.test("Police calls have the columns of their stream: times are times", async () => {
  await using place = await filledTopic(
    sampleCalls().slice(0, 50).map((call) => ({ value: JSON.stringify(call) })),
  );
  const args = [...all, "-X", `stream.calls.topic=${place.topic}`, "-f", "csv"];
  const select = [
    "--select",
    "crime_id, hour(call_date_time) AS hour",
    "--where",
    "hour(call_date_time) >= 0",
  ];
  const [header, ...rows] = await printed(place, ...args, ...select);
  equal(header, "crime_id,hour");
  deepEqual(
    rows,
    sampleCalls().slice(0, 50).map(({ crime_id, call_date_time }) =>
      `${crime_id},${Number(String(call_date_time).slice(11, 13))}`
    ),
  );
});

Deno.test("What is no condition over one record, or names no field, is refused with its place", async () => {
  await using place = await filledTopic(READINGS.slice(0, 3));
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await place.runInProcess(["consume", ...all, ...args]);
    equal(code, 2, stderr);
    equal(stdout, "");
    return stderr;
  };
  match(
    await refused("--where", "devise.id = 'd'"),
    /^sfcrime: --where: column devise [^]*Did you mean device/m,
  );
  match(await refused("--where", "n >"), /^sfcrime: --where: syntax error/m);
  match(await refused("--select", "count(*)"), /over single records has no aggregates[^]*analyze --sql/);
  match(await refused("--where", "n > 1 LIMIT 1"), /LIMIT|limit/);
});

Deno.test("A condition that cannot be computed for a record ends the run, with the place of the record", async () => {
  await using place = await filledTopic(["1", "2", "x"].map((n) => ({ value: JSON.stringify({ n }) })));
  const where = ["--where", "CAST(n AS INT) > 1"];
  const { code, stderr } = await place.runInProcess(["consume", ...all, ...where, "-f", "value"]);
  equal(code, 1);
  match(
    stderr,
    new RegExp(`^sfcrime: At offset 2 of ${place.topic}-0: The value "x" of type STRING cannot`, "m"),
  );
});

Deno.test("A topic without records has no fields yet, which is said", async () => {
  await using place = await filledTopic([]);
  const { code, stderr } = await place.runInProcess(["consume", ...all, "--where", "n > 1"]);
  equal(code, 2);
  match(stderr, /has no records yet, so that the fields of their values are not known/);
  deepEqual(await printed(place, ...all, "--where", "offset > 1"), []);
});
