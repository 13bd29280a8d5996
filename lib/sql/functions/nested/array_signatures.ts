/** The signatures of array functions. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { canCast, castTo, commonType, isNested, isOrdered } from "../coercion.ts";
import { sortedBy } from "./lambdas.ts";
import { withKey } from "./maps.ts";
import { arrayOf, arrayType, mapType } from "./nested_types.ts";
import type { Expression } from "../../plan.ts";
import {
  argument,
  call,
  counted,
  Refusal,
  requireCount,
  type Signature,
  unify,
  widened,
} from "../signature.ts";

/** The type of the elements of an ARRAY. @throws {Refusal} If it is not an ARRAY. */
function elementType(array: Expression): DataType {
  return arrayType(array).element;
}

/** A function of an ARRAY and an index that returns an element. */
function ofPosition(name: string): Signature {
  return counted(2, (args) => {
    if (name !== "get" && isMap(args[0]!)) {
      return call("map_value", withKey(args[0]!, args[1]!), mapType(args[0]!).value);
    }
    const type = elementType(args[0]!);
    if (name !== "get" && args[1]!.type === "VOID") {
      throw new Refusal("requires an integer for argument 2, but got NULL");
    }
    const isBigint = name === "get" && args[1]!.type === "BIGINT";
    const index = isBigint ? castTo(args[1]!, "INT") : widened(args[1]!, "INT", 1);
    return call(name, [args[0]!, index], type);
  });
}

/** A function that compares elements. */
function ordered(name: string, result: (array: Expression, element: DataType) => DataType): Signature {
  return counted(1, (args) => {
    const element = elementType(args[0]!);
    if (!isOrdered(element)) {
      throw new Refusal(`requires elements of an orderable type, but got ${typeName(element)}`);
    }
    return call(name, args, result(args[0]!, element));
  });
}

function isMap({ type }: Expression): boolean {
  return typeof type !== "string" && type.kind === "MAP";
}

const sameArray = ({ type }: Expression) => type;

/** By name in lower case. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, Signature>> = {
  array: (args) => {
    if (args.length === 0) return call("array", [], { kind: "ARRAY", element: "VOID" });
    const unified = unify(args);
    return call("array", unified.args, { kind: "ARRAY", element: unified.type });
  },
  size: counted(1, (args) => {
    if (args[0]!.type !== "VOID" && !isMap(args[0]!)) elementType(args[0]!);
    return call("size", args, "INT");
  }),
  array_size: counted(1, (args) => {
    if (args[0]!.type !== "VOID") elementType(args[0]!);
    return call("size", args, "INT");
  }),
  element_at: ofPosition("element_at"),
  try_element_at: ofPosition("try_element_at"),
  get: ofPosition("get"),
  array_contains: counted(2, (args) => {
    const [list, value] = args as [Expression, Expression];
    const element = elementType(list);
    const common = value.type === "VOID" ? undefined : commonType(element, value.type);
    const isText = (type: DataType) => type === "STRING";
    if (common === undefined || isText(element) !== isText(value.type)) {
      throw new Refusal(
        `requires a value of type ${typeName(element)}, but got ${typeName(value.type)}; use CAST`,
      );
    }
    return call("array_contains", [castTo(list, arrayOf(common)), castTo(value, common)], "BOOLEAN");
  }),
  array_distinct: ordered("array_distinct", sameArray),
  array_max: ordered("array_max", (_array, element) => element),
  array_min: ordered("array_min", (_array, element) => element),
  array_sort: (args) =>
    args.length === 2 ? sortedBy(args[0]!, args[1]!) : ordered("array_sort", sameArray)(args),
  sort_array: (args) => {
    requireCount(args, 1, 2);
    const sorted = ordered("sort_array", sameArray)(args.slice(0, 1));
    const [, ascending] = args;
    if (ascending === undefined) return call("sort_array", args, sorted.type);
    if (ascending.kind !== "literal" || !["BOOLEAN", "VOID"].includes(typeName(ascending.type))) {
      throw new Refusal("requires a BOOLEAN constant for argument 2");
    }
    return call("sort_array", [args[0]!, castTo(ascending, "BOOLEAN")], sorted.type);
  },
  array_join: (args) => {
    requireCount(args, 2, 3);
    const [list, ...others] = args as [Expression, ...Expression[]];
    const element = elementType(list);
    if (isNested(element) || !canCast(element, "STRING")) {
      throw new Refusal(`requires ARRAY<STRING>, but got ARRAY<${typeName(element)}>`);
    }
    const texts = others.map((arg, index) => argument(arg, "STRING", index + 1));
    return call("array_join", [castTo(list, arrayOf("STRING")), ...texts], "STRING");
  },
  concat_ws: (args) => {
    requireCount(args, 1, Infinity);
    const texts = arrayOf("STRING");
    const parts = args.map((arg, index) => {
      const isArray = index > 0 && typeof arg.type !== "string" && arg.type.kind === "ARRAY" &&
        !isNested(arg.type.element);
      return isArray && canCast(arg.type, texts) ? castTo(arg, texts) : argument(arg, "STRING", index);
    });
    return call("concat_ws", parts, "STRING");
  },
};
