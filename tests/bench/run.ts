/**
 * `deno task bench`: what the program takes, beside what kcat takes for the same in the same run, alternating, as
 * the median of some rounds. Every answer is checked against a count of the input. `--quick` takes fewer calls.
 */
import { equal } from "node:assert";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBroker } from "../../lib/broker/open.ts";
import { endOfWholeBatches } from "../../lib/broker/record_batch/decode.ts";
import { sampleCalls, writeCalls } from "../support/calls.ts";
import { startKafka } from "../support/kafka.ts";
import { run } from "../support/program.ts";
import { tempDir } from "../support/temp_dir.ts";

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const CALLS = quick ? 200_000 : 1_000_000;
const ROUNDS = 3;
const PARTITIONS = 4;
const BATCH_RECORDS = 1_000;

const utf8 = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1]!;
}

/** Both, turn by turn; the median of each. */
async function compare(
  ours: () => Promise<unknown>,
  theirs: () => Promise<unknown>,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await seconds(ours));
    times.theirs.push(await seconds(theirs));
  }
  return { ours: median(times.ours), theirs: median(times.theirs) };
}

function row(what: string, { ours, theirs }: { readonly ours: number; readonly theirs: number }): void {
  say(`| ${what} | ${ours.toFixed(2)} s | ${theirs.toFixed(2)} s | ${(ours / theirs).toFixed(2)} |`);
}

/** How often each type stands in the input. */
function expectedCounts(): Map<string, number> {
  const sample = sampleCalls();
  const counts = new Map<string, number>();
  for (let index = 0; index < CALLS; index++) {
    const type = sample[index % sample.length]!["original_crime_type_name"]!;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function checkCounts(stdout: string, expected: ReadonlyMap<string, number>): void {
  const rows = stdout.trim().split("\n").map((line) =>
    JSON.parse(line) as { original_crime_type_name: string; count: number }
  );
  equal(rows.length, expected.size);
  for (const { original_crime_type_name: type, count } of rows) equal(count, expected.get(type), type);
}

async function succeed(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(args, { cwd });
  equal(code, 0, stderr);
  return stdout;
}

async function kcat(args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command("kcat", { args: [...args], stdout: "null", stderr: "null" })
    .output();
  equal(success, true, `kcat ${args.join(" ")}`);
}

/** Appends and reads whole batches of the embedded broker, in this process; records a second. */
async function embedded(directory: string): Promise<{ readonly appended: number; readonly read: number }> {
  const values = sampleCalls().map((call) => utf8.encode(JSON.stringify(call)));
  const broker = await openBroker({ kind: "embedded", path: join(directory, "bench.db") });
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1, keepForever: true });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const appendSeconds = await seconds(async () => {
    for (let at = 0; at < CALLS; at += BATCH_RECORDS) {
      const records = Array.from({ length: BATCH_RECORDS }, (_, index) => ({
        key: null,
        value: values[(at + index) % values.length]!,
        timestampMs: at,
      }));
      await appender.append("t", [{ partition: 0, records }]);
    }
  });
  const reader = await broker.openReader();
  let next = 0;
  const readSeconds = await seconds(async () => {
    const range = { topic: "t", partition: 0, from: 0, to: CALLS };
    for await (const { bytes } of reader.read(range)) next = endOfWholeBatches(bytes, next).nextOffset;
  });
  equal(next, CALLS);
  await broker.close();
  return { appended: CALLS / appendSeconds, read: CALLS / readSeconds };
}

await using directory = await tempDir();
const input = join(directory.path, "calls.ndjson");
await writeCalls(input, { count: CALLS, layout: "ndjson" });
const expected = expectedCounts();
const kafka = await startKafka();
try {
  const server = kafka.servers[0]!;
  say(
    `${
      CALLS.toLocaleString("en-US")
    } calls, ${PARTITIONS} partitions, ${ROUNDS} rounds, Deno ${Deno.version.deno}\n`,
  );
  say("| work | sfcrime | kcat | ratio |");
  say("| --- | --- | --- | --- |");
  let topics = 0;
  const fresh = async () => {
    const topic = `bench-${topics++}`;
    await succeed(
      ["-b", server, "topic", "create", topic, "--partitions", String(PARTITIONS)],
      directory.path,
    );
    return topic;
  };
  const filled = await fresh();
  await kcat(["-b", server, "-t", filled, "-P", "-l", input]);
  const [forOurs, forKcat] = [await fresh(), await fresh()];
  row(
    "produce NDJSON, `kcat -P -l`",
    await compare(
      () =>
        succeed(["-b", server, "--topic", forOurs, "produce", "--input", input, "--quiet"], directory.path),
      () => kcat(["-b", server, "-t", forKcat, "-P", "-l", input]),
    ),
  );
  const analyze = ["-b", server, "--topic", filled, "analyze", "by_type", "--quiet"];
  row(
    "count by type, `kcat -C` to nothing",
    await compare(
      async () =>
        checkCounts(
          await succeed([...analyze, "--trigger", "available-now", "--sink", "ndjson"], directory.path),
          expected,
        ),
      () => kcat(["-b", server, "-t", filled, "-C", "-e", "-q", "-o", "beginning"]),
    ),
  );
} finally {
  await kafka.stop();
}
const { appended, read } = await embedded(directory.path);
say(
  `\nEmbedded broker, records a second: ${
    Math.round(appended).toLocaleString("en-US")
  } appended in batches of ` +
    `${BATCH_RECORDS}, ${Math.round(read).toLocaleString("en-US")} read as batches`,
);
