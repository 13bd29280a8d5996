/** Implementations of functions, and helpers for those that return NULL if an argument is NULL. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Value } from "../../records/data_type.ts";
import type { Expression } from "../../sql/plan.ts";

/** Evaluates an expression over a row. */
export type Evaluate<R> = (row: R) => Value;

/**
 * Makes an evaluator from the evaluators of the arguments, the call with its types, and the time zone of the
 * query.
 */
export type Implementation = <R>(
  args: readonly Evaluate<R>[],
  call: Expression & { kind: "call" },
  zone: TimeZone,
) => Evaluate<R>;

/** A function of values that are not NULL; it returns NULL if an argument is NULL. */
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

/** Combines two values that are not NULL. */
export type Step = (left: Value, right: Value) => Value;

/**
 * A left-associative chain of operators: each combines the result so far with the next argument. NULL ends
 * the chain; the remaining arguments are not evaluated.
 *
 * @param steps One for each argument except the first; if there are fewer, the last one is repeated.
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

/** A function of two arguments that are not NULL, whose chains may be a single call. */
export function chainable(compute: (left: never, right: never) => Value): Implementation {
  const step = compute as Step;
  return (args, call, zone) => args.length === 2 ? strict(step)(args, call, zone) : chained(args, [step]);
}
