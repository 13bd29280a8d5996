/** The signatures of the functions and operators on the bits of integers. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { castTo, commonType, isIntegral } from "../coercion.ts";
import type { Expression } from "../../plan.ts";
import { argument, call, counted, Refusal, type Signature } from "../signature.ts";

/** An integer; a string has the type of what it is compared with. @throws {Refusal} */
function requireIntegral(type: DataType): void {
  if (isIntegral(type) || type === "VOID") return;
  throw new Refusal(`requires an integer, but got ${typeName(type)}`);
}

/** `&`, `|` and `^`. */
export function bitwise(op: string): Signature {
  return counted(2, ([left, right]) => {
    const type = commonType(left!.type, right!.type);
    if (type === undefined || !isIntegral(type)) {
      throw new Refusal(`requires integers, but got ${typeName(left!.type)} and ${typeName(right!.type)}`);
    }
    return call(op, [castTo(left!, type), castTo(right!, type)], type);
  });
}

/** `~`. */
export function complement(args: readonly Expression[]): Expression {
  const [arg] = args as [Expression];
  requireIntegral(arg.type);
  const whole = arg.type === "VOID" ? castTo(arg, "INT") : arg;
  return call("~", [whole], whole.type);
}

/** A shift: a BIGINT keeps its type, anything else becomes an INT. */
function shift(name: string): Signature {
  return counted(2, ([value, bits]) => {
    const type = value!.type === "BIGINT" ? "BIGINT" : "INT";
    return call(name, [argument(value!, type, 0), argument(bits!, "INT", 1)], type);
  });
}

/** By name in lower case. */
export const BIT_FUNCTIONS: Readonly<Record<string, Signature>> = {
  shiftleft: shift("shiftleft"),
  shiftright: shift("shiftright"),
  shiftrightunsigned: shift("shiftrightunsigned"),
  bit_count: counted(1, ([arg]) => {
    if (arg!.type !== "BOOLEAN") requireIntegral(arg!.type);
    return call("bit_count", [castTo(arg!, arg!.type === "BOOLEAN" ? "INT" : "BIGINT")], "INT");
  }),
  bit_get: counted(2, ([value, position]) => {
    requireIntegral(value!.type);
    const whole = value!.type === "VOID" ? castTo(value!, "INT") : value!;
    return call("bit_get", [whole, argument(position!, "INT", 1)], "TINYINT");
  }),
};
