import { deepEqual, equal, ok } from "assert";
import { QueryOutput } from "../../../lib/analyze/query/query_output.ts";
import { CHUNK_ROWS_MAX } from "../../../lib/base/bounds.ts";
import { outputTo } from "../../../lib/base/files/output.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import { ndjsonSink } from "../../../lib/sinks/ndjson_sink.ts";
import { type BatchTopics, KafkaSink, type TopicRow } from "../../../lib/sinks/kafka_sink.ts";
import type { Sink } from "../../../lib/sinks/sink.ts";
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
