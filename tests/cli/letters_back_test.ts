/** `produce --from-dead-letters` on the embedded broker: what was mended goes to where it belonged, once. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { topicRecords, type WholeRecord } from "../support/topic_records.ts";

async function recordsOf(directory: string, topic: string): Promise<WholeRecord[]> {
  const broker = openEmbeddedBroker(join(directory, ".sfcrime", "broker.db"));
  try {
    return await topicRecords(broker, topic);
  } finally {
    await broker.close();
  }
}

const LETTERS = ".sfcrime/dead-letters/trips.ndjson";

Deno.test("Letters that were mended go back with their keys, each once, and those that were not stay", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const stdin = '{"id":"1"}\n{"id":"2",}\n{"id":"3"\n{"id":"4"}\n';
  const args = ["produce", "trips", "-", "--key", "id", "--partitions", "1"];
  await succeedInProcess(args, { ...options, stdin });
  const path = join(directory.path, LETTERS);
  const letters = await Deno.readTextFile(path);
  equal(JSON.parse(letters.split("\n")[0]!).topic, "trips");
  await Deno.writeTextFile(path, letters.replace('\\"2\\",}', '\\"2\\" }'));
  const back = ["produce", "--from-dead-letters", LETTERS, "--key", "id"];
  const first = await succeedInProcess(back, options);
  match(first.stderr, /^1 record .* sent to trips/m);
  match(first.stderr, /Record 2 of .*trips\.ndjson .* was not sent: it is still not a JSON object\.$/m);
  match((await succeedInProcess(back, options)).stderr, /^0 records .* sent to trips/m);
  equal(await Deno.readTextFile(path), letters.replace('\\"2\\",}', '\\"2\\" }'));
  await Deno.writeTextFile(path, letters.replace('\\"2\\",}', '\\"2\\"}').replace('\\"3\\"', '\\"3\\"}'));
  const second = await succeedInProcess(back, options);
  match(second.stderr, /^1 dead letter went back to topic trips before$/m);
  match(second.stderr, /^1 record .* sent to trips/m);
  deepEqual((await recordsOf(directory.path, "trips")).map(({ key, value }) => [key, value]), [
    ["1", '{"id":"1"}'],
    ["4", '{"id":"4"}'],
    ["2", '{"id":"2"}'],
    ["3", '{"id":"3"}'],
  ]);
});

Deno.test("A letter of an envelope goes back with its headers and time, and one of a line with its key", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const envelope = '{"key":"k","timestamp":1500000000000,"headers":[{"key":"h"}],"value":"v"}';
  await succeedInProcess(["produce", "trips", "-", "--input-format", "envelope", "--partitions", "1"], {
    ...options,
    stdin: `${envelope}\n{"value":"good"}\n`,
  });
  await succeedInProcess(["produce", "trips", "-", "--input-format", "lines", "-K", ":"], {
    ...options,
    stdin: "plain\na:good\n",
  });
  const path = join(directory.path, LETTERS);
  const letters = await Deno.readTextFile(path);
  await Deno.writeTextFile(
    path,
    letters.replace('{\\"key\\":\\"h\\"}', '{\\"key\\":\\"h\\",\\"value\\":\\"x\\"}')
      .replace('"plain"', '"b:mended"'),
  );
  await succeedInProcess(
    ["produce", "--from-dead-letters", LETTERS, "--timestamp", "event", "--input-format", "lines", "-K", ":"],
    options,
  );
  const records = await recordsOf(directory.path, "trips");
  deepEqual(records.slice(2).map(({ key, value, headers }) => [key, value, headers]), [
    ["k", "v", [["h", "x"]]],
    ["b", "mended", []],
  ]);
  equal(records[2]!.timestampMs, 1_500_000_000_000);
});

Deno.test("Letters of a topic go where their headers say, with all their parts, as --where selects them", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const stdin = [1, 2, 3, 4].map((n) =>
    JSON.stringify({
      key: `k${n}`,
      value: JSON.stringify({ n }),
      timestamp: 1_500_000_000_000 + n,
      headers: [{ key: "__connect.errors.topic", value: n === 4 ? "other" : "trips" }, {
        key: "h",
        value: "v",
      }],
    })
  ).join("\n");
  await succeedInProcess(["produce", "dead", "-", "--input-format", "envelope"], { ...options, stdin });
  const several = await runInProcess(["produce", "--from-dead-letters", "kafka:dead"], options);
  equal(several.code, 2);
  match(
    several.stderr,
    /belong to several topics\.\n {2}Name one of them after produce: (trips, other|other, trips)/,
  );
  const back = ["produce", "trips", "--from-dead-letters", "kafka:dead", "--partitions", "1"];
  match(
    (await succeedInProcess([...back, "--where", "n > 1"], options)).stderr,
    /^2 records .* sent to trips/m,
  );
  match((await succeedInProcess([...back, "--dry-run"], options)).stderr, /^Dry run: 1 record /m);
  match((await succeedInProcess(back, options)).stderr, /^1 record .* sent to trips/m);
  const records = await recordsOf(directory.path, "trips");
  deepEqual(records.map(({ key, value }) => [key, value]).toSorted(), [
    ["k1", '{"n":1}'],
    ["k2", '{"n":2}'],
    ["k3", '{"n":3}'],
  ]);
  for (const { headers, key, timestampMs } of records) {
    deepEqual(headers, [["__connect.errors.topic", "trips"], ["h", "v"]]);
    equal(timestampMs, 1_500_000_000_000 + Number(key!.slice(1)));
  }
});

const REFUSED: readonly (readonly [RegExp, ...string[]])[] = [
  [/--from-dead-letters and --loop are mutually exclusive/, "--loop"],
  [/--from-dead-letters and --follow are mutually exclusive/, "--follow"],
  [/--from-dead-letters and --sort-by are mutually exclusive/, "--sort-by", "n"],
  [/--from-dead-letters and transactions are mutually exclusive/, "--transactional"],
  [/--from-dead-letters and --acks 1 are mutually exclusive/, "--acks", "1"],
];

for (const [says, ...flags] of REFUSED) {
  Deno.test(`Refused: produce --from-dead-letters ${flags.join(" ")}`, async () => {
    await using directory = await tempDir();
    const path = await directory.write("letters", '{"text":"{}"}\n');
    const { code, stderr } = await runInProcess(["produce", "t", "--from-dead-letters", path, ...flags], {
      cwd: directory.path,
    });
    equal(code, 2, stderr);
    match(stderr, says);
  });
}

Deno.test("--where is for dead letters only", async () => {
  await using directory = await tempDir();
  const { code, stderr } = await runInProcess(["produce", "t", "-", "--where", "n = 1"], {
    cwd: directory.path,
    stdin: '{"n":1}',
  });
  equal(code, 2);
  match(stderr, /--where needs --from-dead-letters/);
});
