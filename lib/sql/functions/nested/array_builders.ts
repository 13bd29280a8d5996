/** The signatures of functions that make ARRAYs of others. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { isIntervalType } from "../../../records/types/interval_types.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isIntegral } from "../coercion.ts";
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
import { arrayOf, arrayType, requireOrdered, widerType, withElement } from "./nested_types.ts";

/** A function that adds a value to an ARRAY. */
function adding(name: string): Signature {
  return counted(2, (args) => {
    const { array, value, type } = withElement(args[0]!, args[1]!);
    return call(name, [array, value], type);
  });
}

/** A function that looks for a value in an ARRAY. */
function finding(name: string, result?: DataType): Signature {
  return counted(2, (args) => {
    const { array, value, type } = withElement(args[0]!, args[1]!);
    requireOrdered(type.element);
    return call(name, [array, value], result ?? type);
  });
}

/** A function of the elements of two ARRAYs. */
function ofTwo(name: string, result?: DataType): Signature {
  return counted(2, (args) => {
    const [left, right] = args.map((arg) => arrayType(arg).element) as [DataType, DataType];
    const type = arrayOf(widerType(left, right));
    requireOrdered(type.element);
    return call(name, args.map((arg) => castTo(arg, type)), result ?? type);
  });
}

/** An INT, of which no BIGINT and no text is made. @throws {Refusal} */
function index(arg: Expression, number: number): Expression {
  if (arg.type !== "VOID" && isIntegral(arg.type)) return widened(arg, "INT", number);
  throw new Refusal(`requires INT for argument ${number + 1}, but got ${typeName(arg.type)}`);
}

/** The position of an element, which NULL without a type is not. */
const slice = counted(3, (args) => {
  const type = arrayType(args[0]!);
  return call("slice", [args[0]!, ...args.slice(1).map((arg, at) => argument(arg, "INT", at + 1))], type);
});

/** `sequence(start, stop[, step])`, over integers, days or times. */
function sequence(args: readonly Expression[]): Expression {
  requireCount(args, 2, 3);
  const { args: bounds, type } = unify(args.slice(0, 2));
  const step = args[2];
  if (isIntegral(type)) {
    const steps = step === undefined ? [] : [step];
    if (steps.some((each) => each.type !== "VOID" && !isIntegral(each.type))) {
      throw new Refusal(`requires an integer for argument 3, but got ${typeName(step!.type)}`);
    }
    const unified = unify([...bounds, ...steps]);
    return call("sequence", unified.args, arrayOf(unified.type));
  }
  const isStep = step === undefined || isIntervalType(step.type);
  if ((type === "DATE" || type === "TIMESTAMP") && isStep) {
    return call("sequence", step === undefined ? bounds : [...bounds, step], arrayOf(type));
  }
  const types = args.map((arg) => typeName(arg.type)).join(", ");
  throw new Refusal(`requires integers, or two dates or times, but got ${types}`);
}

/** By name in lower case. */
export const ARRAY_BUILDERS: Readonly<Record<string, Signature>> = {
  array_append: adding("array_append"),
  array_prepend: adding("array_prepend"),
  array_remove: finding("array_remove"),
  array_position: finding("array_position", "BIGINT"),
  array_except: ofTwo("array_except"),
  array_intersect: ofTwo("array_intersect"),
  array_union: ofTwo("array_union"),
  arrays_overlap: ofTwo("arrays_overlap", "BOOLEAN"),
  array_compact: counted(1, (args) => call("array_compact", args, arrayType(args[0]!))),
  array_insert: counted(3, (args) => {
    const { array, value, type } = withElement(args[0]!, args[2]!);
    return call("array_insert", [array, index(args[1]!, 1), value], type);
  }),
  array_repeat: counted(2, (args) => {
    const [value, count] = args as [Expression, Expression];
    const times = count.type === "VOID" ? castTo(count, "INT") : index(count, 1);
    return call("array_repeat", [value, times], arrayOf(value.type));
  }),
  flatten: counted(1, (args) => {
    const { element } = arrayType(args[0]!);
    if (typeof element !== "string" && element.kind === "ARRAY") return call("flatten", args, element);
    throw new Refusal(`requires an ARRAY of ARRAYs, but got ${typeName(args[0]!.type)}`);
  }),
  sequence,
  slice,
};
