/**
 * Keys that are structures or bytes, as texts: equal if and only if Spark's GROUP BY takes the keys for equal. There is
 * one zero, and entries of a MAP are sorted by their keys.
 */
import type { DataType, Value } from "../../../records/data_type.ts";
import { valuesCodec } from "../../../records/values/values_codec.ts";
import { isNested } from "../../../sql/functions/coercion.ts";
import { compareOf } from "../../values/compare.ts";

/** See the module's description. */
export interface NestedKey {
  readonly encode: (value: Value) => string;
  readonly decode: (text: string) => Value;
}

/** Whether a key of a type is written as text, though it is none. */
export function isTextKey(type: DataType): boolean {
  return type === "BINARY" || isNested(type);
}

/** The texts of keys of a type that are not NULL. */
export function nestedKey(type: DataType): NestedKey {
  const codec = valuesCodec([type]);
  const normalized = normalizer(type);
  return {
    encode: (value) => codec.encode([normalized(value)]),
    decode: (text) => codec.decode(text)[0]!,
  };
}

type Normalize = (value: Value) => Value;

const unchanged: Normalize = (value) => value;

/** A function that makes equal keys the same; `unchanged` if they are. */
function normalizer(type: DataType): Normalize {
  if (type === "FLOAT" || type === "DOUBLE") return (value) => value === 0 ? 0 : value;
  if (!isNested(type)) return unchanged;
  switch (type.kind) {
    case "ARRAY": {
      const element = normalizer(type.element);
      return element === unchanged ? unchanged : parts(() => element);
    }
    case "STRUCT": {
      const fields = type.fields.map((field) => normalizer(field.type));
      return fields.every((field) => field === unchanged) ? unchanged : parts((index) => fields[index]!);
    }
    case "MAP": {
      const [compare, entry] = [compareOf(type.key), [normalizer(type.key), normalizer(type.value)]];
      const entries = parts(() => parts((index) => entry[index]!));
      return (value) =>
        value === null
          ? null
          : (entries(value) as readonly Value[][]).toSorted(([left], [right]) => compare(left!, right!));
    }
  }
}

function parts(at: (index: number) => Normalize): Normalize {
  return (value) => value === null ? null : (value as readonly Value[]).map((part, index) => at(index)(part));
}
