/**
 * What a join condition says about the rows that the watermark makes useless: `left.time >= right.time - INTERVAL 10
 * MINUTES` bounds left rows, as right rows are later than the watermark. Source: Spark's StreamingJoinHelper.
 */
import type { Expression, WatermarkBound } from "../../plan.ts";

/** Which attributes are of the side that is asked about, and which one is the event time of the other side. */
export interface BoundedSide {
  readonly isOwn: (slot: number) => boolean;
  readonly isOtherTime: (slot: number) => boolean;
}

/** The bounds that some conditions put on the rows of a side. */
export function watermarkBounds(conditions: readonly Expression[], side: BoundedSide): WatermarkBound[] {
  return conditions.flatMap((condition) => {
    const comparison = comparisonOf(condition);
    if (comparison === undefined) return [];
    const terms = [...signed(comparison.lesser, 1), ...signed(comparison.greater, -1)];
    const offsetMicros = offsetOf(terms, side);
    return offsetMicros === undefined ? [] : [{ offsetMicros, exclusive: comparison.orEqual }];
  });
}

interface Comparison {
  readonly lesser: Expression;
  readonly greater: Expression;
  readonly orEqual: boolean;
}

const SWAPPED: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

function comparisonOf(condition: Expression, isNegated = false): Comparison | undefined {
  if (condition.kind !== "call") return undefined;
  const { name, args } = condition;
  if (name === "not") return comparisonOf(args[0]!, !isNegated);
  const op = isNegated ? SWAPPED[name] : name;
  const [left, right] = [args[0]!, args[1]!];
  switch (op) {
    case "<":
    case "<=":
      return { lesser: left, greater: right, orEqual: op === "<=" };
    case ">":
    case ">=":
      return { lesser: right, greater: left, orEqual: op === ">=" };
    default:
      return undefined;
  }
}

/** A summand, with its sign; `NOT_LINEAR` if the sum is none of times and lengths of time. */
type Term =
  | { readonly slot: number; readonly sign: 1 | -1 }
  | { readonly micros: number }
  | typeof NOT_LINEAR;

const NOT_LINEAR = "not linear";
const MICROS_PER_SECOND = 1_000_000;

/** The summands of a time, or of a number of seconds. */
function signed(expression: Expression, sign: 1 | -1): Term[] {
  switch (expression.kind) {
    case "slot":
      return [{ slot: expression.slot, sign }];
    case "literal": {
      const seconds = Number(expression.value ?? NaN);
      return typeof expression.type === "string" && NUMBERS.has(expression.type) && Number.isFinite(seconds)
        ? [{ micros: sign * seconds * MICROS_PER_SECOND }]
        : [NOT_LINEAR];
    }
    case "cast":
      return expression.type === "TIMESTAMP" || NUMBERS.has(String(expression.type))
        ? signed(expression.argument, sign)
        : [NOT_LINEAR];
    case "call":
      return summands(expression, sign);
    default:
      return [NOT_LINEAR];
  }
}

const NUMBERS: ReadonlySet<string> = new Set(["TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE"]);

function summands({ name, args }: Expression & { readonly kind: "call" }, sign: 1 | -1): Term[] {
  const [first, ...rest] = args;
  const opposite = sign === 1 ? -1 : 1;
  switch (name) {
    case "+":
      return args.flatMap((arg) => signed(arg, sign));
    case "-":
      return [...signed(first!, sign), ...rest.flatMap((arg) => signed(arg, opposite))];
    case "negative":
      return signed(first!, opposite);
    case "plus_micros":
      return [...signed(first!, sign), ...rest.map((length) => lengthOf(length, sign))];
    default:
      return [NOT_LINEAR];
  }
}

function lengthOf(length: Expression, sign: 1 | -1): Term {
  return length.kind === "literal" && length.value !== null
    ? { micros: sign * Number(length.value) }
    : NOT_LINEAR;
}

/** The sum of the lengths, if the terms are `other time + lengths - own < 0`; undefined otherwise. */
function offsetOf(terms: readonly Term[], { isOwn, isOtherTime }: BoundedSide): number | undefined {
  let micros = 0;
  let [owns, others] = [0, 0];
  for (const term of terms) {
    if (term === NOT_LINEAR) return undefined;
    if ("micros" in term) micros += term.micros;
    else if (isOwn(term.slot) && term.sign === -1) owns++;
    else if (isOtherTime(term.slot) && term.sign === 1) others++;
    else return undefined;
  }
  return owns === 1 && others === 1 ? micros : undefined;
}
