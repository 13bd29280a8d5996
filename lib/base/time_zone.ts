/**
 * Time zones by their offsets, with the rules of Java's `ZonedDateTime`: a local time in a gap moves forward
 * by the length of the gap, and one in an overlap takes the earlier offset.
 *
 * The data comes from `Intl`, where a look-up of one instant takes some microseconds. So offsets are cached
 * in stretches of a week: a stretch that begins and ends with the same offset has that offset throughout; any
 * other is bisected once to find its transition.
 */
import { TIME_ZONES_MAX, ZONE_WEEKS_MAX } from "./bounds.ts";
import { LruCache } from "./collections/lru_cache.ts";

/** The offsets of one zone. */
export interface TimeZone {
  readonly id: string;
  /** The offset at all times, if there is only one. */
  readonly fixedOffsetSeconds?: number;
  /** Seconds to add to UTC for the local time at an instant, given in seconds. */
  offsetAtUtc(utcSeconds: number): number;
  /** The offset throughout a week of UTC, the first of which begins with 1970; NaN if it changes. */
  offsetOfWeek(week: number): number;
  /** The instant, in seconds, of a local time, given in seconds as if it were UTC. */
  utcOfLocal(localSeconds: number): number;
}

/** A zone with a fixed offset. */
function fixedZone(id: string, offsetSeconds: number): TimeZone {
  return {
    id,
    fixedOffsetSeconds: offsetSeconds,
    offsetAtUtc: () => offsetSeconds,
    offsetOfWeek: () => offsetSeconds,
    utcOfLocal: (localSeconds) => localSeconds - offsetSeconds,
  };
}

/** The zone with offset zero. */
export const UTC: TimeZone = fixedZone("UTC", 0);

/** The first second that a `Date` can represent. There were no time zones yet: earlier ones have its offset. */
const DATE_SECONDS_MIN = -8_640_000_000_000;

/**
 * The year 2500. By then zones follow fixed rules, such as the second Sunday of March, and the calendar repeats
 * every 400 years. `Date` ends before Spark's times do.
 */
const RULES_SECONDS = 16_725_225_600;
const CYCLE_SECONDS = 146_097 * 86_400;

/**
 * No zone has changed its offset and changed it back in less than this: Recife came close, in October 2000.
 */
const STRETCH_SECONDS = 7 * 86_400;

/** The week in which fixed rules begin to hold. */
const RULES_WEEK = Math.floor(RULES_SECONDS / STRETCH_SECONDS);

interface Stretch {
  readonly before: number;
  readonly after: number;
  /** The first second with the later offset; infinite if nothing changes. */
  readonly transition: number;
  /** The offset of all local times of the week that is named alike; NaN if there are several. */
  localOffset?: number;
}

class RegionZone implements TimeZone {
  readonly id: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #stretches = new LruCache<number, Stretch>(ZONE_WEEKS_MAX);
  /** The last week whose local times have a single offset. */
  #localWeek = NaN;
  #localOffset = NaN;

  constructor(id: string) {
    this.id = id;
    this.#format = new Intl.DateTimeFormat("en-US", { timeZone: id, timeZoneName: "longOffset" });
  }

  offsetAtUtc(instantSeconds: number): number {
    const utcSeconds = instantSeconds < RULES_SECONDS ? instantSeconds : inFirstCycle(instantSeconds);
    const stretch = this.#stretchAt(Math.floor(utcSeconds / STRETCH_SECONDS));
    return utcSeconds < stretch.transition ? stretch.before : stretch.after;
  }

  offsetOfWeek(week: number): number {
    const startSeconds = week * STRETCH_SECONDS;
    const offset = this.offsetAtUtc(startSeconds);
    return this.offsetAtUtc(startSeconds + STRETCH_SECONDS - 1) === offset ? offset : NaN;
  }

  utcOfLocal(localSeconds: number): number {
    const week = Math.floor(localSeconds / STRETCH_SECONDS);
    // Most times are in the week of the one before.
    if (week === this.#localWeek) return localSeconds - this.#localOffset;
    if (week < RULES_WEEK - 1) {
      const offset = this.#stretchAt(week).localOffset ??= this.#offsetOfLocalWeek(week);
      if (!Number.isNaN(offset)) {
        this.#localWeek = week;
        this.#localOffset = offset;
        return localSeconds - offset;
      }
    }
    return this.#utcNearTransition(localSeconds);
  }

  /** The offset throughout a week of local times, which is at most a day before or after UTC's; NaN if it changes. */
  #offsetOfLocalWeek(week: number): number {
    const { before } = this.#stretchAt(week);
    for (const near of [week - 1, week, week + 1]) {
      const stretch = this.#stretchAt(near);
      if (stretch.before !== before || stretch.transition !== Infinity) return NaN;
    }
    return before;
  }

  #utcNearTransition(localSeconds: number): number {
    const before = this.offsetAtUtc(localSeconds - 86_400);
    const after = this.offsetAtUtc(localSeconds + 86_400);
    if (before === after) {
      const utc = localSeconds - before;
      if (this.offsetAtUtc(utc) === before) return utc;
    }
    const early = localSeconds - before;
    if (this.offsetAtUtc(early) === before) return early;
    const late = localSeconds - after;
    // In a gap neither offset is valid at its own instant; the earlier one moves the time forward.
    return this.offsetAtUtc(late) === after ? late : early;
  }

  #stretchAt(index: number): Stretch {
    let stretch = this.#stretches.get(index);
    if (stretch === undefined) {
      stretch = this.#measure(index * STRETCH_SECONDS);
      this.#stretches.set(index, stretch);
    }
    return stretch;
  }

  #measure(startSeconds: number): Stretch {
    const before = this.#ask(startSeconds);
    const after = this.#ask(startSeconds + STRETCH_SECONDS - 1);
    if (before === after) return { before, after, transition: Infinity };
    let [low, high] = [startSeconds, startSeconds + STRETCH_SECONDS - 1];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle) === before) low = middle;
      else high = middle;
    }
    return { before, after, transition: high };
  }

  #ask(utcSeconds: number): number {
    const parts = this.#format.formatToParts(new Date(Math.max(DATE_SECONDS_MIN, utcSeconds) * 1_000));
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
    return parseOffset(name.slice("GMT".length)) ?? 0;
  }
}

/** The instant in the 400 years before {@link RULES_SECONDS} for which the same rules hold. */
function inFirstCycle(utcSeconds: number): number {
  return RULES_SECONDS - CYCLE_SECONDS + (utcSeconds - RULES_SECONDS) % CYCLE_SECONDS;
}

const OFFSET = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/;
const OFFSET_SECONDS_MAX = 18 * 3_600;

/** Seconds of an offset such as `+01:00`, `-7` or `+0530`; undefined if the text is not an offset. */
function parseOffset(text: string): number | undefined {
  if (text === "") return 0;
  const match = OFFSET.exec(text);
  if (match === null) return undefined;
  const [minutes, seconds] = [Number(match[3] ?? 0), Number(match[4] ?? 0)];
  const total = Number(match[2]) * 3_600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > OFFSET_SECONDS_MAX) return undefined;
  return match[1] === "-" ? -total : total;
}

/** Java's short zone ids, which Spark still accepts. */
const SHORT_IDS: Readonly<Record<string, string>> = {
  ACT: "Australia/Darwin",
  AET: "Australia/Sydney",
  AGT: "America/Argentina/Buenos_Aires",
  ART: "Africa/Cairo",
  AST: "America/Anchorage",
  BET: "America/Sao_Paulo",
  BST: "Asia/Dhaka",
  CAT: "Africa/Harare",
  CNT: "America/St_Johns",
  CST: "America/Chicago",
  CTT: "Asia/Shanghai",
  EAT: "Africa/Addis_Ababa",
  ECT: "Europe/Paris",
  EST: "-05:00",
  HST: "-10:00",
  IET: "America/Indiana/Indianapolis",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  MIT: "Pacific/Apia",
  MST: "-07:00",
  NET: "Asia/Yerevan",
  NST: "Pacific/Auckland",
  PLT: "Asia/Karachi",
  PNT: "America/Phoenix",
  PRT: "America/Puerto_Rico",
  PST: "America/Los_Angeles",
  SST: "Pacific/Guadalcanal",
  VST: "Asia/Ho_Chi_Minh",
};

/** By id; null if there is no such zone. Ids may come from records. */
const known = new LruCache<string, TimeZone | null>(TIME_ZONES_MAX);

/** Longer than any zone id. */
const ID_LENGTH_MAX = 64;

/**
 * The zone with an id that Spark accepts: a region, `Z`, `+01:00`, `UTC+1`, `GMT-7`, or one of Java's short
 * ids. Undefined if there is no such zone.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(timeZoneOf("+05:30")?.offsetAtUtc(0), 19_800);
 * equal(timeZoneOf("America/Los_Angeles")?.offsetAtUtc(1_530_000_000), -7 * 3_600);
 * equal(timeZoneOf("Mars/Olympus"), undefined);
 * ```
 */
export function timeZoneOf(id: string): TimeZone | undefined {
  if (id.length > ID_LENGTH_MAX) return undefined;
  let zone = known.get(id);
  if (zone === undefined) {
    zone = createZone(id) ?? null;
    known.set(id, zone);
  }
  return zone ?? undefined;
}

function createZone(id: string): TimeZone | undefined {
  if (id === "UTC" || id === "Z") return UTC;
  const named = Object.hasOwn(SHORT_IDS, id) ? SHORT_IDS[id]! : id;
  const offset = /^(?:UTC|GMT|UT)?([+-].*)?$/.exec(named);
  if (offset !== null && named !== "") {
    const seconds = parseOffset(offset[1] ?? "");
    return seconds === undefined ? undefined : fixedZone(id, seconds);
  }
  if (!/^[A-Za-z][A-Za-z0-9~/._+-]+$/.test(named)) return undefined;
  try {
    // Java's zone ids are case-sensitive, those of Intl are not.
    const resolved = new Intl.DateTimeFormat("en", { timeZone: named }).resolvedOptions().timeZone;
    const wrongCase = /^[a-z]/.test(named) ||
      (resolved !== named && resolved.toLowerCase() === named.toLowerCase());
    return wrongCase ? undefined : new RegionZone(named);
  } catch {
    return undefined;
  }
}
