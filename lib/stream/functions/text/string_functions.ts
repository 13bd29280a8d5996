/** The string functions. As in Spark, positions and lengths are in characters, not in UTF-16 units. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Implementation, strict } from "../implementation.ts";
import { boundedJoin, boundedText, requireTextLength } from "../../values/text_bound.ts";
import { BINARY_FUNCTIONS, textOrBytes } from "./binary_functions.ts";
import { initCap } from "./title_case.ts";

/** A substring from a position, counted from 1, or from the end if negative. */
function substring(text: string, position: number, length = Infinity): string {
  const characters = [...text];
  const start = position > 0 ? position - 1 : position < 0 ? characters.length + position : 0;
  return characters.slice(Math.max(0, start), Math.max(0, start + Math.max(0, length))).join("");
}

function padding(text: string, length: number, pad: string): { readonly text: string; readonly pad: string } {
  const characters = [...text];
  if (length <= characters.length || pad === "") {
    return { text: characters.slice(0, Math.max(0, length)).join(""), pad: "" };
  }
  const missing = length - characters.length;
  const pads = [...pad];
  requireTextLength(length);
  const whole = pad.repeat(Math.floor(missing / pads.length));
  return { text, pad: boundedText(whole + pads.slice(0, missing % pads.length).join("")) };
}

/** Trims characters at the ends; by default only spaces, not other white space, as in Spark. */
function trimmed(
  text: string,
  { characters = " ", start = false, end = false }: {
    readonly characters?: string;
    readonly start?: boolean;
    readonly end?: boolean;
  },
): string {
  const unwanted = new Set(characters);
  const all = [...text];
  let [from, to] = [0, all.length];
  while (start && from < to && unwanted.has(all[from]!)) from++;
  while (end && to > from && unwanted.has(all[to - 1]!)) to--;
  return all.slice(from, to).join("");
}

/** The position of a string in another, from 1; 0 if it does not occur. */
function locate(part: string, text: string, from = 1): number {
  if (from < 1) return 0;
  const characters = [...text];
  const before = characters.slice(0, from - 1).join("");
  if (part === "") return 1;
  const found = text.indexOf(part, before.length);
  return found < 0 ? 0 : [...text.slice(0, found)].length + 1;
}

/** A part between separators, by its index from 1, or from the end if negative. */
function splitPart(text: string, separator: string, number: number): string {
  if (number === 0) {
    throw new SfcrimeError("QUERY_FAILED", "split_part: the index 0 is invalid, the first part has index 1.");
  }
  const parts = separator === "" ? [text] : text.split(separator);
  return parts[number > 0 ? number - 1 : parts.length + number] ?? "";
}

/** The text before the nth separator, or after the nth from the end if negative. */
function substringIndex(text: string, separator: string, count: number): string {
  if (separator === "" || count === 0) return "";
  // Separators may overlap: the search continues one character after the previous one.
  let at = count > 0 ? -1 : text.length - separator.length + 1;
  for (let left = Math.abs(count); left > 0; left--) {
    if (count < 0 && at === 0) return text;
    at = count > 0 ? text.indexOf(separator, at + 1) : text.lastIndexOf(separator, at - 1);
    if (at < 0) return text;
  }
  return count > 0 ? text.slice(0, at) : text.slice(at + separator.length);
}

/** In Spark, a character with this counterpart is removed. */
const DELETED = "\0";

/** Replaces each character by its counterpart, or removes it if there is none. */
function translate(text: string, from: string, to: string): string {
  const others = [...to];
  const table = new Map<string, string>();
  for (const [index, character] of [...from].entries()) {
    const other = others[index] ?? DELETED;
    if (!table.has(character)) table.set(character, other === DELETED ? "" : other);
  }
  return Array.from(text, (character) => table.get(character) ?? character).join("");
}

/** By their name in plans. */
export const STRING_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  substring: textOrBytes(strict(substring), BINARY_FUNCTIONS.substring),
  left: textOrBytes(
    strict((text: string, length: number) => substring(text, 1, length)),
    BINARY_FUNCTIONS.left,
  ),
  right: strict((text: string, length: number) => length <= 0 ? "" : substring(text, -length)),
  trim: strict((text: string) => trimmed(text, { start: true, end: true })),
  ltrim: strict((first: string, text?: string) =>
    text === undefined ? trimmed(first, { start: true }) : trimmed(text, { start: true, characters: first })
  ),
  rtrim: strict((first: string, text?: string) =>
    text === undefined ? trimmed(first, { end: true }) : trimmed(text, { end: true, characters: first })
  ),
  btrim: strict((text: string, characters?: string) =>
    trimmed(text, { start: true, end: true, ...(characters === undefined ? {} : { characters }) })
  ),
  lpad: textOrBytes(
    strict((text: string, length: number, pad = " ") => {
      const padded = padding(text, length, pad);
      return padded.pad + padded.text;
    }),
    BINARY_FUNCTIONS.lpad,
  ),
  rpad: textOrBytes(
    strict((text: string, length: number, pad = " ") => {
      const padded = padding(text, length, pad);
      return padded.text + padded.pad;
    }),
    BINARY_FUNCTIONS.rpad,
  ),
  replace: strict((text: string, part: string, other = "") =>
    part === "" ? text : boundedJoin(text.split(part), other)
  ),
  reverse: strict((value: string | readonly Value[]) =>
    typeof value === "string" ? [...value].reverse().join("") : value.toReversed()
  ),
  initcap: strict(initCap),
  repeat: strict((text: string, times: number) => {
    requireTextLength(text.length * Math.max(0, times));
    return text.repeat(Math.max(0, times));
  }),
  instr: strict((text: string, part: string) => locate(part, text)),
  locate: (args, call, zone) => {
    const [, , from] = args;
    const found = strict(locate)(args, call, zone);
    // Spark treats a NULL position as one before the string here.
    return from === undefined ? found : (row) => from(row) === null ? 0 : found(row);
  },
  startswith: textOrBytes(
    strict((text: string, part: string) => text.startsWith(part)),
    BINARY_FUNCTIONS.startswith,
  ),
  endswith: textOrBytes(
    strict((text: string, part: string) => text.endsWith(part)),
    BINARY_FUNCTIONS.endswith,
  ),
  contains: textOrBytes(
    strict((text: string, part: string) => text.includes(part)),
    BINARY_FUNCTIONS.contains,
  ),
  split_part: strict(splitPart),
  substring_index: strict(substringIndex),
  translate: strict(translate),
  find_in_set: strict((part: string, list: string) =>
    part.includes(",") ? 0 : list.split(",").indexOf(part) + 1
  ),
};
