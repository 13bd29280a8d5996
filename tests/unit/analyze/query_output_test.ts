import { deepEqual, equal, ok, rejects } from "assert";
import { QueryOutput } from "../../../lib/analyze/query/query_output.ts";
import { CHUNK_ROWS_MAX } from "../../../lib/base/bounds.ts";
import { outputTo } from "../../../lib/base/files/output.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import { ndjsonSink } from "../../../lib/sinks/ndjson_sink.ts";
import { type BatchTopics, KafkaSink, type TopicRow } from "../../../lib/sinks/kafka_sink.ts";
import type { RowChunk, RowFormat, Sink } from "../../../lib/sinks/sink.ts";
import { planOf } from "../../support/plan_run.ts";

const plan = planOf({
  sql: "SELECT id FROM t",
  schema: [{ name: "id", type: "INT" }],
  outputMode: "append",
  timeZone: "UTC",
});

const batch = { batchId: 0, offsets: "" };

Deno.test("Chunks of text that are written one after the other share their memory", async () => {
  const memory = new Set<ArrayBufferLike>();
  let text = "";
  const writer = {
    async write(bytes: Uint8Array) {
      memory.add(bytes.buffer);
      await Promise.resolve();
      // A pipe takes a part at a time.
      const part = bytes.subarray(0, 60_000);
      text += new TextDecoder().decode(part);
      return part.length;
    },
  };
  const output = new QueryOutput({ plan, sink: ndjsonSink(outputTo(writer, "stdout"), false), zone: UTC });
  const rows = Array.from({ length: 10 * CHUNK_ROWS_MAX + 1 }, (_, id): Row => [id]);
  await output.begin(batch, true);
  await output.writeAll(rows);
  equal(text, rows.map(([id]) => `{"id":${id}}\n`).join(""));
  ok(memory.size <= 2, `${memory.size} buffers`);
});

/** Rows, which are made as they are read; the last one fails. */
function* failingRows(count: number, read: { count: number }): Iterable<Row> {
  yield* keysOf(count, read);
  throw new Error("No more rows.");
}

/** A sink whose writes end when the test says so. */
class SlowSink implements Sink {
  readonly description = "slow";
  readonly format: RowFormat = { kind: "ndjson", withBatch: false };
  readonly writes: { readonly text: Uint8Array; readonly end: PromiseWithResolvers<void> }[] = [];

  write({ text }: RowChunk): Promise<void> {
    const end = Promise.withResolvers<void>();
    this.writes.push({ text: text!, end });
    return end.promise;
  }

  textOf(index: number): string {
    return new TextDecoder().decode(this.writes[index]!.text);
  }
}

/** Lets everything go on that waits for nothing but itself. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

Deno.test("While the sink writes a chunk, the next one is encoded, and no other", async () => {
  const sink = new SlowSink();
  const output = new QueryOutput({ plan, sink, zone: UTC });
  const read = { count: 0 };
  const texts: string[] = [];
  await output.begin(batch, true);
  const all = output.writeAll(keysOf(4 * CHUNK_ROWS_MAX, read));
  for (let chunk = 0; chunk < 4; chunk++) {
    await settled();
    equal(sink.writes.length, chunk + 1);
    // The row that fills the chunk is the last that was read.
    equal(read.count, Math.min(4, chunk + 2) * CHUNK_ROWS_MAX - (chunk < 3 ? 1 : 0));
    texts.push(sink.textOf(chunk));
    sink.writes[chunk]!.end.resolve();
  }
  await all;
  equal(texts.join(""), Array.from({ length: 4 * CHUNK_ROWS_MAX }, (_, id) => `{"id":${id}}\n`).join(""));
});

Deno.test("A write that fails ends the output, and rows that fail wait for the write before", async () => {
  const failing = new SlowSink();
  const output = new QueryOutput({ plan, sink: failing, zone: UTC });
  await output.begin(batch, true);
  const all = output.writeAll(keysOf(3 * CHUNK_ROWS_MAX, { count: 0 }));
  await settled();
  failing.writes[0]!.end.reject(new Error("The disk is full."));
  await rejects(all, { message: "The disk is full." });
  equal(failing.writes.length, 1);

  const slow = new SlowSink();
  const other = new QueryOutput({ plan, sink: slow, zone: UTC });
  await other.begin(batch, true);
  let hasEnded = false;
  const ended = other.writeAll(failingRows(CHUNK_ROWS_MAX + 1, { count: 0 })).finally(() => hasEnded = true);
  ended.catch(() => {});
  await settled();
  equal(hasEnded, false);
  slow.writes[0]!.end.resolve();
  await rejects(ended, { message: "No more rows." });
});

/** Keys, which are made as they are read; notes how many were. */
function* keysOf(count: number, read: { count: number }): Iterable<Row> {
  for (; read.count < count; read.count++) yield [read.count];
}

Deno.test("For a sink that removes no groups, no key of an evicted group is made", async () => {
  const none: Sink = { description: "none", format: { kind: "values", rowsMax: 0 }, async write() {} };
  const output = new QueryOutput({ plan, sink: none, zone: UTC });
  const read = { count: 0 };
  await output.begin(batch, true);
  await output.removeGroups(keysOf(10, read));
  equal(read.count, 0);
});

Deno.test("Tombstones are appended chunk by chunk, so that the keys of evicted groups are never all in memory", async () => {
  const read = { count: 0 };
  const tombstones: TopicRow[] = [];
  const topics: BatchTopics = {
    lastBatch: () => Promise.resolve(undefined),
    open: () =>
      Promise.resolve({
        lastBatch: undefined,
        async begin() {},
        append(rows: readonly TopicRow[]) {
          tombstones.push(...rows);
          ok(read.count < tombstones.length + CHUNK_ROWS_MAX);
          return Promise.resolve();
        },
        async commit() {},
        async close() {},
      }),
  };
  const key = [{ column: 0, field: undefined }];
  const options = {
    topic: "out",
    query: undefined,
    schema: plan.output,
    zone: UTC,
    key,
    tombstones: true,
    topics,
  };
  const sink = new KafkaSink(options);
  await sink.open("query");
  await sink.removeGroups(keysOf(3 * CHUNK_ROWS_MAX + 1, read));
  deepEqual(
    tombstones.map(({ key, value }) => [new TextDecoder().decode(key!), value]),
    Array.from({ length: 3 * CHUNK_ROWS_MAX + 1 }, (_, id) => [`{"id":${id}}`, null]),
  );
});
