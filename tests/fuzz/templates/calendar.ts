/** Expressions with functions of the calendar, of units and of time zones. None of them fails. */
import type { Kind } from "./mod.ts";

const ZONES = "'Asia/Seoul', 'America/New_York', '-03:30', 'UTC'".split(", ");

/** Calls, by the kind that they give. */
export const CALENDAR = {
  date: [
    "last_day({date})",
    "next_day({date}, 'MO')",
    "next_day({date}, 'friday')",
    "date_from_unix_date($i)",
    "make_date(2000 + ($i % 20), 5, {1..31})",
    "dateadd({date}, {0..30})",
  ],
  time: [
    "make_timestamp(2019, 3, {1..31}, {0..23}, 59, 59.5)",
    "make_timestamp_ltz(2019, {1..12}, 10, 2, 30, 0, 'America/New_York')",
    "try_make_timestamp(2019, $h, 10, 2, 30, 0)",
    "try_make_timestamp_ltz(2019, 2, {27..31}, 2, 30, 60)",
    "to_timestamp_ltz({date})",
    "timestampadd({addunit}, {-40..40}, {time})",
    "dateadd({addunit}, $h % 100, $at)",
    "date_add({addunit}, 1, {date})",
    ...ZONES.flatMap((zone) => [`from_utc_timestamp({time}, ${zone})`, `to_utc_timestamp({time}, ${zone})`]),
  ],
  double: ["months_between({time}, {date})", "months_between($at, {date}, false)"],
  decimal: ["EXTRACT(SECOND FROM $at)", "date_part('SECS', {time})"],
  integer: [
    "unix_date({date})",
    "date_diff({date}, {date})",
    "datepart('DOW_ISO', {date})",
    "EXTRACT(YEAROFWEEK FROM {date})",
  ],
  big: ["timestampdiff({diffunit}, {time}, {time})", "datediff({diffunit}, $at, {date})"],
  text: ["dayname({date})", "monthname({time})", "current_timezone()"],
} satisfies Partial<Record<Kind, readonly string[]>>;

/** Words of these expressions. */
export const CALENDAR_WORDS: Readonly<Record<string, readonly string[]>> = {
  addunit: "MICROSECOND MILLISECOND second MINUTE HOUR DAY DAYOFYEAR WEEK month QUARTER YEAR".split(" "),
  diffunit: "MICROSECOND MILLISECOND second MINUTE HOUR DAY WEEK month QUARTER YEAR".split(" "),
};
