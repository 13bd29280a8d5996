/** Expressions that give dates and times. */
import type { Kind, Templates } from "./mod.ts";

const DATES: Templates = {
  leaves: [
    "$y",
    "$y",
    "$y",
    "CAST($at AS DATE)",
    "CAST($e AS DATE)",
    "DATE '2018-12-31'",
    "DATE '1969-02-28'",
    "DATE '9999-12-31'",
  ],
  calls: [
    "CAST({time} AS DATE)",
    "to_date({time})",
    "to_date(CAST({date} AS STRING))",
    "to_date(date_format({date}, 'd.M.yyyy'), 'd.M.yyyy')",
    "try_cast({text} AS DATE)",
    "date_add({date}, {-40..40})",
    "date_add({date}, $i)",
    "date_sub({date}, {-40..40})",
    "add_months({date}, {-14..14})",
    "({date} {sign} {0..40})",
    "({date} {sign} {dateinterval})",
    "trunc({date}, {dateunit})",
    "trunc({time}, {dateunit})",
    "greatest({date}, nullif(current_date(), curdate()))",
  ],
};

const INSTANTS: Templates = {
  leaves: [
    "$at",
    "$at",
    "$at",
    "$e",
    "$e",
    "TIMESTAMP '2018-11-04 01:30:00'",
    "TIMESTAMP '1969-12-31T23:59:59.5Z'",
    "TIMESTAMP '9999-12-31T23:59:59.999999Z'",
  ],
  calls: [
    "date_trunc({timeunit}, {time})",
    "date_trunc({timeunit}, {date})",
    "({time} {sign} {timeinterval})",
    "({timeinterval} + {time})",
    "({date} {sign} INTERVAL 5 HOURS)",
    "to_timestamp({date})",
    "to_timestamp(CAST({time} AS STRING))",
    "to_timestamp(date_format({time}, 'yyyyMMddHHmm'), 'yyyyMMddHHmm')",
    "to_timestamp(date_format({time}, 'd MMM yyyy h:mm:ss.SSS a XX'), 'd MMM yyyy h:mm:ss.SSS a XX')",
    "try_to_timestamp($s)",
    "try_to_timestamp({text}, 'yyyy-MM-dd')",
    "timestamp_seconds({integer})",
    "timestamp_seconds({decimal})",
    "timestamp_seconds($d)",
    "timestamp_millis({integer})",
    "timestamp_millis(unix_millis({time}))",
    "timestamp_micros({big})",
    // Of the time of the batch only what is always so.
    "greatest({time}, nullif(current_timestamp(), current_timestamp()), nullif(now(), now()))",
    "greatest({time}, CAST(nullif(localtimestamp(), localtimestamp()) AS TIMESTAMP))",
    "CAST({date} AS TIMESTAMP)",
    "CAST({integer} AS TIMESTAMP)",
    // Text may not be a time alone: that is one of the day on which Spark runs.
    "try_cast($s AS TIMESTAMP)",
    "try_cast(concat($y, ' ', $k) AS TIMESTAMP)",
  ],
};

/** See `mod.ts`. */
export const TIMES = { date: DATES, time: INSTANTS } satisfies Partial<Record<Kind, Templates>>;
