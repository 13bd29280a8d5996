/** What the embedded broker waits for while the wall clock is set. */
import { deepEqual, equal } from "assert";
import { join } from "node:path";
import type { Broker, TopicOffsets } from "../../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { start } from "../../support/program.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { setWallClock } from "../../support/wall_clock.ts";

const HOUR_MS = 3_600_000;
const TOPIC = "calls";

/** A broker with a topic of two partitions. */
async function openBroker(directory: string): Promise<Broker> {
  await Deno.mkdir(join(directory, ".sfcrime"), { recursive: true });
  const broker = openEmbeddedBroker(join(directory, ".sfcrime", "broker.db"));
  await broker.createTopic(TOPIC, { numPartitions: 2, replicationFactor: 1 });
  return broker;
}

/** A member of the group, which reads until it is ended. */
function joinGroup(broker: Broker) {
  let assigned: readonly number[] = [];
  let changed = Promise.withResolvers<void>();
  const stop = new AbortController();
  const ended = broker.subscribe({
    topics: [TOPIC],
    group: "g",
    autoOffsetReset: "earliest",
    signal: stop.signal,
    onAssigned: (partitions) => {
      assigned = (partitions.get(TOPIC) ?? []).toSorted();
      changed.resolve();
      changed = Promise.withResolvers();
    },
    onRecords: (records) => Promise.resolve({ count: records.length, wantsMore: true }),
  });
  return {
    async holds(count: number): Promise<readonly number[]> {
      while (assigned.length !== count) await changed.promise;
      return assigned;
    },
    async leave(): Promise<void> {
      stop.abort();
      await ended;
    },
  };
}

for (const [how, byMs] of [["back", -HOUR_MS], ["forward", HOUR_MS]] as const) {
  Deno.test(`A wait for data ends in time when the wall clock is set ${how} meanwhile`, async () => {
    await using directory = await tempDir();
    const broker = await openBroker(directory.path);
    const ends: TopicOffsets = new Map([[TOPIC, new Map([[0, 0], [1, 0]])]]);
    const waiting = broker.waitForData(ends, { timeoutMs: 300, signal: new AbortController().signal });
    const setRight = setWallClock(byMs);
    try {
      deepEqual(await waiting, ends);
    } finally {
      setRight();
      await broker.close();
    }
  });

  Deno.test(`Members of a group share its partitions, also when the wall clock was set ${how} between them`, async () => {
    await using directory = await tempDir();
    const broker = await openBroker(directory.path);
    const first = joinGroup(broker);
    deepEqual(await first.holds(2), [0, 1]);
    const setRight = setWallClock(byMs);
    try {
      const second = joinGroup(broker);
      const shares = [...await second.holds(1), ...await first.holds(1)].sort();
      deepEqual(shares, [0, 1]);
      await second.leave();
      equal((await first.holds(2)).length, 2);
      await first.leave();
    } finally {
      setRight();
      await broker.close();
    }
  });

  Deno.test(`A member that was killed is replaced, also when the wall clock was set ${how} since`, async () => {
    await using directory = await tempDir();
    const broker = await openBroker(directory.path);
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const record = { key: null, value: new TextEncoder().encode("{}"), timestampMs: 0 };
    await appender.append(TOPIC, [{ partition: 0, records: RecordsBuilder.of([record]) }]);
    await appender.close();
    const killed = start(["consume", "--topic", TOPIC, "--group", "g"], { cwd: directory.path });
    await killed.until(({ stdout }) => stdout.length > 0);
    killed.kill("SIGKILL");
    await killed.ended();
    const setRight = setWallClock(byMs);
    try {
      const second = joinGroup(broker);
      deepEqual(await second.holds(2), [0, 1]);
      await second.leave();
    } finally {
      setRight();
      await broker.close();
    }
  });
}
