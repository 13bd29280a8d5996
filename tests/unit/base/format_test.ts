import { equal, ok } from "assert";
import fc from "fast-check";
import { formatBytes, formatCount, formatRate, plural } from "../../../lib/base/text/format.ts";

const english = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

Deno.test("A count is grouped as English groups it", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => equal(formatCount(value), english.format(value))));
  fc.assert(fc.property(fc.bigInt(), (value) => equal(formatCount(value), english.format(value))));
});

Deno.test("A size is within half of its last digit, and below a thousand and twenty-four of its unit", () => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const edges = fc.constantFrom(1_023, 1_024, 1_048_524, 1_048_525, 1_048_575, 1_073_741_823, 2 ** 40 - 1);
  fc.assert(
    fc.property(fc.oneof(fc.nat(5_000), fc.nat(2 ** 31 - 1), fc.maxSafeNat(), edges), (bytes) => {
      const [number, unit] = formatBytes(bytes).split(" ") as [string, string];
      const scale = 1_024 ** units.indexOf(unit);
      ok(
        Math.abs(Number(number) * scale - bytes) <= 0.0500001 * scale,
        `${bytes} is shown as ${number} ${unit}`,
      );
      ok(Number(number) < 1_024 || unit === "TiB", `${bytes} is shown as ${number} ${unit}`);
      ok(Number(number) >= 1 || bytes === 0);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("A rate has a decimal below ten, and is none where no time has passed", () => {
  equal(formatRate(5, 0), "-");
  equal(formatRate(0, 1_000), "0.0");
  equal(formatRate(1, 3_000), "0.3");
  equal(formatRate(99_499, 10_000), "9,950");
  equal(formatRate(10, 1_000), "10");
  // Nine and ninety-six hundredths are ten.
  equal(formatRate(996, 100_000), "10");
});

Deno.test("Only one thing is in the singular", () => {
  equal(plural(0, "call"), "0 calls");
  equal(plural(1, "query", "queries"), "1 query");
  equal(plural(1_000, "query", "queries"), "1,000 queries");
});
