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
    "CAST(make_timestamp_ntz(2019, 3, {1..31}, {0..23}, 59, 59.5) AS TIMESTAMP)",
    "CAST(try_make_timestamp_ntz(2019, $h, 10, 2, 30, 0) AS TIMESTAMP)",
    "to_timestamp_ntz({time}) + INTERVAL {1..40} HOURS",
    "convert_timezone('Asia/Seoul', 'America/New_York', {time}) + INTERVAL {1..9} MONTHS",
    "make_timestamp(2019, 3, {1..31}, {0..23}, 59, 59.5)",
    "make_timestamp_ltz(2019, {1..12}, 10, 2, 30, 0, 'America/New_York')",
    "try_make_timestamp(2019, $h, 10, 2, 30, 0)",
    "try_make_timestamp_ltz(2019, 2, {27..31}, 2, 30, 60)",
    "to_timestamp_ltz({date})",
    "timestampadd({addunit}, {-40..40}, {time})",
    "{time} + make_dt_interval({-3..3}, $h % 24, {0..59})",
    "{time} - make_ym_interval(0, {-30..30})",
    "{time} + make_interval(0, {-3..3}, 0, {0..40}, $h % 48)",
    "{time} + ({time} - $at) / {2..9}",
    "$at - INTERVAL '{0..9} {0..23}:{10..59}' DAY TO MINUTE * {-3..3}",
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
    "EXTRACT(DAY FROM {time} - $at)",
  ],
  big: ["timestampdiff({diffunit}, {time}, {time})", "datediff({diffunit}, $at, {date})"],
  text: [
    "CAST(try_make_interval({0..9}, $h % 24) AS STRING)",
    "CAST({time} - $at AS STRING)",
    "CAST({date} - DATE '2018-12-31' AS STRING)",
    "dayname({date})",
    "monthname({time})",
    "current_timezone()",
  ],
} satisfies Partial<Record<Kind, readonly string[]>>;

/** Words of these expressions. */
export const CALENDAR_WORDS: Readonly<Record<string, readonly string[]>> = {
  addunit: "MICROSECOND MILLISECOND second MINUTE HOUR DAY DAYOFYEAR WEEK month QUARTER YEAR".split(" "),
  diffunit: "MICROSECOND MILLISECOND second MINUTE HOUR DAY WEEK month QUARTER YEAR".split(" "),
};
