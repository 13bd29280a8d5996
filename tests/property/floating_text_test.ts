/**
 * The text of DOUBLEs and FLOATs against the rule of Java 19 and later, computed with exact fractions: of the decimals
 * that are read as the value, those with the fewest digits, but at least two, and of these the closest.
 */
import { deepEqual, equal } from "assert";
import fc from "fast-check";
import { doubleText, floatText } from "../../lib/records/values/double_text.ts";

/** The bits of the fraction, and the exponent of the last one of a subnormal number. */
interface Format {
  readonly fractionBits: bigint;
  readonly leastExponent: number;
}
const DOUBLE: Format = { fractionBits: 52n, leastExponent: -1_074 };
const FLOAT: Format = { fractionBits: 23n, leastExponent: -149 };
/** So many bits after the point make every bound of an interval a whole number. */
const SCALE = 1_076n;

const view = new DataView(new ArrayBuffer(8));
const doubleOf = (bits: bigint) => (view.setBigUint64(0, bits), view.getFloat64(0));
const floatOf = (bits: bigint) => (view.setUint32(0, Number(bits)), view.getFloat32(0));

/** The digits that the rule asks for, without zeros at the end, and the power of ten of the first one. */
function expected(bits: bigint, { fractionBits, leastExponent }: Format): [digits: string, power: number] {
  const biased = bits >> fractionBits;
  const fraction = bits & ((1n << fractionBits) - 1n);
  const significand = biased === 0n ? fraction : fraction | (1n << fractionBits);
  const exponent = BigInt(leastExponent) + (biased === 0n ? 0n : biased - 1n);
  const unit = 1n << (SCALE + exponent);
  const value = significand * unit;
  // Just below a power of two, the numbers are twice as close.
  const isPower = fraction === 0n && biased > 1n;
  const [low, high] = [value - unit / (isPower ? 4n : 2n), value + unit / 2n];
  const isRead = (at: bigint, by: bigint) =>
    significand % 2n === 0n ? at >= low * by && at <= high * by : at > low * by && at < high * by;
  for (let count = 2;; count++) {
    // Whole numbers of `count` digits, times 10^power, on both sides of the value.
    let power = Math.floor(Number(String(value).length) - Number(SCALE) * Math.log10(2)) - count - 2;
    const parts = () =>
      power < 0 ? [10n ** BigInt(-power), 1n] as const : [1n, 10n ** BigInt(power)] as const;
    const below = () => (value * parts()[0]) / (parts()[1] << SCALE);
    while (String(below()).length > count || below() === 0n && power < 0) power++;
    while (String(below()).length < count) power--;
    const [by, times] = parts();
    const found = [below(), below() + 1n].filter((digits) => isRead((digits * times) << SCALE, by));
    if (found.length === 0) continue;
    const distance = (digits: bigint) => {
      const apart = ((digits * times) << SCALE) - value * by;
      return apart < 0n ? -apart : apart;
    };
    const [first, second] = found as [bigint, bigint?];
    const isFirst = second === undefined || distance(first) < distance(second) ||
      (distance(first) === distance(second) && first % 2n === 0n);
    const digits = String(isFirst ? first : second);
    return [digits.replace(/0+$/, ""), power + digits.length - 1];
  }
}

/** The same of a text. */
function digitsOf(text: string): [digits: string, power: number] {
  const [mantissa, exponent = "0"] = text.split("E") as [string, string?];
  const [whole, fraction] = mantissa.split(".") as [string, string];
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, "").length;
  return [all.replace(/^0+|0+$/g, ""), Number(exponent) + whole.length - 1 - leading];
}

const check = (bits: bigint, format: Format) => {
  const [value, text] = format === DOUBLE
    ? [doubleOf(bits), doubleText(doubleOf(bits))]
    : [floatOf(bits), floatText(floatOf(bits))];
  deepEqual(digitsOf(text), expected(bits, format), `${text} of ${value}`);
};

/** Every power of two, with the numbers beside it: all classes of subnormal numbers are among them. */
function* boundaries({ fractionBits }: Format, exponents: bigint): Iterable<bigint> {
  for (let bit = 0n; bit < fractionBits; bit++) yield* [1n << bit, (1n << bit) + 1n, (1n << bit) * 2n - 1n];
  for (let biased = 1n; biased < exponents; biased++) {
    for (const beside of [-1n, 0n, 1n]) yield (biased << fractionBits) + beside;
  }
}

Deno.test("A FLOAT has the fewest digits that identify it: at each power of two, for the smallest, and anywhere", () => {
  for (const bits of boundaries(FLOAT, 255n)) check(bits, FLOAT);
  for (let bits = 1n; bits <= 2_000n; bits++) check(bits, FLOAT);
  fc.assert(fc.property(fc.bigInt(1n, 0x7f7fffffn), (bits) => check(bits, FLOAT)), { numRuns: 2_000 });
  const whole = fc.integer({ min: 10_000_000, max: 2_000_000_000 });
  fc.assert(
    fc.property(whole, (number) => {
      view.setFloat32(0, number);
      check(BigInt(view.getUint32(0)), FLOAT);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("A DOUBLE has the fewest digits that identify it: at each power of two, for the smallest, and anywhere", () => {
  for (const bits of boundaries(DOUBLE, 2_047n)) check(bits, DOUBLE);
  for (let bits = 1n; bits <= 500n; bits++) check(bits, DOUBLE);
  fc.assert(fc.property(fc.bigInt(1n, 0x7fefffffffffffffn), (bits) => check(bits, DOUBLE)), {
    numRuns: 1_000,
  });
});

Deno.test("Numbers from 10^-3 up to 10^7 are written in decimal notation, others with an exponent", () => {
  const texts: readonly [number, string][] = [
    [0.001, "0.001"],
    [0.0009, "9.0E-4"],
    [9_999_999, "9999999.0"],
    [1e7, "1.0E7"],
    [-123_456_789, "-1.23456789E8"],
    [2e23, "2.0E23"],
    [1e-323, "9.9E-324"],
    [5e-324, "4.9E-324"],
  ];
  for (const [value, text] of texts) equal(doubleText(value), text);
  equal(floatText(123_456_792), "1.2345679E8");
  equal(floatText(2 ** -96), "1.2621775E-29");
  equal(floatText(2 ** -149), "1.4E-45");
});
