/**
 * `format_string`: a text with directives, such as `%05.2f`, as Java's `Formatter` writes it in English. What it has
 * for dates and for floating-point numbers in base 16 is not there.
 */
import { SfcrimeError } from "../../../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../../../records/data_type.ts";
import { parseNumber, rescale } from "../../../../records/values/decimal.ts";
import { doubleText, floatText } from "../../../../records/values/double_text.ts";
import { decimalText } from "../../../../records/values/decimal_text.ts";
import { boundedText } from "../../../values/text_bound.ts";
import { BITS } from "../../../values/fit.ts";
import type { Implementation } from "../../implementation.ts";

/** A directive, such as `%-5d`. */
interface Directive {
  readonly text: string;
  /** From 0; undefined for the next argument, -1 for the one before. */
  readonly index: number | undefined;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** A value with its type. */
interface Argument {
  readonly value: Value;
  readonly type: DataType;
}

const DIRECTIVE = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y;
const CONVERSIONS = "bBhHsScCdoxXeEfgGn%";

/** The literal texts and directives of a format. @throws {SfcrimeError} QUERY_FAILED if it is none. */
function parse(format: string): (string | Directive)[] {
  const parts: (string | Directive)[] = [];
  let at = 0;
  while (at < format.length) {
    const next = format.indexOf("%", at);
    if (next < 0) {
      parts.push(format.slice(at));
      break;
    }
    if (next > at) parts.push(format.slice(at, next));
    DIRECTIVE.lastIndex = next;
    const match = DIRECTIVE.exec(format);
    if (match === null || !CONVERSIONS.includes(match[6]!)) {
      throw invalid(format, format.slice(next, next + 2));
    }
    const [text, index, before, flags = "", width, precision, conversion] = match;
    parts.push({
      text,
      index: before === undefined ? (index === undefined ? undefined : Number(index) - 1) : -1,
      flags,
      width: Number(width ?? 0),
      precision: precision === undefined ? undefined : Number(precision),
      conversion: conversion!,
    });
    at = DIRECTIVE.lastIndex;
  }
  return parts;
}

function invalid(format: string, directive: string): SfcrimeError {
  return new SfcrimeError(
    "QUERY_FAILED",
    `format_string: ${directive} is not a valid directive in ${JSON.stringify(format)}.`,
  );
}

/** Formats arguments; the directives are those of a format. */
function formatted(parts: readonly (string | Directive)[], args: readonly Argument[]): string {
  let [whole, ordinary, last] = ["", 0, -1];
  for (const part of parts) {
    if (typeof part === "string") {
      whole += part;
    } else if (part.conversion === "%" || part.conversion === "n") {
      whole += part.conversion === "n" ? "\n" : padded("%", part);
    } else {
      last = part.index === undefined ? ordinary++ : part.index === -1 ? last : part.index;
      const argument = args[last];
      if (argument === undefined) throw failed(part, "has no argument");
      whole += written(part, argument);
    }
    boundedText(whole);
  }
  return whole;
}

function failed({ text }: Directive, problem: string): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `format_string: the directive ${text} ${problem}.`);
}

function written(directive: Directive, argument: Argument): string {
  const { conversion } = directive;
  const lower = conversion.toLowerCase();
  const text = argument.value === null && lower !== "b"
    ? padded(cut("null", directive.precision), directive)
    : WRITERS[lower]!(directive, argument);
  return conversion === lower ? text : text.toUpperCase();
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : text.slice(0, precision);
}

function padded(text: string, { flags, width }: Directive): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

const WRITERS: Readonly<Record<string, (directive: Directive, argument: Argument) => string>> = {
  b: (directive, { value }) =>
    padded(cut(String(typeof value === "boolean" ? value : value !== null), directive.precision), directive),
  s: (directive, argument) => padded(cut(plainText(argument), directive.precision), directive),
  h: (directive, argument) => padded(cut(hashText(directive, argument), directive.precision), directive),
  c: (directive, { value, type }) => {
    if (type === "BIGINT" || wholeOf({ value, type }) === undefined) throw unsuited(directive, type);
    return padded(String.fromCodePoint(Number(value)), directive);
  },
  d: (directive, argument) => {
    const whole = requireWhole(directive, argument);
    return signed(directive, String(whole < 0n ? -whole : whole), whole < 0n);
  },
  o: (directive, argument) => inBase(directive, argument, { base: 8, prefix: "0" }),
  x: (directive, argument) => inBase(directive, argument, { base: 16, prefix: "0x" }),
  e: (directive, argument) =>
    floating(directive, argument, (value) => scientific(value, directive.precision ?? 6)),
  f: (directive, argument) =>
    floating(directive, argument, (value) => fixed(value, directive.precision ?? 6)),
  g: (directive, argument) =>
    floating(directive, argument, (value) => general(value, directive.precision ?? 6)),
};

function unsuited(directive: Directive, type: DataType): SfcrimeError {
  return failed(directive, `is not for a value of type ${typeName(type)}`);
}

/** A DATE is its days and a TIMESTAMP its microseconds here, as in Spark. */
function wholeOf({ value, type }: Argument): bigint | undefined {
  const isWhole = BITS[typeName(type)] !== undefined || type === "DATE" || type === "TIMESTAMP";
  return isWhole ? BigInt(value as number | bigint) : undefined;
}

function requireWhole(directive: Directive, argument: Argument): bigint {
  const whole = wholeOf(argument);
  if (whole === undefined) throw unsuited(directive, argument.type);
  return whole;
}

function plainText({ value, type }: Argument): string {
  if (type === "DOUBLE") return doubleText(value as number);
  if (type === "FLOAT") return floatText(value as number);
  if (typeof type !== "string" && type.kind === "DECIMAL") return decimalText(value as bigint, type.scale);
  return String(value);
}

/** The hash code that Java's objects of the type have, in base 16. */
function hashText(directive: Directive, { value, type }: Argument): string {
  if (BITS[typeName(type)] === undefined || type === "BIGINT") throw unsuited(directive, type);
  return (Number(value) >>> 0).toString(16);
}

/** A number without its sign, with sign, grouping, zeros and blanks as its flags say. */
function signed(directive: Directive, digits: string, isNegative: boolean): string {
  const { flags, width } = directive;
  const grouped = flags.includes(",") ? digits.replace(/^\d+/, withCommas) : digits;
  const [before, after] = isNegative
    ? flags.includes("(") ? ["(", ")"] : ["-", ""]
    : [flags.includes("+") ? "+" : flags.includes(" ") ? " " : "", ""];
  const missing = width - before.length - grouped.length - after.length;
  const zeros = flags.includes("0") && missing > 0 ? "0".repeat(missing) : "";
  return padded(before + zeros + grouped + after, directive);
}

/** Digits in groups of three. */
function withCommas(digits: string): string {
  return digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A negative integer is written as the bits of its type. */
function inBase(
  directive: Directive,
  argument: Argument,
  { base, prefix }: { readonly base: number; readonly prefix: string },
): string {
  const bits = BITS[typeName(argument.type)] ?? (argument.type === "DATE" ? 32 : 64);
  const digits = BigInt.asUintN(bits, requireWhole(directive, argument)).toString(base);
  const text = (directive.flags.includes("#") ? prefix : "") + digits;
  const missing = directive.width - text.length;
  return directive.flags.includes("0") && missing > 0
    ? text.slice(0, text.length - digits.length) + "0".repeat(missing) + digits
    : padded(text, directive);
}

/** The digits of a number that is not negative. */
interface Digits {
  readonly unscaled: bigint;
  readonly scale: number;
}

function floating(
  directive: Directive,
  { value, type }: Argument,
  write: (digits: Digits) => string,
): string {
  if (type !== "DOUBLE" && type !== "FLOAT") throw unsuited(directive, type);
  const number = value as number;
  const isNegative = number < 0 || Object.is(number, -0);
  if (Number.isNaN(number)) return padded("NaN", directive);
  if (!Number.isFinite(number)) {
    return signed({ ...directive, flags: directive.flags.replace("0", "") }, "Infinity", isNegative);
  }
  // As in Java, the digits that identify the number are rounded, not its exact value.
  const text = type === "FLOAT" ? floatText(Math.abs(number)) : doubleText(Math.abs(number));
  return signed(directive, write(parseNumber(text)!), isNegative);
}

function fixed({ unscaled, scale }: Digits, precision: number): string {
  return decimalText(rescale(unscaled, scale, precision), precision);
}

function scientific({ unscaled, scale }: Digits, precision: number): string {
  if (unscaled === 0n) return `${decimalText(0n, precision)}e+00`;
  let digits = String(unscaled);
  let exponent = digits.length - 1 - scale;
  if (digits.length > precision + 1) digits = String(rescale(unscaled, digits.length - 1, precision));
  else digits = digits.padEnd(precision + 1, "0");
  if (digits.length > precision + 1) {
    exponent++;
    digits = digits.slice(0, -1);
  }
  const fraction = precision === 0 ? "" : `.${digits.slice(1)}`;
  const [sign, size] = [exponent < 0 ? "-" : "+", String(Math.abs(exponent)).padStart(2, "0")];
  return `${digits[0]}${fraction}e${sign}${size}`;
}

function general(value: Digits, precision: number): string {
  const kept = Math.max(1, precision);
  if (value.unscaled === 0n) return decimalText(0n, kept - 1);
  const written = scientific(value, kept - 1);
  const exponent = Number(written.slice(written.indexOf("e") + 1));
  return exponent >= -4 && exponent < kept ? fixed(value, kept - 1 - exponent) : written;
}

/** `format_string(format, …)`; a constant format is read once. */
export const formatString: Implementation = ([format, ...args], call) => {
  const types = call.args.slice(1).map(({ type }) => type);
  const constant = call.args[0]!;
  const known = constant.kind === "literal" && typeof constant.value === "string"
    ? constant.value
    : undefined;
  let parsed: readonly (string | Directive)[] | undefined;
  return (row) => {
    const text = format!(row);
    if (text === null) return null;
    if (known === undefined || parsed === undefined) parsed = parse(text as string);
    return formatted(parsed, args.map((arg, index) => ({ value: arg(row), type: types[index]! })));
  };
};
