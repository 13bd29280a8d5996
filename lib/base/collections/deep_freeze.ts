/** Freezes plain data, so that nobody changes it after it was checked. */

/**
 * Freezes a value and everything in it. A map cannot be frozen, so it should only be passed on as a
 * `ReadonlyMap`.
 *
 * @example
 * ```ts
 * import { throws } from "assert";
 * const plan = deepFreeze({ limits: { records: 10 } });
 * throws(() => plan.limits.records = 20, TypeError);
 * ```
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || value instanceof Map || Object.isFrozen(value)) {
    return value;
  }
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
