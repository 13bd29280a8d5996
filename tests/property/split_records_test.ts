import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { recordsOf, splitRecords } from "../../lib/broker/record_batch/split.ts";
import { producerRecords, readAll } from "../support/record_arbitraries.ts";

const batches = fc.array(producerRecords, { minLength: 1, maxLength: 40 });

/** The batch that holds a record and nothing else. */
const alone = (record: Parameters<RecordsBuilder["add"]>[0]) => RecordsBuilder.of([record]).toBatch().length;

Deno.test("What a batch would have with one record more is what it has then", () => {
  fc.assert(fc.property(batches, (records) => {
    const builder = new RecordsBuilder();
    for (const record of records) {
      const expected = builder.bytesWith(record);
      builder.add(record);
      equal(builder.bytes, expected);
    }
  }));
});

Deno.test("A split keeps all records in order, and each batch within the limit but where one record is larger", () => {
  fc.assert(fc.property(batches, fc.integer({ min: 0, max: 3_000 }), (records, bytesMax) => {
    const parts = splitRecords(RecordsBuilder.of(records), bytesMax);
    const read = parts.map((part) =>
      readAll(part.toBatch()).records.map(({ offset: _, ...record }) => record)
    );
    deepEqual(read.flat(), records);
    for (const [index, part] of parts.entries()) {
      const { length } = part.toBatch();
      ok(length <= bytesMax || part.count === 1 && alone(read[index]![0]!) > bytesMax);
      // No batch could have taken the record behind it.
      const next = read[index + 1]?.[0];
      ok(next === undefined || RecordsBuilder.of([...read[index]!, next]).toBatch().length > bytesMax);
    }
  }));
});

Deno.test("A split leaves its records as they were, to be split or sent again", () => {
  fc.assert(fc.property(batches, fc.integer({ min: 0, max: 3_000 }), (records, bytesMax) => {
    const builder = RecordsBuilder.of(records);
    const before = builder.toBatch().slice();
    splitRecords(builder, bytesMax);
    deepEqual(builder.toBatch(), before);
    deepEqual(recordsOf(builder).length, records.length);
  }));
});
