/**
 * Writes groups as lines of JSON, in the memory of their table, in AssemblyScript. `deno task kernel` makes
 * `line_kernel.wasm.ts` of it and of the layout of rows; `line_memory.ts` is its host.
 *
 * A line is written in steps, each of eight words: what it does, and what with. A group that they cannot write is left to
 * the host.
 */
import { FORM, INTERNED, keyAt, layOut, LENGTH, textsAt, textsOf } from "../../../stream/groups/kernel/row_kernel";

/** A text, by its address and its length. */
const LITERAL: u32 = 0;
/** If a flag of the row is set, a text; the steps that follow, so many, are then left out. */
const UNLESS_NULL: u32 = 1;
/** A double that is a safe integer, and not negative. */
const COUNT: u32 = 2;
/** A time, to which a number is added. */
const TIME: u32 = 3;
/** A text of the key, by its index. */
const TEXT: u32 = 4;
const STEP_BYTES: usize = 32;

/** Why it has stopped: it has written all, or has no more room. */
const DONE: i32 = 0;
/** The host has to write the next group. */
const OTHER: i32 = 1;
/** It needs the offset of the zone in a week. */
const WEEK: i32 = 2;
/** It needs what an interned text is in JSON. */
const INTERNED_TEXT: i32 = 3;

/** The form of a text with half a surrogate pair: see `text_bytes.ts`. */
const UTF16: u32 = 0x4000_0000;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MILLI: i32 = 1_000;
const SECONDS_PER_DAY: i64 = 86_400;
const SECONDS_PER_WEEK: i64 = 7 * SECONDS_PER_DAY;
/** A week that was asked for: its number, the offset of the zone in minutes, and whether that is its only one. */
const WEEK_BYTES: usize = 16;
const WEEKS: u32 = 64;
/** Days from the first of March in the year 0 to the epoch. */
const DAYS_BEFORE_EPOCH: i32 = 719_468;

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const SPACE: u8 = 0x20;
const ZERO: u32 = 0x30;
const COLON: u8 = 0x3a;
const POINT: u8 = 0x2e;
const PLUS: u8 = 0x2b;
const MINUS: u8 = 0x2d;
const LETTER_T: u8 = 0x54;
const LETTER_Z: u8 = 0x5a;

/** What interned texts are in JSON, by number: an address and a length; zeros if it was not asked for. */
let texts: usize = 0;
let weeks: usize = 0;

/** Where the lines end that were written; why it has stopped; and what it needs. */
let end: usize = 0;
let stopped: i32 = DONE;
let needed: i64 = 0;
/** The last date that was written, and the day that it is of. */
let date: u64 = 0;
let dateEnd: u32 = 0;
let dateDay: i32 = i32.MIN_VALUE;

/** Begins for a table, with the layout of its rows. */
export function start(values: usize, fixedKey: usize, textWords: usize, textCount: u32, offsets: usize): void {
  layOut(values, fixedKey, textWords, textCount);
  weeks = offsets;
  for (let week: u32 = 0; week < WEEKS; week++) store<i64>(weeks + week * WEEK_BYTES, i64.MIN_VALUE);
}

/** Sets where the entries of interned texts are, as many as there are such texts. */
export function useTexts(entries: usize): void {
  texts = entries;
}

export function linesEnd(): usize {
  return end;
}

export function reason(): i32 {
  return stopped;
}

/** The number of the week or of the text that it needs. */
export function need(): f64 {
  return <f64>needed;
}

/** Sets the only offset of the zone in a week, in minutes, if there is one. */
export function useWeek(week: f64, minutes: i32, isOnly: bool): void {
  const slot = weekAt(<i64>week);
  store<i64>(slot, <i64>week);
  store<i32>(slot, minutes, 8);
  store<i32>(slot, isOnly ? 1 : 0, 12);
}

/**
 * Writes groups of a list of handles, as lines into `[out, outEnd)`, and returns how many. A line has at most `fixed`
 * bytes and those of the texts that are not interned.
 */
export function write(
  list: usize,
  count: u32,
  steps: usize,
  stepCount: u32,
  fixed: usize,
  out: usize,
  outEnd: usize,
): u32 {
  const stepsEnd = steps + <usize>stepCount * STEP_BYTES;
  end = out;
  stopped = DONE;
  for (let index: u32 = 0; index < count; index++) {
    if (outEnd - end < fixed) {
      if (end == out) stopped = OTHER;
      return index;
    }
    const row = <usize>load<u32>(list + (<usize>index << 2)) << 3;
    const to = writeLine(row, steps, stepsEnd, end, outEnd - fixed);
    if (to == 0) {
      // A line that is too long for what is left may not be for all of the room.
      if (stopped == DONE && end == out) stopped = OTHER;
      return index;
    }
    end = to;
  }
  return count;
}

/** Returns where the line ends; 0 if it cannot be written. Its texts may have room up to `textsEnd`. */
function writeLine(row: usize, steps: usize, stepsEnd: usize, out: usize, textsEnd: usize): usize {
  let at = out;
  // Of the texts that are not interned.
  let textBytes: usize = 0;
  for (let step = steps; step < stepsEnd; step += STEP_BYTES) {
    const kind = load<u32>(step);
    if (kind == LITERAL) {
      at = copied(at, load<u32>(step, 4), load<u32>(step, 8));
    } else if (kind == COUNT) {
      at = writeInteger(at, <u64>load<f64>(row + load<u32>(step, 4)));
    } else if (kind == TIME) {
      at = writeTime(at, load<i64>(row + load<u32>(step, 4)) + load<i64>(step, 8));
      if (at == 0) return 0;
    } else if (kind == UNLESS_NULL) {
      if ((load<u32>(row + load<u32>(step, 4)) & load<u32>(step, 8)) == 0) continue;
      at = copied(at, load<u32>(step, 12), load<u32>(step, 16));
      step += <usize>load<u32>(step, 20) * STEP_BYTES;
    } else {
      const index = load<u32>(step, 4);
      const word = textWord(row, index);
      if ((word & INTERNED) != 0) {
        const text = texts + (<usize>(word & LENGTH) << 3);
        if (load<u32>(text) == 0) {
          stopped = INTERNED_TEXT;
          needed = <i64>(word & LENGTH);
          return 0;
        }
        at = copied(at, load<u32>(text), load<u32>(text, 4));
        continue;
      }
      const length = word & LENGTH;
      textBytes += length;
      if (out + textBytes > textsEnd) return 0;
      if ((word & FORM) != UTF16) at = writeText(at, textAt(row, index), length);
      else at = 0;
      if (at == 0) {
        stopped = OTHER;
        return 0;
      }
    }
  }
  return at;
}

// @ts-ignore: decorator
@inline
function textWord(row: usize, index: u32): u32 {
  return load<u32>(row + keyAt + textsAt + (<usize>index << 2));
}

/** Where a text of the key is, which is not interned. */
function textAt(row: usize, index: u32): usize {
  let at = textsOf(row + keyAt);
  for (let before: u32 = 0; before < index; before++) {
    const word = textWord(row, before);
    if ((word & INTERNED) == 0) at += word & LENGTH;
  }
  return at;
}

/** Copies whole words: there is room after each text. */
// @ts-ignore: decorator
@inline
function copied(to: usize, from: usize, bytes: u32): usize {
  for (let at: u32 = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at));
  return to + bytes;
}

/** Writes a text that needs no escapes, in quotes; 0 if it needs some. */
function writeText(to: usize, from: usize, bytes: u32): usize {
  store<u8>(to, QUOTE);
  let at = to + 1;
  for (let index: u32 = 0; index < bytes; index++) {
    const byte = load<u8>(from + index);
    if (byte < SPACE || byte == QUOTE || byte == BACKSLASH) return 0;
    store<u8>(at++, byte);
  }
  store<u8>(at, QUOTE);
  return at + 1;
}

function writeInteger(to: usize, value: u64): usize {
  let digits: usize = 1;
  for (let power: u64 = 10; value >= power; power *= 10) digits++;
  let rest = value;
  for (let at = to + digits - 1; at >= to; at--) {
    const tenth = rest / 10;
    store<u8>(at, ZERO + <u32>(rest - tenth * 10));
    rest = tenth;
  }
  return to + digits;
}

// @ts-ignore: decorator
@inline
function storeTwo(at: usize, value: u32): void {
  const tens = value / 10;
  store<u16>(at, (ZERO + tens) | ((ZERO + value - tens * 10) << 8));
}

// @ts-ignore: decorator
@inline
function weekAt(week: i64): usize {
  return weeks + <usize>(<u32>week & (WEEKS - 1)) * WEEK_BYTES;
}

// @ts-ignore: decorator
@inline
function floorDivided(value: i64, by: i64): i64 {
  const quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

/** Writes a time of a year with four digits, in quotes, in ISO 8601; 0 if it cannot. */
function writeTime(to: usize, micros: i64): usize {
  const seconds = floorDivided(micros, MICROS_PER_SECOND);
  const week = floorDivided(seconds, SECONDS_PER_WEEK);
  const slot = weekAt(week);
  if (load<i64>(slot) != week) {
    stopped = WEEK;
    needed = week;
    return 0;
  }
  if (load<i32>(slot, 12) == 0) {
    stopped = OTHER;
    return 0;
  }
  const minutes = load<i32>(slot, 8);
  const local = seconds + <i64>minutes * 60;
  const day = floorDivided(local, SECONDS_PER_DAY);
  if (<i32>day != dateDay) setDate(<i32>day);
  const second = <u32>(local - day * SECONDS_PER_DAY);
  store<u8>(to, QUOTE);
  store<u64>(to + 1, date);
  store<u32>(to + 9, dateEnd);
  const minute = second / 60;
  const hour = minute / 60;
  storeTwo(to + 12, hour);
  store<u8>(to + 14, COLON);
  storeTwo(to + 15, minute - hour * 60);
  store<u8>(to + 17, COLON);
  storeTwo(to + 18, second - minute * 60);
  store<u8>(to + 20, POINT);
  const milli = <u32>(<i32>(micros - seconds * MICROS_PER_SECOND) / MICROS_PER_MILLI);
  const hundreds = milli / 100;
  store<u8>(to + 21, ZERO + hundreds);
  storeTwo(to + 22, milli - hundreds * 100);
  return writeOffset(to + 24, minutes);
}

/** Writes the offset of a zone, and the quote after it. */
function writeOffset(to: usize, minutes: i32): usize {
  let at = to;
  if (minutes == 0) {
    store<u8>(at++, LETTER_Z);
  } else {
    const total = <u32>abs(minutes);
    const hours = total / 60;
    store<u8>(at, minutes < 0 ? MINUS : PLUS);
    storeTwo(at + 1, hours);
    store<u8>(at + 3, COLON);
    storeTwo(at + 4, total - hours * 60);
    at += 6;
  }
  store<u8>(at, QUOTE);
  return at + 1;
}

/** Sets the date to that of a day, by the algorithm of Howard Hinnant. */
function setDate(day: i32): void {
  const shifted = <u32>(day + DAYS_BEFORE_EPOCH);
  const era = shifted / 146_097;
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const ofMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const century = year / 100;
  dateDay = day;
  // "2018-12-" and "31T".
  date = <u64>two(century) | (<u64>two(year - century * 100) << 16) | (<u64>MINUS << 32) |
    (<u64>two(month) << 40) | (<u64>MINUS << 56);
  dateEnd = two(ofMonth) | (<u32>LETTER_T << 16);
}

/** Two digits as bytes. */
function two(value: u32): u32 {
  const tens = value / 10;
  return (ZERO + tens) | ((ZERO + value - tens * 10) << 8);
}
