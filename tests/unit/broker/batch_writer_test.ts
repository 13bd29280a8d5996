import { deepEqual, equal, ok, rejects } from "assert";
import { APPEND_BYTES_MAX, APPEND_TOTAL_BYTES_MAX } from "../../../lib/base/bounds.ts";
import { BatchWriter } from "../../../lib/broker/writing/batch_writer.ts";
import type { Appended, Appender, PartitionRecords } from "../../../lib/broker/broker.ts";
import { recordsOf } from "../../../lib/broker/record_batch/split.ts";

/** Keeps what is appended, except values above a size. */
class Log implements Appender {
  /** The bytes of each append. */
  readonly appends: number[] = [];
  readonly partitions = new Map<number, number[]>();
  readonly #limit: number;

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  append(_topic: string, parts: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    this.appends.push(parts.reduce((total, { records }) => total + records.bytes, 0));
    ok(parts.every(({ records }) => records.bytes <= APPEND_BYTES_MAX));
    return Promise.resolve(parts.map(({ partition, records }) => {
      const kept = this.partitions.get(partition) ?? [];
      this.partitions.set(partition, kept);
      const tooLarge = recordsOf(records).flatMap(({ value, timestampMs }, index) => {
        if (value!.length > this.#limit) return [{ index, bytes: value!.length }];
        kept.push(timestampMs);
        return [];
      });
      return { partition, baseOffset: 0, tooLarge };
    }));
  }

  batchLimit(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

Deno.test("An append to 1,000 partitions keeps to its bound, and each record is there once, in order", async () => {
  const log = new Log();
  let [confirmed, last] = [0, -1];
  const writer = new BatchWriter<number>(log, "t", {
    onConfirmed: ({ records, mark }) => {
      confirmed += records;
      ok(mark > last);
      last = mark;
    },
    onTooLarge: () => ok(false),
  });
  const count = 20_000;
  for (let n = 0; n < count; n++) {
    const value = new Uint8Array(n % 7 * 500);
    await writer.add({ key: null, value, timestampMs: n }, { partition: n % 1_000, mark: n });
  }
  await writer.drain();
  equal(confirmed, count);
  equal(last, count - 1);
  ok(log.appends.length > 1 && log.appends.every((bytes) => bytes <= 1.01 * APPEND_TOTAL_BYTES_MAX));
  for (const [partition, found] of log.partitions) {
    deepEqual(found, Array.from({ length: count / 1_000 }, (_, turn) => turn * 1_000 + partition));
  }
});

Deno.test("Records that were left out are told by their marks, and do not count as confirmed", async () => {
  const log = new Log(10);
  const confirmed: unknown[] = [];
  const refused: unknown[] = [];
  const writer = new BatchWriter<string>(log, "t", {
    onConfirmed: ({ records, bytes, mark }) => confirmed.push([records, bytes, mark]),
    onTooLarge: ({ mark, bytes, record }) =>
      refused.push([mark, bytes, record.value!.length, confirmed.length]),
  });
  for (const [n, length] of [3, 50, 4, 60, 5].entries()) {
    await writer.add(
      { key: null, value: new Uint8Array(length), timestampMs: n },
      { partition: n % 2, mark: `r${n}` },
    );
  }
  await writer.drain();
  deepEqual(confirmed, [[3, 12, "r4"]]);
  deepEqual(refused, [["r1", 50, 50, 1], ["r3", 60, 60, 1]]);
  deepEqual(log.partitions, new Map([[0, [0, 2, 4]], [1, []]]));
});

Deno.test("What is thrown for a record that was left out ends the writer", async () => {
  const writer = new BatchWriter<number>(new Log(10), "t", {
    onConfirmed: () => {},
    onTooLarge: ({ mark }) => {
      throw new Error(`record ${mark}`);
    },
  });
  await writer.add({ key: null, value: new Uint8Array(50), timestampMs: 0 }, { partition: 0, mark: 7 });
  await rejects(writer.drain(), /record 7/);
});
