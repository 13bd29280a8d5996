/**
 * What every broker must do, whichever it is. The same laws are run on the embedded broker and on a real
 * Kafka; a law speaks to a broker only through its interface.
 */
import { deepEqual, equal, ok, rejects } from "assert";
import { SfcrimeError } from "../../lib/base/errors.ts";
import type { Broker, ConsumedRecord, OffsetRange, TopicPartitions } from "../../lib/broker/broker.ts";
import { consumedRecords } from "../../lib/broker/consumed_records.ts";
import { CODECS } from "../../lib/broker/record_batch/codecs.ts";
import type { ProducerRecord } from "../../lib/broker/record_batch/encode.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { whenTrue } from "../support/when_true.ts";

const utf8 = new TextEncoder();
const text = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);

/** Opens a further connection to the same broker. */
export type OpenBroker = () => Promise<Broker>;

/** How long a law waits for what should come at once; only a failure takes so long. */
const PATIENCE_MS = 30_000;
const PATIENCE = { withinMs: PATIENCE_MS };

const noSignal = new AbortController().signal;

function record(value: string, timestampMs = 1_546_300_620_000): ProducerRecord {
  return { key: utf8.encode(`key of ${value}`), value: utf8.encode(value), timestampMs };
}

function numbered(from: number, to: number): ProducerRecord[] {
  return Array.from(
    { length: to - from },
    (_, index) => record(`r${from + index}`, 1_000_000 + from + index),
  );
}

const topicOptions = { numPartitions: 1, replicationFactor: 1, config: { "retention.ms": "-1" } };
let topics = 0;

/** A topic of its own for each law. */
async function freshTopic(broker: Broker, numPartitions = 1): Promise<string> {
  const topic = `law-${Date.now().toString(36)}-${topics++}`;
  equal(await broker.createTopic(topic, { ...topicOptions, numPartitions }), true);
  return topic;
}

async function append(broker: Broker, topic: string, records: readonly ProducerRecord[], partition = 0) {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  try {
    return await appender.append(topic, [{ partition, records: RecordsBuilder.of(records) }]);
  } finally {
    await appender.close();
  }
}

async function readAll(broker: Broker, range: OffsetRange): Promise<ConsumedRecord[]> {
  const reader = await broker.openReader();
  try {
    const records: ConsumedRecord[] = [];
    let from = range.from;
    for await (const chunk of reader.read(range)) {
      records.push(...consumedRecords(chunk, { ...range, from }));
      from = (records.at(-1)?.offset ?? from - 1) + 1;
    }
    return records;
  } finally {
    await reader.close();
  }
}

function refusedWith(code: string) {
  return (error: unknown) => error instanceof SfcrimeError && error.code === code;
}

/** Registers the laws as tests, each on a connection of its own. */
export function brokerContract(name: string, open: OpenBroker): void {
  const law = (title: string, body: (broker: Broker) => Promise<void>) =>
    Deno.test(`${name}: ${title}`, async () => {
      const broker = await open();
      try {
        await body(broker);
      } finally {
        await broker.close();
      }
    });

  law("A topic is there from its creation to its deletion", async (broker) => {
    const topic = await freshTopic(broker, 3);
    equal(await broker.createTopic(topic, topicOptions), false);
    ok((await broker.listTopics()).includes(topic));
    const description = await broker.describeTopic(topic);
    deepEqual(description?.partitions.map(({ partition }) => partition), [0, 1, 2]);
    equal(await broker.deleteTopic(topic), true);
    equal(await broker.deleteTopic(topic), false);
    equal(await broker.describeTopic(topic), undefined);
  });

  law("A topic that is created again has another id", async (broker) => {
    const topic = await freshTopic(broker);
    const first = await broker.describeTopic(topic);
    await broker.deleteTopic(topic);
    await whenTrue(async () => await broker.describeTopic(topic) === undefined, PATIENCE);
    await broker.createTopic(topic, topicOptions);
    const second = await broker.describeTopic(topic);
    ok(first !== undefined && second !== undefined && first.id !== second.id);
  });

  law("What is appended is read in order, with key, value, time and offset", async (broker) => {
    const topic = await freshTopic(broker, 2);
    deepEqual(await append(broker, topic, numbered(0, 3), 1), [{
      partition: 1,
      baseOffset: 0,
      lastOffset: 2,
    }]);
    deepEqual(await append(broker, topic, numbered(3, 5), 1), [{
      partition: 1,
      baseOffset: 3,
      lastOffset: 4,
    }]);
    const records = await readAll(broker, { topic, partition: 1, from: 0, to: 5 });
    deepEqual(
      records.map(({ offset, timestampMs, key, value }) => [offset, timestampMs, text(key), text(value)]),
      [0, 1, 2, 3, 4].map((n) => [n, 1_000_000 + n, `key of r${n}`, `r${n}`]),
    );
    deepEqual(await broker.listOffsets(topic, "latest"), new Map([[0, 0], [1, 5]]));
  });

  law("A range begins and ends inside a batch", async (broker) => {
    const topic = await freshTopic(broker);
    await append(broker, topic, numbered(0, 10));
    await append(broker, topic, numbered(10, 20));
    const records = await readAll(broker, { topic, partition: 0, from: 7, to: 13 });
    deepEqual(records.map(({ value }) => text(value)), ["r7", "r8", "r9", "r10", "r11", "r12"]);
  });

  law("Null and empty keys and values stay what they are", async (broker) => {
    const topic = await freshTopic(broker);
    const empty = new Uint8Array();
    await append(broker, topic, [
      { key: null, value: null, timestampMs: 5 },
      { key: empty, value: empty, timestampMs: 5 },
      {
        key: null,
        value: utf8.encode("é😀"),
        timestampMs: 5,
        headers: [{ key: "h", value: utf8.encode("v") }],
      },
    ]);
    const records = await readAll(broker, { topic, partition: 0, from: 0, to: 3 });
    deepEqual(records.map(({ key, value }) => [text(key), text(value)]), [[null, null], ["", ""], [
      null,
      "é😀",
    ]]);
  });

  for (const codec of CODECS) {
    law(`Records compressed by ${codec} are read as they were`, async (broker) => {
      const topic = await freshTopic(broker);
      const appender = await broker.openAppender({ codec, acks: "all" });
      const records = numbered(0, 500).map(({ timestampMs }, n) =>
        record(`${n} ${"abc".repeat(n)}`, timestampMs)
      );
      await appender.append(topic, [{ partition: 0, records: RecordsBuilder.of(records) }]);
      await appender.close();
      const read = await readAll(broker, { topic, partition: 0, from: 0, to: 500 });
      deepEqual(read.map(({ value }) => text(value)), records.map(({ value }) => text(value)));
    });
  }

  law("An append that is larger than a batch may be arrives whole and in order", async (broker) => {
    const topic = await freshTopic(broker);
    const filler = "x".repeat(100_000);
    const records = Array.from({ length: 30 }, (_, n) => record(`${n} ${filler}`));
    deepEqual(await append(broker, topic, records), [{ partition: 0, baseOffset: 0, lastOffset: 29 }]);
    const read = await readAll(broker, { topic, partition: 0, from: 0, to: 30 });
    deepEqual(read.map(({ value }) => text(value)), records.map(({ value }) => text(value)));
  });

  law("A range of many batches is read whole, however many bytes are fetched at once", async (broker) => {
    const topic = await freshTopic(broker);
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const filler = "x".repeat(2_000);
    for (let batch = 0; batch < 12; batch++) {
      const records = Array.from({ length: 200 }, (_, n) => record(`${batch * 200 + n} ${filler}`));
      await appender.append(topic, [{ partition: 0, records: RecordsBuilder.of(records) }]);
    }
    await appender.close();
    const read = await readAll(broker, { topic, partition: 0, from: 0, to: 2_400 });
    deepEqual(
      read.map(({ value }) => Number(text(value)!.split(" ")[0])),
      Array.from({ length: 2_400 }, (_, n) => n),
    );
    deepEqual(await readAll(broker, { topic, partition: 0, from: 0, to: 2_400, bytesMax: 1 }), read);
  });

  law("A time gives the first record of that time or later, where there is one", async (broker) => {
    const topic = await freshTopic(broker);
    await append(broker, topic, [record("a", 1_000), record("b", 3_000), record("c", 2_000)]);
    await append(broker, topic, [record("d", 5_000)]);
    const at = async (timestampMs: number) => (await broker.listOffsets(topic, { timestampMs })).get(0);
    deepEqual([await at(0), await at(1_001), await at(3_001), await at(5_001)], [0, 1, 3, undefined]);
    deepEqual(await broker.listOffsets(topic, "earliest"), new Map([[0, 0]]));
  });

  law("What is not there is named", async (broker) => {
    const topic = await freshTopic(broker);
    await append(broker, topic, numbered(0, 2));
    const missing = `${topic}-missing`;
    await rejects(broker.listOffsets(missing, "latest"), refusedWith("TOPIC_MISSING"));
    await rejects(append(broker, topic, numbered(0, 1), 7), refusedWith("TOPIC_MISSING"));
    await rejects(readAll(broker, { topic, partition: 7, from: 0, to: 1 }), refusedWith("TOPIC_MISSING"));
    await rejects(
      readAll(broker, { topic, partition: 0, from: 0, to: 3 }),
      refusedWith("OFFSET_OUT_OF_RANGE"),
    );
  });

  law("A wait ends when a record arrives, from whichever connection", async (broker) => {
    const topic = await freshTopic(broker, 2);
    const other = await open();
    try {
      const start = new Map([[topic, await broker.listOffsets(topic, "latest")]]);
      const wait = broker.waitForData(start, { timeoutMs: PATIENCE_MS, signal: noSignal });
      await append(other, topic, numbered(0, 1), 1);
      deepEqual(await wait, new Map([[topic, new Map([[0, 0], [1, 1]])]]));
    } finally {
      await other.close();
    }
  });

  law(
    "A wait ends when a record arrives in any of its topics, also while another wait goes on",
    async (broker) => {
      const [idle, first, second] = [
        await freshTopic(broker),
        await freshTopic(broker),
        await freshTopic(broker),
      ];
      const none = new Map([[0, 0]]);
      const stop = new AbortController();
      const other = broker.waitForData(new Map([[idle, none]]), { timeoutMs: 4_000, signal: stop.signal });
      const wait = broker.waitForData(new Map([[first, none], [second, none]]), {
        timeoutMs: PATIENCE_MS,
        signal: noSignal,
      });
      await append(broker, second, numbered(0, 1));
      const ends = new Map([[first, none], [second, new Map([[0, 1]])]]);
      deepEqual(await Promise.race([wait, other]), ends);
      stop.abort();
      deepEqual(await other, new Map([[idle, none]]));
    },
  );

  law("A wait is for the partitions that have a position, and for those that have none", async (broker) => {
    const topic = await freshTopic(broker, 3);
    await append(broker, topic, numbered(0, 1), 0);
    const start = new Map([[topic, new Map([[0, Infinity], [1, 0]])]]);
    const wait = broker.waitForData(start, { timeoutMs: PATIENCE_MS, signal: noSignal });
    await append(broker, topic, numbered(0, 1), 0);
    await append(broker, topic, numbered(0, 1), 2);
    deepEqual(await wait, new Map([[topic, new Map([[0, 2], [1, 0], [2, 1]])]]));
    const none = new Map([[topic, new Map([[0, Infinity], [1, Infinity], [2, Infinity]])]]);
    deepEqual((await broker.waitForData(none, { timeoutMs: 50, signal: noSignal })).get(topic)?.get(0), 2);
  });

  law("A topic that is deleted ends the waits for it, and no others", async (broker) => {
    const [gone, stays] = [await freshTopic(broker), await freshTopic(broker)];
    const waitFor = (topic: string) =>
      broker.waitForData(new Map([[topic, new Map([[0, 0]])]]), {
        timeoutMs: PATIENCE_MS,
        signal: noSignal,
      });
    const [ended, goesOn] = [waitFor(gone), waitFor(stays)];
    await broker.deleteTopic(gone);
    await rejects(ended, refusedWith("TOPIC_MISSING"));
    await append(broker, stays, numbered(0, 1));
    deepEqual(await goesOn, new Map([[stays, new Map([[0, 1]])]]));
  });

  law("A range that carries its topic's id is read of that topic alone", async (broker) => {
    const topic = await freshTopic(broker);
    const range = { topic, partition: 0, from: 0, to: 2 };
    await append(broker, topic, numbered(0, 2));
    const { id: topicId } = (await broker.describeTopic(topic))!;
    const read = await readAll(broker, { ...range, topicId });
    deepEqual(read.map(({ value }) => text(value)), ["r0", "r1"]);
    await broker.deleteTopic(topic);
    await rejects(readAll(broker, { ...range, topicId }), refusedWith("DATA_LOSS"));
    await whenTrue(async () => await broker.describeTopic(topic) === undefined, PATIENCE);
    await broker.createTopic(topic, topicOptions);
    await append(broker, topic, numbered(2, 4));
    await rejects(readAll(broker, { ...range, topicId }), refusedWith("DATA_LOSS"));
    deepEqual((await readAll(broker, range)).map(({ value }) => text(value)), ["r2", "r3"]);
  });

  law("A wait ends at its time limit and when it is aborted", async (broker) => {
    const topic = await freshTopic(broker);
    const start = new Map([[topic, new Map([[0, 0]])]]);
    deepEqual(await broker.waitForData(start, { timeoutMs: 50, signal: noSignal }), start);
    const stop = new AbortController();
    const wait = broker.waitForData(start, { timeoutMs: PATIENCE_MS, signal: stop.signal });
    stop.abort();
    deepEqual(await wait, start);
  });

  law("Waits leave no listener behind on the signal of a run, however many there are", async (broker) => {
    const topic = await freshTopic(broker);
    const { signal, count } = countingSignal();
    const positions = new Map([[topic, new Map([[0, 0]])]]);
    for (let wait = 0; wait < 20; wait++) await broker.waitForData(positions, { timeoutMs: 2, signal });
    equal(count(), 0);
  });

  law("Committed offsets are a group's own", async (broker) => {
    const topic = await freshTopic(broker, 2);
    deepEqual(await broker.committedOffsets(`${topic}-a`, topic), new Map());
    await broker.commitOffsets(`${topic}-a`, topic, new Map([[1, 5]]));
    await broker.commitOffsets(`${topic}-a`, topic, new Map([[1, 7], [0, 2]]));
    deepEqual(await broker.committedOffsets(`${topic}-a`, topic), new Map([[0, 2], [1, 7]]));
    deepEqual(await broker.committedOffsets(`${topic}-b`, topic), new Map());
  });

  law("A group goes on where it stopped, and ends where it is told to", async (broker) => {
    const topic = await freshTopic(broker);
    await append(broker, topic, numbered(0, 4));
    deepEqual(await consume(broker, topic), ["r0", "r1", "r2", "r3"]);
    await append(broker, topic, numbered(4, 6));
    deepEqual(await consume(broker, topic), ["r4", "r5"]);
    deepEqual(await consume(broker, topic), []);
  });

  law("A member that has enough ends, and commits what it has taken and no more", async (broker) => {
    const topic = await freshTopic(broker);
    await append(broker, topic, numbered(0, 5));
    deepEqual(await consume(broker, topic, 2), ["r0", "r1"]);
    deepEqual(await broker.committedOffsets(`${topic}-group`, topic), new Map([[0, 2]]));
    deepEqual(await consume(broker, topic, 3), ["r2", "r3", "r4"]);
  });

  law("Two members of a group share its partitions, and no record is read twice", async (broker) => {
    const topic = await freshTopic(broker, 4);
    const other = await open();
    const stop = new AbortController();
    const values: string[] = [];
    const assigned = [new Set<number>(), new Set<number>()];
    const member = (connection: Broker, index: number) =>
      connection.subscribe({
        group: `${topic}-group`,
        topics: [topic],
        autoOffsetReset: "earliest",
        signal: stop.signal,
        onAssigned: (partitions) => assigned[index] = new Set(partitions.get(topic)),
        onRecords: (records) => {
          values.push(...records.map(({ value }) => text(value)!));
          return Promise.resolve({ count: records.length, wantsMore: true });
        },
      });
    const members = Promise.all([member(broker, 0), member(other, 1)]);
    await whenTrue(
      () => assigned[0]!.size === 2 && assigned[1]!.size === 2 && assigned[0]!.isDisjointFrom(assigned[1]!),
      PATIENCE,
    );
    for (let partition = 0; partition < 4; partition++) {
      await append(broker, topic, numbered(partition * 10, partition * 10 + 10), partition);
    }
    await whenTrue(() => values.length >= 40, PATIENCE);
    stop.abort();
    await members;
    await other.close();
    deepEqual(values.toSorted(), numbered(0, 40).map(({ value }) => text(value)!).toSorted());
  });

  law("A member of a group reads several topics to their ends, and each is committed", async (broker) => {
    const topics = [await freshTopic(broker, 2), await freshTopic(broker)] as const;
    const [left, right] = topics;
    await append(broker, left, numbered(0, 3), 0);
    await append(broker, left, numbered(3, 5), 1);
    await append(broker, right, numbered(5, 9));
    const read = async (most = Infinity) => {
      const taken: string[] = [];
      await broker.subscribe({
        group: `${left}-group`,
        topics,
        autoOffsetReset: "earliest",
        signal: noSignal,
        until: new Map(
          await Promise.all(topics.map(async (topic) => {
            return [topic, await broker.listOffsets(topic, "latest")] as const;
          })),
        ),
        onRecords: (records) => {
          const some = records.slice(0, most - taken.length);
          taken.push(...some.map(({ topic, value }) => `${topic} ${text(value)}`));
          return Promise.resolve({ count: some.length, wantsMore: taken.length < most });
        },
      });
      return taken;
    };
    // Whoever stops has taken no more than it said, of whichever topics.
    const first = await read(6);
    equal(first.length, 6);
    const all = [...first, ...await read()];
    const expected = [
      ...numbered(0, 5).map(({ value }) => `${left} ${text(value)}`),
      ...numbered(5, 9).map(({ value }) => `${right} ${text(value)}`),
    ];
    deepEqual(all.toSorted(), expected.toSorted());
    deepEqual(await broker.committedOffsets(`${left}-group`, left), new Map([[0, 3], [1, 2]]));
    deepEqual(await broker.committedOffsets(`${left}-group`, right), new Map([[0, 4]]));
    deepEqual(await read(), []);
  });

  law(
    "Members of a group with different topics read those that they have asked for, and share the others",
    async (broker) => {
      const [shared, own] = [await freshTopic(broker, 2), await freshTopic(broker)];
      const other = await open();
      const stop = new AbortController();
      const assigned: TopicPartitions[] = [new Map(), new Map()];
      const member = (connection: Broker, topics: readonly string[], index: number) =>
        connection.subscribe({
          group: `${shared}-group`,
          topics,
          autoOffsetReset: "earliest",
          signal: stop.signal,
          onAssigned: (partitions) => assigned[index] = new Map(partitions),
          onRecords: ({ length }) => Promise.resolve({ count: length, wantsMore: true }),
        });
      const members = Promise.all([member(broker, [shared, own], 0), member(other, [shared], 1)]);
      const countOf = (index: number, topic: string) => assigned[index]!.get(topic)?.length ?? 0;
      await whenTrue(
        () => countOf(0, shared) === 1 && countOf(1, shared) === 1 && countOf(0, own) === 1,
        PATIENCE,
      );
      equal(countOf(1, own), 0);
      stop.abort();
      await members;
      await other.close();
    },
  );
}

/** A signal that knows how many listeners it has. */
function countingSignal(): { readonly signal: AbortSignal; readonly count: () => number } {
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: EventListener, options?: AddEventListenerOptions) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  return { signal, count: () => listeners.size };
}

/** Reads as the topic's group until the end that the topic has now. */
async function consume(broker: Broker, topic: string, most = Infinity): Promise<string[]> {
  const values: string[] = [];
  await broker.subscribe({
    group: `${topic}-group`,
    topics: [topic],
    autoOffsetReset: "earliest",
    signal: noSignal,
    until: new Map([[topic, await broker.listOffsets(topic, "latest")]]),
    onRecords: (records) => {
      const taken = records.slice(0, most - values.length);
      values.push(...taken.map(({ value }) => text(value)!));
      return Promise.resolve({ count: taken.length, wantsMore: values.length < most });
    },
  });
  return values;
}
