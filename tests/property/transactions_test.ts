import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { concat } from "../../lib/base/text/bytes.ts";
import { CODECS } from "../../lib/broker/record_batch/codecs.ts";
import type { AbortedTransaction } from "../../lib/broker/record_batch/decode.ts";
import { endOfWholeBatches } from "../../lib/broker/record_batch/batch_header.ts";
import { naiveBatch, naiveMarker } from "../support/naive_batches.ts";
import { readAll } from "../support/record_arbitraries.ts";

const [LOG_APPEND_TIME, TRANSACTIONAL, CONTROL] = [0x08, 0x10, 0x20];

/** What one of four producers does next; the first of them knows no transactions. */
interface Step {
  readonly producer: number;
  readonly does: "write" | "commit" | "abort";
  readonly count: number;
}

/** A log with transactions, and what became of them. */
interface TransactionLog {
  readonly batches: { readonly bytes: Uint8Array; readonly baseOffset: number }[];
  /** As the broker's index has them: with the offset of their marker. */
  readonly aborted: (AbortedTransaction & { readonly lastOffset: number })[];
  /** Offsets of the records that count. */
  readonly visible: number[];
  readonly end: number;
}

/** Plays the steps as a broker does; transactions that are open at the end are given up. */
function play(steps: readonly Step[]): TransactionLog {
  const log = { batches: [] as TransactionLog["batches"], aborted: [] as TransactionLog["aborted"] };
  const open = new Map<number, number[]>();
  const visible: number[] = [];
  let end = 0;
  const append = (options: Parameters<typeof naiveBatch>[0]) => {
    log.batches.push({ bytes: naiveBatch({ ...options, baseOffset: end }), baseOffset: end });
    end += options.records.length;
  };
  const finish = (producer: number, verb: "commit" | "abort") => {
    const own = open.get(producer)!;
    open.delete(producer);
    const producerId = BigInt(producer);
    if (verb === "commit") visible.push(...own);
    else log.aborted.push({ producerId, firstOffset: own[0]!, lastOffset: end });
    append({ records: [naiveMarker(verb)], producerId, flags: TRANSACTIONAL | CONTROL });
  };
  for (const { producer, does, count } of steps) {
    if (does === "write") {
      const own = Array.from({ length: count }, (_, index) => end + index);
      if (producer === 0) visible.push(...own);
      else open.set(producer, [...open.get(producer) ?? [], ...own]);
      const records = own.map((offset) => ({ key: null, value: Uint8Array.of(offset), timestampMs: offset }));
      const codec = CODECS[end % CODECS.length]!;
      append({ records, codec, producerId: BigInt(producer), flags: producer === 0 ? 0 : TRANSACTIONAL });
    } else if (open.has(producer)) finish(producer, does);
  }
  for (const producer of [...open.keys()]) finish(producer, "abort");
  return { ...log, visible: visible.sort((left, right) => left - right), end };
}

const logs = fc.array(
  fc.record({
    producer: fc.nat(3),
    does: fc.constantFrom("write", "write", "commit", "abort"),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 40, size: "max" },
).map((steps) => play(steps as Step[]));

Deno.test("A reader is shown what was committed, and nothing that was given up, from any offset on", () => {
  fc.assert(
    fc.property(logs, fc.nat(60), ({ batches, aborted, visible, end }, nth) => {
      const from = nth % (end + 1);
      // A broker answers from the batch that holds the offset, and names the aborted transactions from there on.
      const answered = batches.filter(({ baseOffset }, at) =>
        (batches[at + 1]?.baseOffset ?? end) > from || baseOffset >= from
      );
      const overlapping = aborted.filter(({ lastOffset }) => lastOffset >= from).reverse();
      const chunk = concat(answered.map(({ bytes }) => bytes));
      const { records, next } = readAll(chunk, { from, aborted: overlapping });
      deepEqual(records.map(({ offset }) => offset), visible.filter((offset) => offset >= from));
      equal(next, end);
    }),
    { numRuns: 300 },
  );
});

Deno.test("A producer that gave up one transaction is heard again in its next one", () => {
  const steps = (["write", "abort", "write", "commit"] as const).map((does) => ({
    producer: 1,
    does,
    count: 1,
  }));
  const { batches, aborted } = play(steps);
  deepEqual(
    readAll(concat(batches.map(({ bytes }) => bytes)), { aborted }).records.map(({ offset }) => offset),
    [2],
  );
});

Deno.test("Records that were compacted away leave gaps, and an empty batch still moves the reader on", () => {
  const kept = fc.uniqueArray(fc.nat(9), { maxLength: 10 }).map((deltas) => deltas.sort((a, b) => a - b));
  fc.assert(fc.property(kept, kept, (first, second) => {
    const batch = (offsetDeltas: number[], baseOffset: number) => {
      const records = offsetDeltas.map((timestampMs) => ({ key: null, value: null, timestampMs }));
      return naiveBatch({ records, offsetDeltas, baseOffset, lastOffsetDelta: 9, maxTimestampMs: 9 });
    };
    const chunk = concat([batch(first, 0), batch(second, 10)]);
    const { records, next } = readAll(chunk);
    deepEqual(records.map(({ offset }) => offset), [...first, ...second.map((delta) => delta + 10)]);
    equal(next, 20);
    equal(endOfWholeBatches(chunk, 0).nextOffset, 20);
  }));
});

Deno.test("Where the log sets the times, each record has that of its batch", () => {
  const records = [5, 1, 9].map((timestampMs) => ({ key: null, value: null, timestampMs }));
  const chunk = naiveBatch({ records, flags: LOG_APPEND_TIME, maxTimestampMs: 1_234 });
  deepEqual(readAll(chunk).records.map(({ timestampMs }) => timestampMs), [1_234, 1_234, 1_234]);
});

Deno.test("A control record is no record, whatever its key", () => {
  for (const key of [null, new Uint8Array(), Uint8Array.of(0, 0, 0, 2), Uint8Array.of(0, 0, 0, 9)]) {
    const records = [{ key, value: Uint8Array.of(1), timestampMs: 0 }];
    const chunk = naiveBatch({ records, flags: TRANSACTIONAL | CONTROL, producerId: 1n });
    const aborted = [{ producerId: 1n, firstOffset: 0 }];
    deepEqual(readAll(chunk, { aborted }), { records: [], next: 1 });
  }
});
