/** Functions of the characters of a text: codes, distances, sounds, check digits and masks. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Implementation, strict } from "../implementation.ts";
import { boundedText, requireTextLength } from "../../values/text_bound.ts";

/** The fewest insertions, deletions and substitutions between two texts. */
function levenshtein(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, character] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const substituted = previous[column]! + (character === other ? 0 : 1);
      current.push(Math.min(substituted, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

/** The digits of the letters from A to Z; 7 stands for H and W, which do not part letters, 0 for vowels. */
const SOUNDS = "01230127022455012623017202";
const SOUNDEX_LENGTH = 4;

/** The code of a name by its sound; a text that does not begin with a letter is its own. */
function soundex(text: string): string {
  const first = text.charAt(0).toUpperCase();
  if (!/^[A-Z]$/.test(first) || text.charCodeAt(0) > 127) return text;
  const soundOf = (letter: string) => SOUNDS.charAt(letter.charCodeAt(0) - 65);
  let code = first;
  let last = soundOf(first);
  for (const character of text.slice(1)) {
    if (code.length === SOUNDEX_LENGTH) break;
    const letter = character.toUpperCase();
    if (!/^[A-Z]$/.test(letter)) {
      last = "0";
      continue;
    }
    const sound = soundOf(letter);
    if (sound === "7") continue;
    if (sound !== "0" && sound !== last) code += sound;
    last = sound;
  }
  return code.padEnd(SOUNDEX_LENGTH, "0");
}

/** Whether the last of some digits is their check digit, by Luhn's algorithm. */
function luhnCheck(text: string): boolean {
  if (!/^[0-9]+$/.test(text)) return false;
  const sum = [...text].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Replaces upper-case and lower-case letters, digits and other characters; NULL leaves them as they are. */
function mask(text: string, marks: readonly (string | null)[]): string {
  const [upper, lower, digit, other] = marks;
  return boundedText(
    // As in Java, a character outside of the basic plane is two others.
    text.split("").map((character) => {
      const mark = /\p{Lu}/u.test(character)
        ? upper
        : /\p{Ll}/u.test(character)
        ? lower
        : /\p{Nd}/u.test(character)
        ? digit
        : other;
      return mark ?? character;
    }).join(""),
  );
}

const maskFunction: Implementation = ([text, ...marks]) => (row) => {
  const known = text!(row);
  return known === null ? null : mask(known as string, marks.map((mark) => mark(row) as string | null));
};

/** A text with a part replaced by another one; a negative length is that of the other one. */
function overlay<T extends { readonly length: number }>(
  { whole, other, position, length }: {
    readonly whole: T;
    readonly other: T;
    readonly position: number;
    readonly length: number;
  },
  slice: (value: T, from: number, to: number) => T,
  joined: (parts: readonly T[]) => T,
): T {
  const removed = length >= 0 ? length : other.length;
  const from = Math.max(0, position - 1);
  // As in Spark, what follows is counted from the position, also where that is before the text.
  const next = position + removed;
  const rest = next > 0 ? next - 1 : next < 0 ? Math.max(0, whole.length + next) : 0;
  return joined([slice(whole, 0, from), other, slice(whole, rest, whole.length)]);
}

const overlayFunction: Implementation = (args, call, zone) =>
  strict((whole: string | Uint8Array, other: string | Uint8Array, position: number, length = -1): Value => {
    if (whole instanceof Uint8Array) {
      return overlay(
        { whole, other: other as Uint8Array, position, length },
        (value, from, to) => value.subarray(from, Math.max(from, to)),
        (parts) => Uint8Array.from(parts.flatMap((part) => [...part])),
      );
    }
    const text = overlay(
      { whole: [...whole], other: [...other as string], position, length },
      (value, from, to) => value.slice(from, to),
      (parts) => parts.flat(),
    );
    return boundedText(text.join(""));
  })(args, call, zone);

/** The character with a code from 0 to 255, of which higher bits do not count. */
function character(code: bigint): string {
  return code < 0n ? "" : String.fromCharCode(Number(code & 0xffn));
}

/** The argument with a number, from 1. */
const elt: Implementation = ([position, ...values]) => (row) => {
  const index = position!(row) as number | null;
  if (index === null) return null;
  const value = values[index - 1];
  if (value !== undefined) return value(row);
  throw new SfcrimeError(
    "QUERY_FAILED",
    `elt: the index ${index} is out of bounds: there are ${values.length} values.`,
  );
};

/** By their name in plans. */
export const SPELLING_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  ascii: strict((text: string) => text.codePointAt(0) ?? 0),
  chr: strict(character),
  levenshtein: strict((left: string, right: string, most?: number) => {
    const distance = levenshtein(left, right);
    return most !== undefined && distance > most ? -1 : distance;
  }),
  soundex: strict(soundex),
  luhn_check: strict(luhnCheck),
  mask: maskFunction,
  overlay: overlayFunction,
  space: strict((count: number) => {
    requireTextLength(Math.max(0, count));
    return " ".repeat(Math.max(0, count));
  }),
  elt,
};
