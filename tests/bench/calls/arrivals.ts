/** When calls arrive, what their ids are, and what times they say. */
import type { SampleCall } from "../../support/calls.ts";

const STARTS_MS = Date.UTC(2019, 0, 1);
const FULL_DAYS = ["2018-11-19", "2018-11-20"];
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const OUT_OF_ORDER_SHARE = 0.03;
const OUT_OF_ORDER_MINUTES_MAX = 10;
const LATE_SHARE = 0.001;
const LATE_DAYS_MIN = 1;
const LATE_DAYS_MAX = 7;

/** The arrivals of a stream, one after another; see `generated_calls.ts` for their figures. */
export class Arrivals {
  readonly #random: () => number;
  readonly #gapMsByHour: readonly number[];
  #nowMs = STARTS_MS;
  #day = -1;
  #dayText = "";
  #numberOfDay = 0;

  /** @param perMinute The mean number of calls, if it is another one than the sample's. */
  constructor(
    sample: readonly SampleCall[],
    { random, perMinute }: { readonly random: () => number; readonly perMinute: number | undefined },
  ) {
    this.#random = random;
    this.#gapMsByHour = gapMsByHour(sample, perMinute);
  }

  /** The next arrival; gives the id of its call. */
  next(): string {
    const hour = Math.floor(this.#nowMs % DAY_MS / HOUR_MS);
    this.#nowMs -= Math.log(1 - this.#random()) * this.#gapMsByHour[hour]!;
    const day = Math.floor(this.#nowMs / DAY_MS);
    if (day !== this.#day) {
      const date = new Date(this.#nowMs);
      const dayOfYear = (day * DAY_MS - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS + 1;
      this.#dayText = String(date.getUTCFullYear() % 100 * 1_000 + dayOfYear);
      this.#day = day;
      this.#numberOfDay = 0;
    }
    return this.#dayText + String(++this.#numberOfDay).padStart(4, "0");
  }

  /** The time of the call that has just arrived: a whole minute, and mostly the one that it arrives in. */
  callTimeMs(): number {
    const draw = this.#random();
    let timeMs = this.#nowMs;
    if (draw < LATE_SHARE) {
      timeMs -= (LATE_DAYS_MIN + this.#random() * (LATE_DAYS_MAX - LATE_DAYS_MIN)) * DAY_MS;
    } else if (draw < LATE_SHARE + OUT_OF_ORDER_SHARE) {
      timeMs -= (1 + Math.floor(this.#random() * OUT_OF_ORDER_MINUTES_MAX)) * MINUTE_MS;
    }
    return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
  }
}

/** The mean time from one call to the next, for each hour of the day. */
function gapMsByHour(sample: readonly SampleCall[], perMinute: number | undefined): number[] {
  const calls = Array<number>(24).fill(0);
  for (const { call_date_time: time } of sample) {
    if (FULL_DAYS.includes(time!.slice(0, 10))) calls[Number(time!.slice(11, 13))]!++;
  }
  const total = calls.reduce((sum, count) => sum + count);
  const days = perMinute === undefined ? FULL_DAYS.length : total * MINUTE_MS / (perMinute * DAY_MS);
  return calls.map((count) => days * HOUR_MS / count);
}

const dayTexts = new Map<number, { readonly dates: string; readonly date: string }>();
const minuteTexts = Array.from({ length: DAY_MS / MINUTE_MS }, (_, minute) => {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
});

/** The members of a call that follow from its time, from `report_date` to `call_date_time`, as JSON. */
export function timeMembers(timeMs: number): string {
  const day = Math.floor(timeMs / DAY_MS);
  let texts = dayTexts.get(day);
  if (texts === undefined) {
    const date = new Date(timeMs).toISOString().slice(0, 10);
    const midnight = `${date}T00:00:00.000`;
    const dates = `"report_date":"${midnight}","call_date":"${midnight}","offense_date":"${midnight}"`;
    texts = { dates, date };
    dayTexts.set(day, texts);
  }
  const minute = minuteTexts[(timeMs - day * DAY_MS) / MINUTE_MS]!;
  return `${texts.dates},"call_time":"${minute}","call_date_time":"${texts.date}T${minute}:00.000"`;
}
