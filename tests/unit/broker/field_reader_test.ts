import { throws } from "assert";
import fc from "fast-check";
import { FieldReader } from "../../../lib/broker/kafka/protocol/field_reader.ts";

Deno.test("Fields that go on behind the end are an error, whatever the bytes", () => {
  const fields: readonly ((reader: FieldReader) => unknown)[] = [
    (reader) => reader.string(),
    (reader) => reader.skipTags(),
    (reader) => reader.array(() => reader.int32()),
  ];
  // A first bit that is set says that another byte follows, which the last one here does not have.
  const unended = fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 4 });
  fc.assert(fc.property(unended, fc.constantFrom(...fields), (bytes, field) => {
    throws(() => field(new FieldReader(Uint8Array.from(bytes), { isFlexible: true })), RangeError);
  }));
});
