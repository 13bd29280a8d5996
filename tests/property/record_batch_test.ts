import { deepEqual, equal, ok, throws } from "assert";
import fc from "fast-check";
import { concat } from "../../lib/base/text/bytes.ts";
import { SfcrimeError } from "../../lib/base/errors.ts";
import { type Codec, CODECS, compress, decompress } from "../../lib/broker/record_batch/codecs.ts";
import { crc32c } from "../../lib/broker/record_batch/crc32c.ts";
import { endOfWholeBatches } from "../../lib/broker/record_batch/batch_header.ts";
import { BatchDecoder } from "../../lib/broker/record_batch/decode.ts";
import { type ProducerRecord, RecordsBuilder, setBaseOffset } from "../../lib/broker/record_batch/encode.ts";
import { naiveBatch, naiveCrc32c } from "../support/naive_batches.ts";
import { producerRecords, readAll } from "../support/record_arbitraries.ts";

const codecs = fc.constantFrom(...CODECS);
const batches = fc.array(producerRecords, { minLength: 1, maxLength: 12 });
const offsets = fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: Number.MAX_SAFE_INTEGER - 1_000 }));

function encode(records: readonly ProducerRecord[], codec?: Codec): Uint8Array {
  return RecordsBuilder.of(records).toBatch(codec);
}

Deno.test("A batch is written as Kafka's documentation describes it", () => {
  const builder = new RecordsBuilder();
  fc.assert(fc.property(batches, (records) => {
    // Its memory holds what was there before.
    builder.clear();
    for (const record of records) builder.add(record);
    const batch = builder.toBatch();
    deepEqual(batch, naiveBatch({ records }));
    equal(builder.bytes, batch.length);
    equal(builder.count, records.length);
    equal(builder.maxTimestampMs, Math.max(...records.map(({ timestampMs }) => timestampMs)));
  }));
});

Deno.test("A batch gives back its records, whatever the codec and its place in the log", () => {
  fc.assert(fc.property(batches, codecs, offsets, (records, codec, baseOffset) => {
    const batch = encode(records, codec);
    setBaseOffset(batch, baseOffset);
    const expected = records.map((record, index) => ({ ...record, offset: baseOffset + index }));
    deepEqual(readAll(batch), { records: expected, next: baseOffset + records.length });
  }));
});

Deno.test("A reader is shown the offsets that it wants, wherever they begin and end in the batches", () => {
  const logs = fc.array(fc.tuple(batches, codecs), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(logs, fc.nat(50), fc.nat(50), (log, from, length) => {
    const chunks: Uint8Array[] = [];
    const all = [];
    for (const [records, codec] of log) {
      const batch = encode(records, codec);
      setBaseOffset(batch, all.length);
      chunks.push(batch);
      for (const record of records) all.push({ ...record, offset: all.length });
    }
    const to = from + length;
    const { records, next } = readAll(concat(chunks), { from, to });
    deepEqual(records, all.slice(from, to));
    equal(next, Math.max(from, Math.min(to, all.length)));
  }));
});

Deno.test("Only the batch that is cut is missing from the end of a chunk", () => {
  fc.assert(
    fc.property(
      batches,
      batches,
      codecs,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (first, second, codec, share) => {
        const [whole, tail] = [encode(first, codec), encode(second, codec)];
        setBaseOffset(tail, first.length);
        const cut = Math.floor(share * (tail.length - 1));
        const chunk = concat([whole, tail.subarray(0, cut)]);
        const { records, next } = readAll(chunk);
        equal(records.length, first.length);
        equal(next, first.length);
        deepEqual(endOfWholeBatches(chunk, 0), { nextOffset: first.length, bytes: whole.length });
        deepEqual(endOfWholeBatches(concat([whole, tail]), 0).nextOffset, first.length + second.length);
      },
    ),
  );
});

Deno.test("A change of any bit behind the checksum is found", () => {
  fc.assert(fc.property(batches, codecs, fc.nat(), (records, codec, nth) => {
    const batch = encode(records, codec);
    const bits = (batch.length - 21) * 8;
    batch[21 + Math.floor((nth % bits) / 8)]! ^= 1 << nth % 8;
    throws(() => readAll(batch), (error) => error instanceof SfcrimeError && error.code === "CORRUPT");
  }));
});

Deno.test("Damage that the checksum did not show ends in an error or in other records, and it does end", () => {
  // An lz4 frame is left out: its library believes any length that stands in it.
  const bounded = fc.constantFrom(...CODECS.filter((codec) => codec !== "lz4"));
  fc.assert(
    fc.property(batches, bounded, fc.nat(), fc.nat(255), (records, codec, nth, byte) => {
      const batch = encode(records, codec);
      batch[16 + nth % (batch.length - 16)] = byte;
      try {
        ok(readAll(batch, { checkCrc: false }).records.length < batch.length * 1_000);
      } catch (error) {
        ok(error instanceof SfcrimeError && error.code === "CORRUPT", String(error));
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("Headers that go on behind their batch are refused", () => {
  const batch = naiveBatch({ records: [{ key: null, value: null, timestampMs: 0 }], baseOffset: 77 });
  batch[batch.length - 1] = 0x7e;
  throws(() => readAll(batch, { checkCrc: false }), {
    code: "CORRUPT",
    message: /record at offset 77 extend beyond its batch/,
  });
});

Deno.test("A header whose name would begin before itself is refused", () => {
  const header = { key: "name", value: null };
  const batch = naiveBatch({
    records: [{ key: null, value: null, timestampMs: 0, headers: [header] }],
    baseOffset: 77,
  });
  const nameAt = batch.length - "name".length - 1;
  // Many headers, and a length of −1 for the first name.
  batch[nameAt - 2] = 0x7e;
  batch[nameAt - 1] = 0x01;
  throws(() => readAll(batch, { checkCrc: false }), { code: "CORRUPT" });
});

Deno.test("A batch that is not of version 2 is refused by its offset", () => {
  const batch = naiveBatch({ records: [{ key: null, value: null, timestampMs: 0 }], baseOffset: 77 });
  batch[16] = 1;
  throws(() => readAll(batch), { code: "CORRUPT", message: /offset 77 has message format 1/ });
});

Deno.test("Compressed bytes are given back as they were, also where they become longer", () => {
  const compressible = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(5_000))
    .map(([piece, times]) => concat(Array(times + 1).fill(piece)));
  const inputs = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), compressible);
  fc.assert(fc.property(inputs, codecs, (bytes, codec) => {
    deepEqual(Uint8Array.from(decompress(CODECS.indexOf(codec), compress(codec, bytes))), bytes);
  }));
});

Deno.test("A megabyte of noise goes through each codec", () => {
  const noise = new Uint8Array(1_000_000);
  for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
  for (const codec of CODECS) {
    const batch = encode([{ key: null, value: noise, timestampMs: 0 }], codec);
    ok(batch.length >= noise.length);
    ok(readAll(batch).records[0]!.value!.every((byte, at) => byte === noise[at]), codec);
  }
});

Deno.test("The checksum of a range is that of its bits, one after the other", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), fc.nat(500), (bytes, left, right) => {
    const [start, end] = [Math.min(left, right, bytes.length), Math.min(Math.max(left, right), bytes.length)];
    equal(crc32c(bytes, start, end), naiveCrc32c(bytes.subarray(start, end)));
  }));
});

Deno.test("The checksum of a long range is that of its bits, however it divides into pieces", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(50_000));
  for (const end of [16_383, 16_384, 16_385, 16_500, 32_768, 32_900, 50_000]) {
    for (const start of [0, 1, 130]) {
      equal(crc32c(bytes, start, end), naiveCrc32c(bytes.subarray(start, end)), `[${start}, ${end})`);
    }
  }
});

Deno.test("A reader that stops behind some records is shown the others when it goes on, or reads on from there", () => {
  const logs = fc.array(fc.tuple(batches, codecs), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(logs, fc.array(fc.boolean(), { minLength: 1 }), fc.boolean(), (log, stops, readsAnew) => {
      const chunks: Uint8Array[] = [];
      let count = 0;
      for (const [records, codec] of log) {
        const batch = encode(records, codec);
        setBaseOffset(batch, count);
        chunks.push(batch);
        count += records.length;
      }
      const chunk = concat(chunks);
      const seen: number[] = [];
      let decoder = new BatchDecoder(chunk, { from: 0, to: Infinity });
      const visit = ({ offset }: { readonly offset: number }) => {
        seen.push(offset);
        return stops[offset % stops.length]!;
      };
      while (decoder.run(visit)) {
        equal(decoder.next, seen.at(-1)! + 1);
        if (readsAnew) decoder = new BatchDecoder(chunk, { from: decoder.next, to: Infinity });
      }
      deepEqual(seen, Array.from({ length: count }, (_, offset) => offset));
      equal(decoder.next, count);
    }),
  );
});
