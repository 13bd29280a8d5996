/** `Map.getOrInsertComputed`, which the types of Deno 2.6 do not have yet. */

/** A `Map`, or a `WeakMap`. */
interface Values<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** The value of a key, which is computed and stored if there is none. */
export function getOrInsert<K, V>(map: Values<K, V>, key: K, compute: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = compute();
  map.set(key, value);
  return value;
}
