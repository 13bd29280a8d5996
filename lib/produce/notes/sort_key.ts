/**
 * What records are sorted by: numbers by their value, times by their moment, all else as text. A text that is written
 * like a number or a time is one, as files often hold nothing but texts.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Micros } from "../../records/values/micros.ts";
import { parseTimestamp } from "../../records/values/timestamp.ts";

/** A sort key; any two keys can be compared. */
export interface SortKey {
  /** If a field holds several kinds, keys of a lower kind come first. */
  readonly kind: number;
  /** A number's value, or the microseconds of a time; else 0. */
  readonly number: number;
  /** A text in UTF-8; of a number or a time, its digits where they may be more than a double holds. */
  readonly text: Uint8Array;
}

const [FIRST, NUMBER, TIME, TEXT, LAST] = [0, 1, 2, 3, 4] as const;
const NO_TEXT = new Uint8Array();

/** The key that comes before all others. */
export const FIRST_KEY: SortKey = { kind: FIRST, number: 0, text: NO_TEXT };
/** The key that comes after all others, such as that of a record without a value. */
export const LAST_KEY: SortKey = { kind: LAST, number: 0, text: NO_TEXT };

/** The key of a time. */
export function timeKey(micros: Micros): SortKey {
  const text = typeof micros === "bigint" ? encoder.encode(String(micros)) : NO_TEXT;
  return { kind: TIME, number: Number(micros), text };
}

const [QUOTE, LOWER_N, MINUS, ZERO, NINE] = [0x22, 0x6e, 0x2d, 0x30, 0x39];
const NUMERIC = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Numbers that are no longer than this differ as doubles, too. */
const EXACT_LENGTH_MAX = 15;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** The key of a JSON value without white space; null has no value. */
export function sortKeyOf(json: Uint8Array, zone: TimeZone): SortKey {
  const first = json[0]!;
  if (first === LOWER_N) return LAST_KEY;
  if (first === MINUS || (first >= ZERO && first <= NINE)) return numberKey(decoder.decode(json));
  if (first !== QUOTE) return { kind: TEXT, number: 0, text: json };
  const text = JSON.parse(decoder.decode(json)) as string;
  if (NUMERIC.test(text)) return numberKey(text);
  const micros = parseTimestamp(text, zone);
  return micros === null ? { kind: TEXT, number: 0, text: encoder.encode(text) } : timeKey(micros);
}

function numberKey(digits: string): SortKey {
  const text = digits.length > EXACT_LENGTH_MAX ? encoder.encode(digits) : NO_TEXT;
  return { kind: NUMBER, number: Number(digits), text };
}

/** Whether one key comes before another (negative), after it (positive), or they are alike. */
export function compareKeys(left: SortKey, right: SortKey): number {
  if (left.kind !== right.kind) return left.kind - right.kind;
  if (left.number !== right.number) return left.number < right.number ? -1 : 1;
  if (left.kind === NUMBER || left.kind === TIME) return compareDigits(left, right);
  return left.kind === TEXT ? compareBytes(left.text, right.text) : 0;
}

/** Of two numbers or times that are the same double: larger integers have digits that a double does not hold. */
function compareDigits(left: SortKey, right: SortKey): number {
  if (Math.abs(left.number) <= Number.MAX_SAFE_INTEGER || !Number.isFinite(left.number)) return 0;
  const [a, b] = [integerOf(left), integerOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function integerOf({ number, text }: SortKey): bigint {
  const [, digits] = /^\+?(-?\d+)(?:\.\d+)?$/.exec(decoder.decode(text)) ?? [];
  return BigInt(digits ?? number);
}

/** By UTF-8, which is the order of code points. */
function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return left[at]! - right[at]!;
  return left.length - right.length;
}
