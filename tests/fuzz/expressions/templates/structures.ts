/** Expressions over the parts of structures, by the kind that they give. */
import type { Kind } from "./mod.ts";

/** See `mod.ts`. */
export const STRUCTURES: Partial<Record<Kind, readonly string[]>> = {
  text: [
    "$dev.id",
    "get($items, {0..2}).id",
    "try_element_at($items, {place}).id",
    "get($items.id, {0..1})",
    "CAST($dev.pos AS STRING)",
    "to_json($dev)",
    "concat_ws(',', $dev.pos.tags)",
  ],
  integer: [
    "$dev.n",
    "size($items)",
    "size($dev.pos.tags)",
    "$attrs['x']",
    "$attrs.y",
    "cardinality($attrs)",
  ],
  big: ["get($items, 0).v", "aggregate($items.v, 0L, (sum, v) -> coalesce(sum + v % 7, 0L))"],
  date: ["$dev.pos.day"],
  list: ["$items.id", "$dev.pos.tags", "transform($items, x -> x.id)", "map_keys($attrs)"],
  numbers: ["$items.v", "transform($items, (x, i) -> x.v % 9 + i)"],
  condition: [
    "$dev IS {not}NULL",
    "$dev.pos IS {not}NULL",
    "($dev.pos {op} named_struct('day', {date}, 'tags', {list}))",
    "(get($items, 0) {op} get($items, 1))",
    "exists($items, x -> x.v {op} {integer})",
    "array_contains($items.id, {text})",
  ],
};
