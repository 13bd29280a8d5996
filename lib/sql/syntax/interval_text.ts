/** INTERVAL literals: parsing, and their text in Spark. */

/**
 * An interval, in months or microseconds, and whether it is written in days only, so that a DATE stays a
 * DATE.
 */
export interface Interval {
  readonly months: bigint;
  readonly micros: bigint;
  readonly isDays: boolean;
}

/** A literal, with its largest and its smallest unit. */
interface WrittenInterval extends Interval {
  readonly first: Unit;
  readonly last: Unit;
}

const UNITS = ["year", "month", "day", "hour", "minute", "second"] as const;
type Unit = (typeof UNITS)[number];

export const MICROS_PER_DAY = 86_400_000_000n;
const [MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND] = [3_600_000_000n, 60_000_000n, 1_000_000n];

/** The months or microseconds in a unit, and the field that it belongs to. */
const LENGTHS: Readonly<Record<string, { readonly of: bigint; readonly unit: Unit }>> = {
  year: { of: 12n, unit: "year" },
  month: { of: 1n, unit: "month" },
  week: { of: 7n * MICROS_PER_DAY, unit: "day" },
  day: { of: MICROS_PER_DAY, unit: "day" },
  hour: { of: MICROS_PER_HOUR, unit: "hour" },
  minute: { of: MICROS_PER_MINUTE, unit: "minute" },
  second: { of: MICROS_PER_SECOND, unit: "second" },
  millisecond: { of: 1_000n, unit: "second" },
  microsecond: { of: 1n, unit: "second" },
};

const PART = /^\s*([+-]?)\s*(\d+)(?:\.(\d{0,9}))?\s+([a-z]+?)s?(?=\s|$)/i;
const MICRO_DIGITS = 6;

/** The interval in a literal, or what is wrong with it, as the end of a sentence. */
export function parseInterval(text: string): WrittenInterval | string {
  let rest = text.replace(/^\s*interval\b/i, "");
  let [months, micros] = [0n, 0n];
  const written: string[] = [];
  while (rest.trim() !== "") {
    const [whole, sign, count, fraction, unit = ""] = PART.exec(rest) ?? [];
    if (whole === undefined) return `'${text.trim()}' is invalid`;
    const name = unit.toLowerCase();
    const length = Object.hasOwn(LENGTHS, name) ? LENGTHS[name] : undefined;
    if (length === undefined) return `does not support the unit ${unit}`;
    if (fraction !== undefined && name !== "second") {
      return `supports a fraction only for seconds, not for ${name}s`;
    }
    const size = (BigInt(count!) * length.of + fractionMicros(fraction)) * (sign === "-" ? -1n : 1n);
    if (isCalendar(length.unit)) months += size;
    else micros += size;
    written.push(length.unit);
    rest = rest.slice(whole.length);
  }
  const units = UNITS.filter((unit) => written.includes(unit));
  const [first, last] = [units[0], units.at(-1)];
  if (first === undefined || last === undefined) {
    return "requires a number and a unit, such as INTERVAL 10 MINUTES";
  }
  if (isCalendar(first) !== isCalendar(last)) return "cannot mix years and months with smaller units";
  return { months, micros, isDays: first === "day" && last === "day", first, last };
}

function isCalendar(unit: Unit): boolean {
  return unit === "year" || unit === "month";
}

function fractionMicros(digits = ""): bigint {
  return BigInt(digits.slice(0, MICRO_DIGITS).padEnd(MICRO_DIGITS, "0"));
}

/** The literal as Spark writes it in a column name: `INTERVAL '1 02' DAY TO HOUR`. */
export function intervalName(text: string): string {
  const interval = parseInterval(text);
  if (typeof interval === "string") return `INTERVAL '${text}'`;
  const { months, micros, first, last } = interval;
  const isNegative = months < 0n || micros < 0n;
  const fields = isCalendar(first)
    ? calendarFields(isNegative ? -months : months, first, last)
    : clockFields(isNegative ? -micros : micros, first, last);
  const units = first === last ? first : `${first} to ${last}`;
  return `INTERVAL '${isNegative ? "-" : ""}${fields}' ${units.toUpperCase()}`;
}

function calendarFields(months: bigint, first: Unit, last: Unit): string {
  if (first === last) return String(first === "year" ? months / 12n : months);
  return `${months / 12n}-${months % 12n}`;
}

function clockFields(micros: bigint, first: Unit, last: Unit): string {
  const [from, to] = [UNITS.indexOf(first), UNITS.indexOf(last)];
  const sizes = [MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND];
  const separators = ["", " ", ":", ":"];
  let [rest, text] = [micros, ""];
  for (let index = from; index <= to; index++) {
    const size = sizes[index - 2]!;
    const count = String(rest / size);
    text += (index === from ? "" : separators[index - 2]) + (index === 2 ? count : count.padStart(2, "0"));
    rest %= size;
  }
  const fraction = String(rest).padStart(MICRO_DIGITS, "0").replace(/0+$/, "");
  return last === "second" && rest !== 0n ? `${text}.${fraction}` : text;
}
