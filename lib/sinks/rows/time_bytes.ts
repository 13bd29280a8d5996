/**
 * Times and dates of JSON as bytes. Consecutive rows have close times, so what one has in common with the one before is
 * not written again: all of it, or its date and its zone.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import {
  floorModulo,
  type Micros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  secondsOf,
} from "../../records/values/micros.ts";
import { dateText, SECONDS_PER_DAY, timestampIso } from "../../records/values/timestamp.ts";
import { FixedText, type TextBytes } from "./text_bytes.ts";

const ZERO = 0x30;
/** Where the parts of `"2018-12-31T23:57:00.000Z"` are. */
const [HOUR_AT, MINUTE_AT, SECOND_AT, MILLI_AT] = [12, 15, 18, 21];

/** Writes timestamps in quotes, in ISO 8601. */
export class TimestampBytes {
  readonly #zone: TimeZone;
  /** The text of the last time. */
  #text = new FixedText();
  #last: Micros | undefined;
  /** When the day in the text begins, in seconds of local time; NaN if another time cannot share its date. */
  #dayStart = NaN;
  /** The offset of the zone in the text. */
  #offset = NaN;

  constructor(zone: TimeZone) {
    this.#zone = zone;
  }

  add(time: Micros, out: TextBytes): void {
    if (time !== this.#last) {
      this.#last = time;
      if (typeof time === "number") this.#set(time);
      else this.#setWhole(time);
    }
    out.add(this.#text);
  }

  #set(time: number): void {
    const utcSeconds = secondsOf(time);
    const offset = this.#zone.offsetAtUtc(utcSeconds);
    const localSeconds = utcSeconds + offset;
    let second = localSeconds - this.#dayStart;
    if (offset !== this.#offset || !(second >= 0 && second < SECONDS_PER_DAY)) {
      this.#setWhole(time);
      this.#offset = offset;
      this.#dayStart = localSeconds - floorModulo(localSeconds, SECONDS_PER_DAY);
      return;
    }
    second |= 0;
    const minute = (second / 60) | 0;
    const hour = (minute / 60) | 0;
    this.#putTwo(HOUR_AT, hour);
    this.#putTwo(MINUTE_AT, minute - hour * 60);
    this.#putTwo(SECOND_AT, second - minute * 60);
    const milli = ((time - utcSeconds * MICROS_PER_SECOND) / MICROS_PER_MILLI) | 0;
    const hundreds = (milli / 100) | 0;
    this.#text.bytes[MILLI_AT] = ZERO + hundreds;
    this.#putTwo(MILLI_AT + 1, milli - hundreds * 100);
  }

  /** Plain numbers are the times of years with four digits; the dates of others may be longer. */
  #setWhole(time: Micros): void {
    this.#text = new FixedText(`"${timestampIso(time, this.#zone)}"`);
    this.#dayStart = NaN;
  }

  #putTwo(at: number, value: number): void {
    const tens = (value / 10) | 0;
    this.#text.bytes[at] = ZERO + tens;
    this.#text.bytes[at + 1] = ZERO + value - tens * 10;
  }
}

/** Writes dates in quotes. */
export class DateBytes {
  #text = new FixedText();
  #last: number | undefined;

  add(days: number, out: TextBytes): void {
    if (days !== this.#last) {
      this.#last = days;
      this.#text = new FixedText(`"${dateText(days)}"`);
    }
    out.add(this.#text);
  }
}
