/** The signatures of functions that make STRUCTs; the names of the fields come from the statement. */
import type { Expression } from "../../plan.ts";
import { castTo } from "../coercion.ts";
import { call, Refusal, type Signature } from "../signature.ts";
import { arrayOf, arrayType, structOf } from "./nested_types.ts";

/** A STRUCT with the given names of fields. */
export function structWith(names: readonly string[], args: readonly Expression[]): Expression {
  return call("struct", args, structOf(...args.map((arg, index) => [names[index]!, arg.type] as const)));
}

/** `arrays_zip`: STRUCTs of the elements with the same position. */
export function zippedWith(names: readonly string[], args: readonly Expression[]): Expression {
  const lists = args.map((arg) => arg.type === "VOID" ? castTo(arg, arrayOf("VOID")) : arg);
  const fields = lists.map((list, index) => [names[index]!, arrayType(list).element] as const);
  return call("arrays_zip", lists, arrayOf(structOf(...fields)));
}

/** By name in lower case. */
export const STRUCT_FUNCTIONS: Readonly<Record<string, Signature>> = {
  named_struct: (args) => {
    if (args.length % 2 === 1) {
      throw new Refusal(`requires names and values, but got ${args.length} arguments`);
    }
    const names = args.filter((_arg, index) => index % 2 === 0).map((name) => {
      if (name.kind === "literal" && typeof name.value === "string" && name.type === "STRING") {
        return name.value;
      }
      throw new Refusal("requires constant texts as names");
    });
    return structWith(names, args.filter((_arg, index) => index % 2 === 1));
  },
  struct: (args) => structWith(args.map((_arg, index) => `col${index + 1}`), args),
  arrays_zip: (args) => zippedWith(args.map((_arg, index) => String(index)), args),
};
