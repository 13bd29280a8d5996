import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { UTC } from "../../lib/base/time_zone.ts";
import { valuesCodec } from "../../lib/records/values/values_codec.ts";
import {
  add,
  floorDivide,
  floorModulo,
  isTimestamp,
  type Micros,
  microsFromJson,
  microsOf,
  microsOfMillis,
  microsOfSeconds,
  microsToJson,
  saturated,
  secondsOf,
  subtract,
  wrapped,
} from "../../lib/records/values/micros.ts";
import { parseTimestamp, timestampText } from "../../lib/records/values/timestamp.ts";

const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];
const BORDERS = [0n, 2n ** 53n, -(2n ** 53n), MIN, MAX];

/** Microseconds of the whole range, many of them near its ends and near the ends of safe integers. */
const micros = fc.oneof(
  fc.bigInt({ min: MIN, max: MAX }),
  fc.tuple(fc.constantFrom(...BORDERS), fc.bigInt({ min: -3_000_000n, max: 3_000_000n }))
    .map(([border, aside]) => border + aside).filter((value) => value >= MIN && value <= MAX),
);
const divisors = fc.integer({ min: 1, max: 1_000_000_000_000 });

/** A time is the number or the bigint that it should be, and no other. */
function isExactly(actual: Micros, expected: bigint): void {
  equal(BigInt(actual), expected);
  equal(typeof actual, Number.isSafeInteger(Number(expected)) ? "number" : "bigint", String(expected));
}

Deno.test("Arithmetic with times is exact, and each time has one form", () => {
  fc.assert(
    fc.property(micros, micros, (left, right) => {
      isExactly(microsOf(left), left);
      isExactly(add(microsOf(left), microsOf(right)), left + right);
      isExactly(subtract(microsOf(left), microsOf(right)), left - right);
      isExactly(wrapped(add(microsOf(left), microsOf(right))), BigInt.asIntN(64, left + right));
      equal(isTimestamp(add(microsOf(left), microsOf(right))), left + right >= MIN && left + right <= MAX);
      const limited = left + right > MAX ? MAX : left + right < MIN ? MIN : left + right;
      isExactly(saturated(left + right), limited);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Times are divided with the quotient rounded down", () => {
  fc.assert(
    fc.property(micros, divisors, (time, divisor) => {
      const rest = ((time % BigInt(divisor)) + BigInt(divisor)) % BigInt(divisor);
      isExactly(floorDivide(microsOf(time), divisor), (time - rest) / BigInt(divisor));
      equal(BigInt(floorModulo(microsOf(time), divisor)), rest);
      const seconds = secondsOf(microsOf(time));
      isExactly(microsOfSeconds(seconds, floorModulo(microsOf(time), 1_000_000)), time);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Milliseconds are a time without rounding", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (millis) => isExactly(microsOfMillis(millis), BigInt(millis) * 1_000n)),
    { numRuns: 1_000 },
  );
});

Deno.test("Times are ordered, and found in maps, whichever form they have", () => {
  fc.assert(
    fc.property(fc.array(micros, { maxLength: 20 }), (times) => {
      const own = times.map(microsOf);
      const order = (left: Micros | bigint, right: Micros | bigint) =>
        left < right ? -1 : left > right ? 1 : 0;
      deepEqual(own.toSorted(order).map(BigInt), times.toSorted(order));
      equal(new Set(own).size, new Set(times).size);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("A time comes back from its text, from JSON and from a checkpoint", () => {
  const codec = valuesCodec(["TIMESTAMP", { kind: "ARRAY", element: "TIMESTAMP" }]);
  fc.assert(
    fc.property(micros, (time) => {
      const own = microsOf(time);
      equal(parseTimestamp(timestampText(own, UTC), UTC), own);
      equal(microsFromJson(JSON.parse(JSON.stringify(microsToJson(own)))), own);
      deepEqual(codec.decode(codec.encode([own, [own, null, 0]])), [own, [own, null, 0]]);
      deepEqual(codec.decode(codec.encode([null, null])), [null, null]);
    }),
    { numRuns: 2_000 },
  );
});
