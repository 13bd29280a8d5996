/** Checkpoints as Spark writes them: which offsets a query goes on from, and what cannot be read. */
import { deepEqual, equal, rejects } from "assert";
import { dirname, join } from "node:path";
import { isSparkCheckpoint, readSparkCheckpoint } from "../../../lib/checkpoint/moving/spark_checkpoint.ts";
import { checkpointEngine, readStanding } from "../../../lib/checkpoint/moving/committed_offsets.ts";
import { type TempDir, tempDir } from "../../support/temp_dir.ts";

const METADATA =
  '{"batchWatermarkMs":0,"batchTimestampMs":1546300800000,"conf":{"spark.sql.shuffle.partitions":"2"}}';
const COMMIT = 'v1\n{"nextBatchWatermarkMs":0}';

/** A log of offsets with a line for each source. */
function offsetsLog(...sources: readonly string[]): string {
  return ["v1", METADATA, ...sources].join("\n");
}

async function write({ path }: TempDir, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(path, name)), { recursive: true });
    await Deno.writeTextFile(join(path, name), content);
  }
}

Deno.test("The offsets are those of the last completed batch, not of one that was only planned", async () => {
  await using directory = await tempDir();
  await write(directory, {
    "metadata": '{"id":"7f4a6a3e-35a5-4e4c-8a33-2fb9e9a58d1c"}',
    "offsets/9": offsetsLog('{"calls":{"0":90}}'),
    "offsets/10": offsetsLog('{"calls":{"1":7,"0":100}}'),
    "offsets/11": offsetsLog('{"calls":{"1":8,"0":110}}'),
    "offsets/.11.crc": "crc",
    "offsets/.12.1c5.tmp": "v1",
    "commits/9": COMMIT,
    "commits/10": COMMIT,
    "commits/.10.crc": "crc",
  });
  const last = { batchId: 10, offsets: { calls: { "0": 100, "1": 7 } } };
  deepEqual(await readSparkCheckpoint(directory.path), { last, unfinished: 11 });
  equal(await checkpointEngine(directory.path), "spark");
  deepEqual(await readStanding(directory.path), {
    engine: "spark",
    last: { ...last, topicIds: {}, epochs: {} },
    unfinished: 11,
  });
});

Deno.test("The streams of a query are put together, and one that has read nothing is left out", async () => {
  await using directory = await tempDir();
  const files = (...sources: readonly string[]) =>
    write(directory, { "offsets/0": offsetsLog(...sources), "commits/0": COMMIT });
  await files('{"a":{"0":1},"b":{"0":2}}', "-", '{"b":{"0":2,"1":3}}');
  deepEqual((await readSparkCheckpoint(directory.path)).last?.offsets, {
    a: { "0": 1 },
    b: { "0": 2, "1": 3 },
  });
  await files('{"a":{"0":1}}', '{"a":{"0":2}}');
  await rejects(
    readSparkCheckpoint(directory.path),
    /offsets\/0 cannot be read: .* different offsets of a-0/,
  );
});

Deno.test("A query that has planned its first batch has completed none", async () => {
  await using directory = await tempDir();
  equal(await isSparkCheckpoint(directory.path), false);
  await rejects(readStanding(directory.path), { code: "CHECKPOINT", message: /no checkpoint in/ });
  await write(directory, { "offsets/0": offsetsLog('{"calls":{"0":9}}') });
  deepEqual(await readSparkCheckpoint(directory.path), { last: undefined, unfinished: 0 });
});

Deno.test("A log of offsets that is damaged, of another version, or not of Kafka is named with the reason", async () => {
  await using directory = await tempDir();
  await write(directory, { "commits/3": COMMIT, "offsets/2": offsetsLog('{"calls":{"0":1}}') });
  const refused = async (content: string, message: RegExp) => {
    await write(directory, { "offsets/3": content });
    await rejects(readSparkCheckpoint(directory.path), { code: "CHECKPOINT", message });
  };
  await rejects(readSparkCheckpoint(directory.path), /offsets\/3 cannot be read: No such file/);
  await refused("", /offsets\/3 cannot be read: its format is "", where v1 was expected/);
  await refused(offsetsLog('{"calls":{"0":1}}').replace("v1", "v2"), /its format is "v2"/);
  await refused(offsetsLog(), /it has no offsets/);
  await refused(offsetsLog('{"calls":{"0":1'), /offsets\/3 cannot be read: .*JSON/);
  await refused(offsetsLog('{"logOffset":3}'), /it does not have offsets of Kafka/);
  await refused(offsetsLog('{"calls":{"0":-1}}'), /it does not have offsets of Kafka/);
});
