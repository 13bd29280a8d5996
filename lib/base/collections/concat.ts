/** Iterables one after the other. */

/** The items of all parts; those of a single one as they are, as each generator in between takes time per item. */
export function concat<T>(parts: readonly Iterable<T>[]): Iterable<T> {
  const some = parts.filter((items) => !(Array.isArray(items) && items.length === 0));
  return some.length === 1 ? some[0]! : Iterator.from(some).flatMap((items) => items);
}
