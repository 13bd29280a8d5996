/** What is left of a range of which some is gone. */
import { deepEqual, rejects } from "assert";
import { ReaderPastLoss } from "../../../lib/analyze/source/reader_past_loss.ts";
import type { Broker, OffsetRange, Reader } from "../../../lib/broker/broker.ts";
import { outOfRange, topicReplaced } from "../../../lib/broker/failures.ts";

const RANGE: OffsetRange = { topic: "t", topicId: "one", partition: 0, from: 10, to: 20 };

/** What a partition holds, and where its broker says that it ends. */
interface Log {
  readonly id?: string;
  readonly start: number;
  readonly end: number;
  readonly saidEnd?: number;
}

/** The ranges that are read to their end, and the losses that are told. */
async function readPast({ id = "one", start, end, saidEnd = end }: Log) {
  const read: [number, number][] = [];
  const reader: Reader = {
    async *read(range) {
      await Promise.resolve();
      const { from, to, topicId } = range;
      if (topicId !== id) throw topicReplaced("t", { before: topicId!, now: id, read: new Map([[0, from]]) });
      if (from < start || to > end) throw outOfRange(range, { start, end });
      read.push([from, to]);
      yield* [];
    },
    close: () => Promise.resolve(),
  };
  const broker = {
    listOffsets: (_topic: string, at: unknown) =>
      Promise.resolve(new Map([[0, at === "earliest" ? start : saidEnd]])),
  } as unknown as Broker;
  const losses: string[] = [];
  const past = new ReaderPastLoss(reader, broker, (message) => losses.push(message));
  for await (const _chunk of past.read(RANGE));
  return { read, losses: losses.length };
}

Deno.test("What was deleted is left out, and the end stays what it was to be, wherever the broker says that it is", async () => {
  deepEqual(await readPast({ start: 0, end: 20 }), { read: [[10, 20]], losses: 0 });
  for (const saidEnd of [20, 12, 15]) {
    deepEqual(await readPast({ start: 15, end: 20, saidEnd }), { read: [[15, 20]], losses: 1 });
  }
  deepEqual(await readPast({ start: 20, end: 30 }), { read: [], losses: 1 });
});

Deno.test("An end for which the reader has waited in vain is where the range ends", async () => {
  deepEqual(await readPast({ start: 0, end: 15 }), { read: [[10, 15]], losses: 1 });
  deepEqual(await readPast({ start: 0, end: 5 }), { read: [], losses: 1 });
  deepEqual(await readPast({ start: 12, end: 15 }), { read: [[12, 15]], losses: 2 });
  await rejects(readPast({ start: 0, end: 15, saidEnd: 20 }), { code: "OFFSET_OUT_OF_RANGE" });
});

Deno.test("Nothing is read of another topic that has the name now", async () => {
  deepEqual(await readPast({ id: "two", start: 0, end: 30 }), { read: [], losses: 1 });
});
