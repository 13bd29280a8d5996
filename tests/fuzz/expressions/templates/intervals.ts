/** Expressions that give INTERVALs and TIMESTAMP_NTZs, and that take them. None of them fails, but at the ends of the range. */
import type { Kind, Templates } from "./mod.ts";

const SPANS: Templates = {
  leaves: [
    "$p",
    "$p",
    "$p",
    "INTERVAL '1 02:03:04.5' DAY TO SECOND",
    "INTERVAL '-10' MINUTE",
    "INTERVAL 36 HOURS",
    "($y - DATE '2018-12-31')",
  ],
  calls: [
    "({time} - $at)",
    "({local} - $z)",
    "({date} - {date})",
    "({span} {sign} {span})",
    "({span} * {-3..3})",
    "({span} / {2..9})",
    "(-({span}))",
    "(+({span}))",
    "abs({span})",
    "negative({span})",
    "make_dt_interval({-3..3}, $h % 24, {0..59}, 1.5)",
    "try_cast(CAST({span} AS STRING) AS INTERVAL DAY TO SECOND)",
    "CAST({span} AS INTERVAL HOUR TO SECOND)",
    "try_cast({text} AS INTERVAL DAY TO SECOND)",
    "CAST($h AS INTERVAL MINUTE)",
    "try_divide({span}, $h)",
    "try_add({span}, $p)",
  ],
};

const MONTHS: Templates = {
  leaves: [
    "INTERVAL '1-2' YEAR TO MONTH",
    "INTERVAL 5 MONTHS",
    "INTERVAL '-3' YEAR",
    "make_ym_interval($h % 9, 7)",
  ],
  calls: [
    "({months} {sign} {months})",
    "({months} * {-3..3})",
    "({months} / {2..9})",
    "(-({months}))",
    "abs({months})",
    "make_ym_interval($h % 20, {0..30})",
    "try_cast(CAST({months} AS STRING) AS INTERVAL YEAR TO MONTH)",
    "CAST({months} AS INTERVAL MONTH)",
  ],
};

const LOCALS: Templates = {
  leaves: [
    "$z",
    "$z",
    "$z",
    "TIMESTAMP_NTZ '2018-11-04 01:30:00'",
    "TIMESTAMP_NTZ '9999-12-31T23:59:59.999999'",
  ],
  calls: [
    // Of a time at the end of all times, Spark may compare before it casts, or fail.
    "CAST(greatest({time}, TIMESTAMP '0001-01-01T00:00:00Z') AS TIMESTAMP_NTZ)",
    "CAST({date} AS TIMESTAMP_NTZ)",
    "to_timestamp_ntz(greatest({time}, TIMESTAMP '0001-01-01T00:00:00Z'))",
    "to_timestamp_ntz(CAST({local} AS STRING))",
    "({local} {sign} {timeinterval})",
    "({local} {sign} INTERVAL '{0..9} {10..23}' DAY TO HOUR)",
    "make_timestamp_ntz(2019, 3, {1..31}, {0..23}, 59, 59.5)",
    "convert_timezone('Asia/Seoul', 'America/New_York', {local})",
    "timestampadd({addunit}, {-40..40}, {local})",
    "try_cast($s AS TIMESTAMP_NTZ)",
  ],
};

/** See `mod.ts`. */
export const INTERVALS = { span: SPANS, months: MONTHS, local: LOCALS } satisfies Partial<
  Record<Kind, Templates>
>;

/** What takes them, by the kind that it gives. */
export const OF_INTERVALS: Partial<Record<Kind, readonly string[]>> = {
  time: [
    "CAST({local} AS TIMESTAMP)",
    "({time} {sign} {span})",
    "({time} {sign} {months})",
    "date_trunc({timeunit}, {local})",
  ],
  date: ["CAST({local} AS DATE)", "({date} {sign} {months})", "CAST(({date} + {span}) AS DATE)"],
  text: [
    "CAST({span} AS STRING)",
    "CAST({months} AS STRING)",
    "CAST({local} AS STRING)",
    "to_json(struct({span} AS a, {months} AS b, {local} AS c))",
    "date_format({local}, {format})",
  ],
  integer: [
    "EXTRACT(DAY FROM CAST({span} AS INTERVAL DAY TO SECOND))",
    "EXTRACT(HOUR FROM CAST({span} AS INTERVAL DAY TO SECOND))",
    "EXTRACT(MONTH FROM CAST({months} AS INTERVAL YEAR TO MONTH))",
    "EXTRACT(YEAR FROM CAST({months} AS INTERVAL YEAR TO MONTH))",
    "EXTRACT(MINUTE FROM {local})",
    "dayofmonth({local})",

    "CAST(({date} - DATE '2018-12-31') AS INT)",
  ],
  double: ["sign({span})"],
  decimal: ["EXTRACT(SECOND FROM CAST({span} AS INTERVAL MINUTE TO SECOND))"],
  big: ["datediff({diffunit}, {local}, {local})", "unix_micros(CAST({local} AS TIMESTAMP))"],
  condition: [
    "({span} {op} {span})",
    "({months} {op} {months})",
    "({local} {op} {local})",
    "({local} {op} {time})",
    "({date} {op} {local})",
    "({span} {not}BETWEEN INTERVAL '-1' DAY AND {span})",
    "({span} IN ($p, INTERVAL '10' MINUTE))",
    "({local} IS {not}DISTINCT FROM $z)",
  ],
};
