/**
 * Runs of `produce --source datasf` that are killed at any moment, while their data set changes: each row is in the topic
 * once. A run is killed when the broker has stored the batches of some partitions only, or has stored all and not said
 * so: what a process that ends at once leaves behind.
 */
import { deepEqual, ok } from "assert";
import { join } from "node:path";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import { systemHost } from "../../lib/base/host.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import type { ProducerBroker } from "../../lib/broker/writing/dry_run.ts";
import { DeadLetters } from "../../lib/produce/broken/dead_letters.ts";
import { DataSetClient } from "../../lib/produce/input/data_set/data_set_client.ts";
import { DataSetInput } from "../../lib/produce/input/data_set/data_set_input.ts";
import { produce } from "../../lib/produce/produce.ts";
import { RowTracker } from "../../lib/produce/resume/row_tracker.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { localTime } from "../support/dispatched_calls.ts";
import { OpenData } from "../support/open_data.ts";
import type { SoqlRow } from "../support/soql.ts";
import { topicRecords } from "../support/topic_records.ts";

const DATA_SET = "aaaa-aaaa";
const HEADER = `${DATA_SET}:at`;
const OVERLAP_MS = 10_000;
const PARTITIONS = 3;
const BEGIN_MS = Date.parse("2026-01-01T00:00:00Z");

class Killed extends Error {}

/** When a run is killed: at its nth append, of which so many partitions are stored. */
interface Kill {
  readonly append: number;
  readonly stored: number;
}

/** A run: what appears before it, how many rows a page has, and how it ends. */
interface Run {
  /** By how many seconds each row is later than the latest before it, or earlier. */
  readonly steps: readonly number[];
  readonly pageSize: number;
  readonly kill: Kill | undefined;
}

const run: fc.Arbitrary<Run> = fc.record({
  // A row appears no later than the overlap after others of its time.
  steps: fc.array(fc.integer({ min: -9, max: 30 }), { maxLength: 25, size: "max" }),
  pageSize: fc.integer({ min: 1, max: 8 }),
  kill: fc.option(
    fc.record({ append: fc.integer({ min: 0, max: 5 }), stored: fc.integer({ min: 0, max: PARTITIONS }) }),
    { nil: undefined },
  ),
});

/** A broker that is lost in the middle of an append. */
function dyingBroker(broker: Broker, { append, stored }: Kill): ProducerBroker {
  return {
    describeTopic: (topic) => broker.describeTopic(topic),
    listTopics: () => broker.listTopics(),
    listOffsets: (...args) => broker.listOffsets(...args),
    openReader: () => broker.openReader(),
    async openAppender(options) {
      const appender = await broker.openAppender(options);
      let count = 0;
      return {
        id: appender.id,
        batchLimit: (topic) => appender.batchLimit(topic),
        close: () => appender.close(),
        append: async (topic, batches) => {
          if (count++ < append) return await appender.append(topic, batches);
          await appender.append(topic, batches.slice(0, stored));
          throw new Killed();
        },
      };
    },
  };
}

async function runOnce(
  broker: Broker,
  { topic, url, pageSize, kill }: Omit<Run, "steps"> & { readonly topic: string; readonly url: string },
): Promise<void> {
  const client = new DataSetClient({ url, token: undefined, ca: undefined }, systemHost);
  const input = new DataSetInput({
    client,
    dataSet: DATA_SET,
    history: undefined,
    timeColumn: "at",
    idColumn: "id",
    where: undefined,
    pageSize,
    beginMs: -Infinity,
    overlapMs: OVERLAP_MS,
    pollMs: 1,
    endsAtEnd: true,
    recordOf: (row) => JSON.stringify(row),
    clock: systemHost,
    localNowMs: () => Date.now(),
  });
  try {
    await produce({
      broker: kill === undefined ? broker : dyingBroker(broker, kill),
      topic,
      input,
      reading: { placeHeader: HEADER },
      record: { keyField: "id", schema: "any", zone: UTC },
      pace: { kind: "unlimited" },
      timestamp: "now",
      append: { codec: "none", acks: "all" },
      lingerMs: 50,
      tracker: new RowTracker({ input, header: HEADER, directory: undefined }),
      limit: undefined,
      loop: false,
      onError: "fail",
      strict: false,
      requireKey: true,
      deadLetters: new DeadLetters("unused", systemHost),
      clock: systemHost,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

Deno.test("Each row of a data set is sent once, however the runs end and whatever appears meanwhile", async () => {
  const rows: SoqlRow[] = [];
  await using server = new OpenData({ [DATA_SET]: { fields: ["id", "at", "n"], rows } });
  const directory = await Deno.makeTempDir();
  const broker = openEmbeddedBroker(join(directory, "broker.db"));
  let topics = 0;
  let kills = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
        rows.splice(0);
        const topic = `rows-${topics++}`;
        await broker.createTopic(topic, { numPartitions: PARTITIONS, replicationFactor: 1 });
        let latestMs = BEGIN_MS;
        for (const { steps, pageSize, kill } of [...runs, { steps: [], pageSize: 5, kill: undefined }]) {
          for (const step of steps) {
            const atMs = latestMs + step * 1_000;
            // Ids of the same time are in no order of their own.
            rows.push({
              id: `${(rows.length * 7) % 10}-${rows.length}`,
              at: localTime(atMs),
              n: rows.length,
            });
            latestMs = Math.max(latestMs, atMs);
          }
          if (kill !== undefined) kills++;
          await runOnce(broker, { topic, url: server.url, pageSize, kill });
        }
        const sent = (await topicRecords(broker, topic)).map(({ key }) => key).toSorted();
        deepEqual(sent, rows.map(({ id }) => id).toSorted());
      }),
      { numRuns: 25 },
    );
  } finally {
    await broker.close();
    await Deno.remove(directory, { recursive: true });
  }
  ok(kills > 10);
});
