/** Casts of structures: of their parts, or to text. */
import type { DataType, Value } from "../../../records/data_type.ts";
import type { NestedType } from "../../../sql/functions/coercion.ts";
import type { CastFunction } from "./cast_function.ts";

/** Casts a value, which may be NULL. */
type CastPart = (value: Value) => Value;

/** A cast between two structures; undefined if there is none. */
export function castParts(
  { from, to }: { readonly from: NestedType; readonly to: NestedType },
  castOf: (from: DataType, to: DataType) => CastPart,
): CastFunction | undefined {
  if (from.kind === "ARRAY" && to.kind === "ARRAY") {
    const cast = castOf(from.element, to.element);
    return (list) => (list as readonly Value[]).map(cast);
  }
  if (from.kind === "MAP" && to.kind === "MAP") {
    return castEntries(castOf(from.key, to.key), castOf(from.value, to.value));
  }
  if (from.kind !== "STRUCT" || to.kind !== "STRUCT" || from.fields.length !== to.fields.length) {
    return undefined;
  }
  const casts = from.fields.map(({ type }, index) => castOf(type, to.fields[index]!.type));
  return (struct) => casts.map((cast, index) => cast((struct as readonly Value[])[index]!));
}

/** Keys that become the same stay apart, as in Spark. */
function castEntries(castKey: CastPart, castValue: CastPart): CastFunction {
  return (map) => (map as readonly Value[][]).map(([key, value]) => [castKey(key!), castValue(value!)]);
}

/**
 * The text of a structure, whose NULLs are `null`: `[1, null]`, `{1, a}`, `{a -> 1}`; undefined if a part has none.
 *
 * @param textOf The text of values of a type that are not NULL.
 */
export function structureText(
  type: NestedType,
  textOf: (type: DataType) => CastFunction | undefined,
): CastFunction | undefined {
  const partText = (type: DataType): ((value: Value) => string) | undefined => {
    const text = textOf(type);
    return text && ((value) => value === null ? "null" : String(text(value) ?? "null"));
  };
  switch (type.kind) {
    case "ARRAY": {
      const text = partText(type.element);
      return text && ((list) => `[${(list as readonly Value[]).map(text).join(", ")}]`);
    }
    case "MAP": {
      const [key, value] = [partText(type.key), partText(type.value)];
      if (key === undefined || value === undefined) return undefined;
      return (map) =>
        `{${(map as readonly Value[][]).map(([k, v]) => `${key(k!)} -> ${value(v!)}`).join(", ")}}`;
    }
    case "STRUCT": {
      const texts = type.fields.map((field) => partText(field.type));
      if (texts.includes(undefined)) return undefined;
      return (struct) =>
        `{${texts.map((text, index) => text!((struct as readonly Value[])[index]!)).join(", ")}}`;
    }
  }
}
