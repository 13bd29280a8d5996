/** `Map.getOrInsertComputed`, which the types of Deno 2.6 do not have yet. */

/** The value of a key, which is computed and stored if there is none. */
export function getOrInsert<K, V>(map: Map<K, V>, key: K, compute: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = compute();
  map.set(key, value);
  return value;
}
