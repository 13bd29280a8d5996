/** What an implementation of a function is, and those whose result is NULL where an argument is. */
import type { TimeZone } from "../base/time_zone.ts";
import type { Value } from "../records/data_type.ts";
import type { Expression } from "../sql/plan.ts";

/** Computes an expression over a row. */
export type Evaluate<R> = (row: R) => Value;

/** Makes a function of its evaluated arguments; knows their types, the call itself and the time zone of the query. */
export type Implementation = <R>(
  args: readonly Evaluate<R>[],
  call: Expression & { kind: "call" },
  zone: TimeZone,
) => Evaluate<R>;

/** A function of values, of which none is NULL; it is NULL where an argument is. */
export function strict(compute: (...values: never[]) => Value): Implementation {
  const plain = compute as (...values: Value[]) => Value;
  return <R>(args: readonly Evaluate<R>[]): Evaluate<R> => {
    const [first, second] = args as [Evaluate<R>, Evaluate<R> | undefined];
    if (args.length === 1) {
      return (row) => {
        const value = first(row);
        return value === null ? null : plain(value);
      };
    }
    if (args.length === 2) {
      return (row) => {
        const left = first(row);
        if (left === null) return null;
        const right = second!(row);
        return right === null ? null : plain(left, right);
      };
    }
    return (row) => {
      const values = args.map((arg) => arg(row));
      return values.includes(null) ? null : plain(...values);
    };
  };
}

/** Computes two values, of which none is NULL. */
export type Step = (left: Value, right: Value) => Value;

/**
 * A chain of operators from the left: each takes what the one before it has made, and the next argument. NULL ends
 * it: what stands behind is not asked.
 *
 * @param steps One for each argument but the first; the last one goes on where they are fewer.
 */
export function chained<R>(args: readonly Evaluate<R>[], steps: readonly Step[]): Evaluate<R> {
  const [first, ...others] = args as [Evaluate<R>, ...Evaluate<R>[]];
  const last = steps.length - 1;
  return (row) => {
    let value = first(row);
    for (let index = 0; index < others.length && value !== null; index++) {
      const right = others[index]!(row);
      value = right === null ? null : steps[Math.min(index, last)]!(value, right);
    }
    return value;
  };
}

/** A function of two arguments that are never NULL, of which a chain may be one call. */
export function chainable(compute: (left: never, right: never) => Value): Implementation {
  const step = compute as Step;
  return (args, call, zone) => args.length === 2 ? strict(step)(args, call, zone) : chained(args, [step]);
}
