/** Which ranges of the records that came with answers to waits are handed to readers. */
import { deepEqual, equal } from "assert";
import { LOOK_AGAIN_MS } from "../../../lib/base/bounds.ts";
import {
  type AnsweredPartition,
  PrefetchedRecords,
  type WantedRange,
} from "../../../lib/broker/prefetched_records.ts";
import { RecordsBuilder, setBaseOffset } from "../../../lib/broker/record_batch/encode.ts";
import { FakeClock } from "../../support/fake_clock.ts";

const TOPIC = "0123456789abcdef0123456789abcdef";
const OTHER_TOPIC = "fedcba9876543210fedcba9876543210";
const RANGE: WantedRange = { topicId: TOPIC, partition: 0, from: 10, to: 14 };

function batch(baseOffset: number, count: number): Uint8Array {
  const record = { key: null, value: new Uint8Array(10), timestampMs: 0 };
  const bytes = RecordsBuilder.of(Array.from({ length: count }, () => record)).toBatch().slice();
  setBaseOffset(bytes, baseOffset);
  return bytes;
}

/** Batches of the offsets 10 and 11, and 12 and 13; of a third one, only a part has arrived. */
const WHOLE = [...batch(10, 2), ...batch(12, 2)];
const ANSWER: AnsweredPartition = {
  topicId: TOPIC,
  partition: 0,
  from: 10,
  end: 14,
  aborted: [{ producerId: 7n, firstOffset: 12 }],
  records: new Uint8Array([...WHOLE, ...batch(14, 2).subarray(0, 70)]),
};

/** Whether a range is taken from an answer, after some time. */
function takes(
  range: Partial<WantedRange>,
  { afterMs = 0, ...answer }: Partial<AnsweredPartition> & { readonly afterMs?: number } = {},
): boolean {
  const clock = new FakeClock(0);
  const prefetched = new PrefetchedRecords(clock);
  prefetched.put([{ ...ANSWER, ...answer }]);
  clock.pass(afterMs);
  return prefetched.take({ ...RANGE, ...range }) !== undefined;
}

Deno.test("A range is taken once, as whole batches, with what was aborted in it", () => {
  const prefetched = new PrefetchedRecords(new FakeClock(0));
  prefetched.put([ANSWER]);
  const { bytes, aborted } = prefetched.take(RANGE)!;
  deepEqual({ bytes: [...bytes], aborted }, { bytes: WHOLE, aborted: ANSWER.aborted });
  equal(prefetched.take(RANGE), undefined);
});

Deno.test("A range is taken only if all of it was answered, for its topic and partition, a moment ago", () => {
  equal(takes({}), true);
  equal(takes({ from: 11, to: 13 }), true);
  equal(takes({ from: 9 }), false);
  equal(takes({ to: 15 }, { end: 20 }), false);
  equal(takes({ partition: 1 }), false);
  equal(takes({ topicId: OTHER_TOPIC }), false);
  const { topicId: _id, ...withoutId } = RANGE;
  const prefetched = new PrefetchedRecords(new FakeClock(0));
  prefetched.put([ANSWER]);
  equal(prefetched.take(withoutId), undefined);
  equal(takes({}, { afterMs: LOOK_AGAIN_MS }), true);
  equal(takes({}, { afterMs: LOOK_AGAIN_MS + 1 }), false);
});

Deno.test("Records after the end that the server has reported are not taken", () => {
  equal(takes({ to: 13 }, { end: 13 }), true);
  equal(takes({ to: 14 }, { end: 13 }), false);
});

Deno.test("A later answer takes the place of an earlier one", () => {
  const prefetched = new PrefetchedRecords(new FakeClock(0));
  prefetched.put([ANSWER]);
  prefetched.put([{ ...ANSWER, from: 12, records: batch(12, 2) }]);
  equal(prefetched.take(RANGE), undefined);
});

Deno.test("Records are wanted once a reader has asked for some, until there are more than fit", () => {
  const prefetched = new PrefetchedRecords(new FakeClock(0));
  equal(prefetched.bytesMax, undefined);
  prefetched.take(RANGE);
  equal(typeof prefetched.bytesMax, "number");
  prefetched.put([ANSWER]);
  equal(typeof prefetched.bytesMax, "number");
  prefetched.put([{ ...ANSWER, end: 15 }]);
  equal(prefetched.bytesMax, undefined);
});
