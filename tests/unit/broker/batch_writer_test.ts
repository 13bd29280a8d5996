import { deepEqual, equal, ok, rejects } from "assert";
import { APPEND_BYTES_MAX, APPEND_TOTAL_BYTES_MAX } from "../../../lib/base/bounds.ts";
import { BatchWriter, type BlockOfRecords } from "../../../lib/broker/writing/batch_writer.ts";
import type { Appended, Appender, PartitionRecords } from "../../../lib/broker/writing/appender.ts";
import { type Deltas, RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { recordsOf } from "../../../lib/broker/record_batch/split.ts";

/** Keeps what is appended, except values above a size. */
class Log implements Appender {
  readonly id = undefined;
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
      return { partition, baseOffset: 0, lastOffset: kept.length - 1, tooLarge };
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

/** Records of so many bytes in partitions, as a block. */
function blockOf(
  values: readonly (readonly [partition: number, bytes: number])[],
  { timestampMs, firstMark }: { readonly timestampMs: number; readonly firstMark: number },
): BlockOfRecords<number> {
  const marks = Map.groupBy(
    values.map(([partition], index) => ({ partition, mark: firstMark + index })),
    (found) => found.partition,
  );
  const parts = [...Map.groupBy(values, ([partition]) => partition)].map(([partition, own]) => ({
    partition,
    count: own.length,
    bytes: own.reduce((total, [, bytes]) => total + bytes, 0),
    encode: ({ offsetDelta, timestampDeltaMs }: Deltas) => {
      // As after records that do not count.
      const before = Array.from({ length: offsetDelta }, () => ({ key: null, value: null, timestampMs: 0 }));
      const records = own.map(([, bytes]) => new Uint8Array(bytes));
      const all = RecordsBuilder.of([
        ...before,
        ...records.map((value) => ({ key: null, value, timestampMs: timestampDeltaMs })),
      ]);
      return all.toBatch().slice(RecordsBuilder.of(before).bytes);
    },
  }));
  return {
    parts,
    timestampMs,
    markOf: (partition, nth) => marks.get(partition)![nth]!.mark,
    lastMark: firstMark + values.length - 1,
  };
}

Deno.test("A block is in one append, whose bounds hold, and each of its records has its mark", async () => {
  const log = new Log(1_500);
  let [confirmed, last] = [0, -1];
  const refused: number[] = [];
  const writer = new BatchWriter<number>(log, "t", {
    onConfirmed: ({ records, mark }) => {
      confirmed += records;
      // A block has 100 records; one may be added alone before it.
      equal((mark + 1) % 101 === 0 || (mark + 1) % 101 === 1, true);
      ok(mark > last);
      last = mark;
    },
    onTooLarge: ({ mark, bytes }) => {
      equal(bytes, 2_000);
      refused.push(mark);
    },
  });
  const expected: number[] = [];
  let marks = 0;
  for (let turn = 0; turn < 200; turn++) {
    await writer.add({ key: null, value: new Uint8Array(10), timestampMs: turn }, {
      partition: 0,
      mark: marks++,
    });
    const values = Array.from(
      { length: 100 },
      (_, n) => [n * turn % 3, (n + turn) % 50 === 7 ? 2_000 : 900] as const,
    );
    expected.push(...values.flatMap(([, bytes], n) => bytes === 2_000 ? [marks + n] : []));
    await writer.addBlock(blockOf(values, { timestampMs: turn, firstMark: marks }));
    marks += values.length;
  }
  await writer.drain();
  equal(confirmed, marks - expected.length);
  deepEqual(refused.toSorted((a, b) => a - b), expected);
  ok(log.appends.length > 10);
  for (const times of log.partitions.values()) deepEqual(times, times.toSorted((a, b) => a - b));
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
