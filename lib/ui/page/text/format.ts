/** Numbers and times as the page shows them: the same in every browser, whatever its language. */
import { formatSpan } from "../../../base/text/duration.ts";
import { formatBytes } from "../../../base/text/format.ts";

/** Shown where there is no value. */
export const NONE = "–";

/** What a number counts. */
export type Unit = "rows" | "rows/s" | "ms" | "bytes";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY_AND_TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const COMPACT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const DECIMALS = [0, 1, 3].map((maximumFractionDigits) =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits })
);

/** A number with its unit, as exactly as a reader needs it. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return NONE;
  switch (unit) {
    case "rows":
      return formatNumber(value);
    case "rows/s":
      return `${formatNumber(value)}/s`;
    case "ms":
      return formatSpan(value);
    case "bytes":
      return formatBytes(Math.round(value));
  }
}

/** A number in the few characters that an axis has. */
export function formatTick(value: number, unit: Unit): string {
  switch (unit) {
    case "rows":
      return COMPACT.format(value);
    case "rows/s":
      return `${COMPACT.format(value)}/s`;
    case "ms":
      return formatSpan(value);
    case "bytes":
      return formatBytes(Math.round(value)).replace(".0 ", " ");
  }
}

/** A number with grouped digits; a small one with a few decimals. */
export function formatNumber(value: number): string {
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return DECIMALS[places]!.format(value);
}

/** The time of day, in the reader's time zone. */
export function formatTime(ms: number): string {
  return TIME.format(ms);
}

/** Day and time, in the reader's time zone. */
export function formatDayAndTime(ms: number): string {
  return DAY_AND_TIME.format(ms);
}

/** A moment of event time, in UTC as the sinks have it. */
export function formatEventTime(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace(/\.000Z$|Z$/, " UTC");
}

/** A share of a whole, in per cent. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
