/**
 * `format_number`: a number with grouped digits, by a number of decimal places or by a pattern of Java's
 * `DecimalFormat`. It rounds halves to the even digit.
 */
import { SfcrimeError } from "../../../../base/errors.ts";
import type { DataType, Value } from "../../../../records/data_type.ts";
import { absolute, parseNumber, rescale } from "../../../../records/values/decimal.ts";
import { doubleText } from "../../../../records/values/double_text.ts";
import { isDecimal } from "../../../../sql/functions/coercion.ts";
import { highWord } from "../../../values/strict/double_words.ts";
import { boundedText } from "../../../values/text_bound.ts";
import type { Implementation } from "../../implementation.ts";

/** How to write a number. */
interface NumberPattern {
  readonly prefix: string;
  readonly suffix: string;
  readonly wholeDigitsMin: number;
  readonly fractionMin: number;
  readonly fractionMax: number;
  /** Digits in a group; 0 for no groups. */
  readonly group: number;
}

const PATTERN = /^([^#0,.]*)([#0,]*)(?:\.([#0]*))?([^#0,.]*)$/;
const DEFAULT: NumberPattern = {
  prefix: "",
  suffix: "",
  wholeDigitsMin: 1,
  fractionMin: 0,
  fractionMax: 0,
  group: 3,
};

/** @throws {SfcrimeError} QUERY_FAILED if it is not a pattern, or one with what is not supported. */
function parsePattern(pattern: string): NumberPattern {
  if (pattern === "") return DEFAULT;
  const match = PATTERN.exec(pattern);
  const [, prefix = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  const isValid = match !== null && /^[#,]*[0,]*$/.test(whole) && /^0*#*$/.test(fraction) &&
    !/['%‰¤;E]/.test(prefix + suffix) && !whole.endsWith(",") && whole + fraction !== "";
  if (!isValid) {
    throw new SfcrimeError(
      "QUERY_FAILED",
      `format_number: the pattern ${JSON.stringify(pattern)} is not supported.`,
      { hint: "Use #, 0, a comma and a point, such as '#,##0.00'." },
    );
  }
  const zeros = whole.replaceAll(/[#,]/g, "").length;
  return {
    prefix,
    suffix,
    wholeDigitsMin: zeros === 0 && fraction === "" ? 0 : zeros,
    fractionMin: fraction.replaceAll("#", "").length,
    fractionMax: fraction.length,
    group: whole.includes(",") ? whole.length - whole.lastIndexOf(",") - 1 : 0,
  };
}

/** A number without its sign. */
interface Exact {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly isNegative: boolean;
}

/** The exact value of a double, as a decimal fraction. */
function exactDouble(value: number): Exact {
  const magnitude = Math.abs(value);
  // A power of two makes an integer of every double.
  let [whole, power] = [magnitude, 0];
  const exponent = (highWord(magnitude) >>> 20) - 1_023;
  if (!Number.isInteger(whole)) {
    power = Math.min(1_074, 52 - Math.max(exponent, -1_022));
    const half = Math.floor(power / 2);
    whole = magnitude * 2 ** half * 2 ** (power - half);
  }
  return {
    unscaled: BigInt(whole) * 5n ** BigInt(power),
    scale: power,
    isNegative: value < 0 || Object.is(value, -0),
  };
}

/**
 * The digits that identify a double, as Java takes them; its exact value where they are half-way between two results.
 */
function digitsOf(value: number, places: number): Exact {
  const exact = exactDouble(value);
  const { unscaled, scale } = parseNumber(doubleText(Math.abs(value)))!;
  const cut = scale - places;
  const isHalfWay = cut > 0 && unscaled % 10n ** BigInt(cut) === 5n * 10n ** BigInt(cut - 1);
  return isHalfWay ? exact : { unscaled, scale, isNegative: exact.isNegative };
}

function exactOf(value: Value, type: DataType, places: number): Exact {
  if (isDecimal(type)) {
    const unscaled = value as bigint;
    return { unscaled: absolute(unscaled), scale: type.scale, isNegative: unscaled < 0n };
  }
  if (type === "DOUBLE" || type === "FLOAT") return digitsOf(value as number, places);
  const whole = BigInt(value as number | bigint);
  return { unscaled: absolute(whole), scale: 0, isNegative: whole < 0n };
}

function write({ unscaled, scale, isNegative }: Exact, pattern: NumberPattern): string {
  const { prefix, suffix, wholeDigitsMin, fractionMin, fractionMax, group } = pattern;
  const digits = String(rescale(unscaled, scale, fractionMax, "half even")).padStart(fractionMax + 1, "0");
  const at = digits.length - fractionMax;
  const significant = digits.slice(0, at).replace(/^0+/, "");
  const optional = digits.slice(at + fractionMin).replace(/0+$/, "");
  const fraction = digits.slice(at, at + fractionMin) + optional;
  const whole = significant.padStart(Math.max(wholeDigitsMin, fraction === "" ? 1 : 0), "0");
  const grouped = group === 0 ? whole : inGroups(whole, group);
  const text = fraction === "" ? grouped : `${grouped}.${fraction}`;
  return `${isNegative ? "-" : ""}${prefix}${text}${suffix}`;
}

function inGroups(digits: string, size: number): string {
  const first = digits.length % size;
  const parts = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += size) parts.push(digits.slice(at, at + size));
  return parts.join(",");
}

/** `format_number(number, places)` or `format_number(number, pattern)`. */
export const formatNumber: Implementation = ([number, format], call) => {
  const { type } = call.args[0]!;
  let last: { readonly format: Value; readonly pattern: NumberPattern } | undefined;
  return (row) => {
    const [value, known] = [number!(row), format!(row)];
    if (value === null || known === null || (typeof known === "number" && known < 0)) return null;
    if (last === undefined || last.format !== known) {
      const places = Number(known);
      const pattern = typeof known === "number"
        ? { ...DEFAULT, fractionMin: places, fractionMax: places }
        : parsePattern(known as string);
      last = { format: known, pattern };
    }
    if (typeof value === "number" && !Number.isFinite(value)) {
      return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    }
    return boundedText(write(exactOf(value, type, last.pattern.fractionMax), last.pattern));
  };
};
