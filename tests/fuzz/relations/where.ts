/** Conditions of WHERE on the rows of a stream. */
import type { Random } from "../random.ts";
import { Expressions } from "../expressions/expressions.ts";
import { tableCondition } from "./tables.ts";

const TIME_TERMS = [
  "$at >= '2018-12-31 10:00:00'",
  "($at < TIMESTAMP '2018-12-31 11:00:00' OR $at > '2019-01-01')",
  "minute($at) < 50",
  "$at + INTERVAL 10 MINUTES > '2018-11-04'",
  "$at IS NOT NULL",
];

/**
 * WHERE with a condition, or nothing. Spark asks what needs no event time before it looks at that, after it has
 * simplified the condition. What the watermark then is depends on each rule of its optimizer, so the event time stands
 * in terms of its own.
 */
export function where(random: Random, qualifier = ""): string {
  const timeless = new Expressions(random, { qualifier, at: `CAST(${qualifier}y AS TIMESTAMP)` });
  const terms = [
    ...random.chance(0.4) ? [timeless.condition()] : [],
    ...random.chance(0.15) ? [random.pick(TIME_TERMS).replaceAll("$at", `${qualifier}at`)] : [],
    ...random.chance(0.08) ? [tableCondition(random, qualifier)] : [],
  ];
  if (terms.length === 0) return "";
  return ` WHERE ${
    random.chance(0.2) ? `NOT (${terms.map((term) => `NOT ${term}`).join(" OR ")})` : terms.join(" AND ")
  }`;
}
