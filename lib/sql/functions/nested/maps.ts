/** The signatures of functions that make MAPs and take them apart. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { castTo } from "../coercion.ts";
import { call, counted, Refusal, requireCount, type Signature, typed, unify } from "../signature.ts";
import {
  arrayOf,
  type ArrayType,
  arrayType,
  mapOf,
  type MapType,
  mapType,
  requireOrdered,
  structOf,
  widerKey,
  widerType,
} from "./nested_types.ts";

const NO_DELIMITERS: readonly Expression[] = [",", ":"].map((value) => ({
  kind: "literal",
  value,
  type: "STRING",
}));

/** The arguments, each as a MAP of the common types. */
function unifiedMaps(args: readonly Expression[]): Expression[] {
  const types = args.map(mapType);
  const common = (of: (type: MapType) => DataType) => types.map(of).reduce(widerType);
  const type = mapOf(common(({ key }) => key), common(({ value }) => value));
  return args.map((arg) => castTo(arg, type));
}

/** A MAP, and a key of its type. @throws {Refusal} */
export function withKey(
  map: Expression,
  key: Expression,
  { wider = widerType }: { readonly wider?: typeof widerType } = {},
): readonly [Expression, Expression] {
  const type = mapType(map);
  if (key.type === "VOID") throw new Refusal("requires a key with a type; use CAST(NULL AS …)");
  const common = mapOf(wider(type.key, key.type), type.value);
  requireOrdered(common.key);
  return [castTo(map, common), castTo(key, common.key)];
}

/** By name in lower case. */
export const MAP_FUNCTIONS: Readonly<Record<string, Signature>> = {
  map: (args) => {
    if (args.length === 0) return call("map", [], mapOf("VOID", "VOID"));
    if (args.length % 2 === 1) {
      throw new Refusal(`requires keys and values, but got ${args.length} arguments`);
    }
    const keys = unify(args.filter((_arg, index) => index % 2 === 0));
    const values = unify(args.filter((_arg, index) => index % 2 === 1));
    const entries = keys.args.flatMap((key, index) => [key, values.args[index]!]);
    return call("map", entries, mapOf(keys.type, values.type));
  },
  map_from_arrays: counted(2, (args) => {
    const [keys, values] = args.map(arrayType) as [ArrayType, ArrayType];
    return call("map_from_arrays", args, mapOf(keys.element, values.element));
  }),
  map_from_entries: counted(1, (args) => {
    const { element } = arrayType(args[0]!);
    if (typeof element !== "string" && element.kind === "STRUCT" && element.fields.length === 2) {
      const [key, value] = element.fields;
      return call("map_from_entries", args, mapOf(key!.type, value!.type));
    }
    throw new Refusal(`requires an ARRAY of STRUCTs of two fields, but got ${typeName(args[0]!.type)}`);
  }),
  map_keys: counted(1, (args) => call("map_keys", args, arrayOf(mapType(args[0]!).key))),
  map_values: counted(1, (args) => call("map_values", args, arrayOf(mapType(args[0]!).value))),
  map_entries: counted(1, (args) => {
    const { key, value } = mapType(args[0]!);
    return call("map_entries", args, arrayOf(structOf(["key", key], ["value", value])));
  }),
  map_concat: (args) => {
    if (args.length === 0) return call("map_concat", [], mapOf("STRING", "STRING"));
    const maps = unifiedMaps(args);
    return call("map_concat", maps, maps[0]!.type);
  },
  map_contains_key: counted(
    2,
    (args) => call("map_contains_key", withKey(args[0]!, args[1]!, { wider: widerKey }), "BOOLEAN"),
  ),
  str_to_map: (args) => {
    requireCount(args, 1, 3);
    const delimited = [...args, ...NO_DELIMITERS.slice(args.length - 1)];
    const signature = typed("str_to_map", ["STRING", "STRING", "STRING"], mapOf("STRING", "STRING"));
    return signature(delimited);
  },
};
