import { deepEqual } from "assert";
import fc from "fast-check";
import { concat } from "../../../lib/base/text/bytes.ts";

Deno.test("Parts are put one behind the other, into memory of their own", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (parts) => {
    const before = parts.flatMap((part) => [...part]);
    const whole = concat(parts);
    deepEqual([...whole], before);
    whole.fill(0);
    deepEqual(parts.flatMap((part) => [...part]), before);
  }));
});
