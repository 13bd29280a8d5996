import { deepEqual, equal } from "assert";
import {
  delayMsOf,
  intervalMicros,
  parseCalendarInterval,
  parseInterval,
} from "../../lib/base/text/interval.ts";
import answers from "./intervals/answers.json" with { type: "json" };

Deno.test("A text is an interval, and as long, as in Spark, where a month has 31 days", () => {
  for (const { text, length } of answers) {
    const interval = parseInterval(text);
    const found = interval && [delayMsOf(interval), intervalMicros(interval)].map(String);
    deepEqual(found ?? null, length, text);
  }
});

Deno.test("A text that is cast to an INTERVAL has the months, days and microseconds that it has in Spark", () => {
  for (const { text, cast } of answers) {
    deepEqual(parseCalendarInterval(text), cast === null ? undefined : writtenBySpark(cast), text);
  }
});

/** What Spark writes of an interval: each unit at most once, in its order, with its own sign. */
function writtenBySpark(text: string): ReturnType<typeof parseCalendarInterval> {
  const of = (unit: string) => new RegExp(`(-?[0-9.]+) ${unit}`).exec(text)?.[1] ?? "0";
  const whole = (unit: string) => BigInt(of(unit));
  const [, sign, seconds, fraction = ""] = /^(-?)([0-9]+)\.?([0-9]*)$/.exec(of("seconds"))!;
  const micros = BigInt(`${sign}${seconds}${fraction.padEnd(6, "0")}`);
  equal(/nan|null/i.test(text), false);
  return {
    months: Number(whole("years")) * 12 + Number(whole("months")),
    days: Number(whole("days")),
    micros: (whole("hours") * 60n + whole("minutes")) * 60_000_000n + micros,
  };
}
