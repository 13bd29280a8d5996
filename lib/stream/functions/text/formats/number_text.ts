/** `to_char` and `to_number`: DECIMALs as text by a pattern, and back. */
import { SfcrimeError } from "../../../../base/errors.ts";
import type { Value } from "../../../../records/data_type.ts";
import { absolute, type DecimalType } from "../../../../records/values/decimal.ts";
import { decimalText } from "../../../../records/values/decimal_text.ts";
import {
  type DigitGroup,
  type NumberPart,
  type NumberPattern,
  parseNumberPattern,
} from "../../../../sql/patterns/number_pattern.ts";
import { type Implementation, strict } from "../../implementation.ts";

/** The digits of a number before and after the point, padded to those of a pattern; `#` if there are more. */
function digitsOf(value: bigint, scale: number, pattern: NumberPattern): readonly [string, string] {
  const [whole = "", rest = ""] = decimalText(absolute(value), scale).split(".");
  const [before, after] = [whole.replace(/^0+/, ""), rest.replace(/0+$/, "")];
  const places = pattern.precision - pattern.scale;
  const fits = before.length <= places && after.length <= pattern.scale;
  if (!fits) return ["#".repeat(places), "#".repeat(pattern.scale)];
  return [before.padStart(places, " "), after.padEnd(pattern.scale, "0")];
}

/** A text that grows; a sign in it stands right before the digits. */
class Written {
  text = "";

  /** Adds a sign, before the blanks at the end. */
  addSign(sign: string): void {
    const kept = this.text.trimEnd();
    this.text = kept + sign + " ".repeat(this.text.length - kept.length);
  }

  /** Adds a blank, before the signs at the end. */
  addBlank(): void {
    this.text = this.text.replace(/[-+<]*$/, (signs) => ` ${signs}`);
  }

  addPoint(): void {
    this.text = `${this.text.replace(/ $/, "0")}.`;
  }

  /** Takes back a point that has no digits behind it. */
  dropLonePoint(): void {
    this.text = this.text.replace(/\.(?= |$)/, " ");
  }
}

function writtenNumber(value: bigint, scale: number, pattern: NumberPattern): string {
  const [before, after] = digitsOf(value, scale, pattern);
  const written = new Written();
  let [at, isAfter] = [0, false];
  for (const part of pattern.parts) {
    switch (part.kind) {
      case "digits":
        if (isAfter) written.text += after;
        else {
          for (const [index, group] of part.groups.entries()) {
            if (index > 0) addSeparator(written);
            addGroup(written, before.slice(at, at + group.count), group);
            at += group.count;
          }
        }
        break;
      case "point":
        written.addPoint();
        isAfter = true;
        break;
      default:
        addMark(written, part.kind, value < 0n);
    }
  }
  written.dropLonePoint();
  return /^[-+]?$/.test(written.text) ? "0" : written.text;
}

function addSeparator(written: Written): void {
  if (/\d$/.test(written.text)) written.text += ",";
  else written.addBlank();
}

function addGroup(written: Written, digits: string, { isFull }: DigitGroup): void {
  for (const digit of digits) {
    if (digit !== " ") written.text += digit;
    else if (isFull) written.text += "0";
    else written.addBlank();
  }
}

function addMark(
  written: Written,
  kind: Exclude<NumberPart["kind"], "digits" | "point">,
  isNegative: boolean,
) {
  switch (kind) {
    case "dollar":
      written.text += "$";
      return;
    case "sign":
      written.dropLonePoint();
      written.addSign(isNegative ? "-" : "+");
      return;
    case "minus":
      if (!isNegative) written.text += " ";
      else {
        written.dropLonePoint();
        written.addSign("-");
      }
      return;
    case "open":
      if (isNegative) written.text += "<";
      return;
    case "close":
      written.dropLonePoint();
      if (isNegative) written.addSign(">");
      else written.text += "  ";
  }
}

/** The unscaled number in a text; undefined if it does not match. */
function readNumber(text: string, pattern: NumberPattern): bigint | undefined {
  let [at, isAfter, isNegative, isOpen, isClosed] = [0, false, false, false, false];
  let [before, after] = ["", ""];
  const take = (mark: string) => text[at] === mark && ++at > 0;
  for (const part of pattern.parts) {
    switch (part.kind) {
      case "digits": {
        const [run] = /^[\s\d,]*/.exec(text.slice(at))!;
        const groups = run.replaceAll(/\s/g, "").split(",");
        if (!groupsFit(groups, part.groups)) return undefined;
        if (isAfter) after += groups.join("");
        else before += groups.join("");
        at += run.length;
        break;
      }
      case "point":
        isAfter = take(".");
        break;
      case "dollar":
        if (at < text.length && !take("$")) return undefined;
        break;
      case "sign":
        if (!take("+")) isNegative = take("-") || isNegative;
        break;
      case "minus":
        isNegative = take("-") || isNegative;
        break;
      case "open":
        isOpen = take("<");
        break;
      case "close":
        if (text[at] === ">" && !isOpen) return undefined;
        isClosed = take(">");
    }
  }
  if (at < text.length || isOpen !== isClosed || before + after === "") return undefined;
  const digits = BigInt(before + after.padEnd(pattern.scale, "0"));
  return isNegative !== isClosed ? -digits : digits;
}

/** Groups are told by their place from the right; those on the left may be missing. */
function groupsFit(written: readonly string[], groups: readonly DigitGroup[]): boolean {
  if (written.length > groups.length) return false;
  const missing = groups.length - written.length;
  return groups.every(({ count, isFull }, index) => {
    const { length } = written[index - missing] ?? "";
    return isFull ? length === count : length <= count;
  });
}

/** A function with a pattern, which may differ by row. */
function byPattern(compute: (value: never, pattern: NumberPattern, scale: number) => Value): Implementation {
  const typed = compute as (value: Value, pattern: NumberPattern, scale: number) => Value;
  return (args, call, zone) => {
    const { type } = call.args[0]!;
    const scale = (type as DecimalType).scale ?? 0;
    let known: { readonly written: string; readonly pattern: NumberPattern } | undefined;
    return strict((value: Value, written: string) => {
      if (known?.written !== written) known = { written, pattern: patternOf(call.name, written) };
      return typed(value, known.pattern, scale);
    })(args, call, zone);
  };
}

/** @throws {SfcrimeError} QUERY_FAILED; the analysis has checked patterns that are constant. */
function patternOf(name: string, written: string): NumberPattern {
  const pattern = parseNumberPattern(written);
  if (typeof pattern !== "string") return pattern;
  throw new SfcrimeError("QUERY_FAILED", `${name} ${pattern}.`);
}

/** By their name in plans. */
export const NUMBER_TEXT_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  to_char: byPattern((value: bigint, pattern, scale) => writtenNumber(value, scale, pattern)),
  to_number: byPattern((text: string, pattern) => {
    const value = readNumber(text, pattern);
    if (value !== undefined) return value;
    throw new SfcrimeError(
      "QUERY_FAILED",
      `${JSON.stringify(text)} does not match the pattern of to_number.`,
      {
        hint: "Use try_to_number to get NULL instead.",
      },
    );
  }),
  try_to_number: byPattern((text: string, pattern) => readNumber(text, pattern) ?? null),
};
