/** The answers of `analyze` from a real Kafka, whatever the partitions and workers, beside those of plain loops. */
import { deepEqual, equal, match, ok } from "assert";
import { sampleCalls } from "../support/calls.ts";
import { sharedKafka } from "../support/kafka.ts";
import { countsByType, lines, printedCounts, Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();
const AVAILABLE_NOW = ["--trigger", "available-now", "--sink", "ndjson"];

for (
  const { name, brokers, partitions } of [
    { name: "embedded broker", brokers: [], partitions: 3 },
    { name: "Kafka with one partition", brokers: servers, partitions: 1 },
    { name: "Kafka with four partitions", brokers: servers, partitions: 4 },
  ]
) {
  Deno.test(`${name}: by_type counts each call once, with any number of workers and when run again`, async () => {
    await using place = new Workplace(brokers);
    await place.succeedInProcess(["produce", "--partitions", String(partitions)]);
    const expected = countsByType();
    for (const workers of [1, 2, 4, 2]) {
      const { stdout } = await place.succeedInProcess([
        "analyze",
        "by_type",
        ...AVAILABLE_NOW,
        "--workers",
        String(workers),
      ]);
      equal(lines(stdout).length, expected.size);
      deepEqual(printedCounts(stdout), expected);
      const counts = [...printedCounts(stdout).values()];
      deepEqual(counts, counts.toSorted((left, right) => right - left));
    }
  });
}

interface Joined {
  readonly call_date_time: string;
  readonly original_crime_type_name: string;
  readonly description: string | null;
}

/** The query with_disposition in a loop. */
async function joinedNaively(): Promise<string[]> {
  const file = new URL("../../config/radio_code.json", import.meta.url);
  const codes = JSON.parse(await Deno.readTextFile(file)) as {
    readonly disposition_code: string;
    readonly description: string;
  }[];
  return sampleCalls().flatMap((call): Joined[] => {
    const matching = codes.filter(({ disposition_code: code }) => code === call.disposition);
    const found = matching.length > 0 ? matching.map(({ description }) => description) : [null];
    return found.map((description) => ({
      call_date_time: `${call.call_date_time}Z`,
      original_crime_type_name: call.original_crime_type_name!,
      description,
    }));
  }).map((row) => JSON.stringify(row));
}

Deno.test("with_disposition gives each call with its description, and null where the code is unknown", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "4"]);
  const expected = (await joinedNaively()).toSorted();
  for (const workers of ["1", "4"]) {
    const { stdout } = await place.succeedInProcess([
      "analyze",
      "with_disposition",
      ...AVAILABLE_NOW,
      "--workers",
      workers,
    ]);
    const rows = lines(stdout);
    deepEqual(rows.toSorted(), expected);
    equal(rows.length, 6802);
    equal(rows.filter((row) => (JSON.parse(row) as Joined).description === null).length, 700);
  }
});

Deno.test("A limit makes several batches, and the last one has the whole answer", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "4"]);
  const { stdout } = await place.succeedInProcess([
    "analyze",
    "by_type",
    ...AVAILABLE_NOW,
    "--with-batch",
    "--max-offsets-per-trigger",
    "2000",
  ]);
  const rows = lines(stdout).map((line) => JSON.parse(line) as { readonly batchId: number });
  deepEqual([...new Set(rows.map(({ batchId }) => batchId))], [0, 1, 2, 3]);
  const last = lines(stdout).filter((_line, index) => rows[index]!.batchId === 3).join("\n") + "\n";
  deepEqual(printedCounts(last), countsByType());
});

Deno.test("An empty topic gives one empty batch", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic]);
  const { stdout, stderr } = await place.succeedInProcess(["analyze", "by_type", ...AVAILABLE_NOW]);
  equal(stdout, "");
  equal(stderr.match(/by_type batch \d+: 0 records/g)?.length, 1, stderr);
});

Deno.test("A missing topic ends analyze and consume with 1, and is named", async () => {
  await using place = new Workplace(servers);
  for (const args of [["analyze", ...AVAILABLE_NOW], ["consume", "--exit-at-end"]]) {
    const { code, stdout, stderr } = await place.runInProcess(args);
    equal(code, 1);
    equal(stdout, "");
    match(stderr, new RegExp(place.topic));
  }
});

Deno.test("Values that are no calls are rows of nulls, tombstones too, and are counted as malformed", async () => {
  await using place = new Workplace(servers);
  await place.kcat(["-P"], '{"original_crime_type_name":"Fire"}\nnot JSON\n[1]\n');
  await place.kcat(["-P", "-Z", "-K", ":"], "deleted:\n");
  const { stdout, stderr } = await place.succeedInProcess(["analyze", "by_type", ...AVAILABLE_NOW]);
  deepEqual(printedCounts(stdout), new Map<string | null, number>([[null, 3], ["Fire", 1]]));
  ok(stderr.includes("3 malformed"), stderr);
});
