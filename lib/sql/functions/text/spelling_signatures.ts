/** The signatures of functions of characters and formats, and of texts that may be BINARY. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { castTo, isNumeric } from "../coercion.ts";
import type { Expression } from "../../plan.ts";
import { argument, call, Refusal, requireCount, type Signature, typed } from "../signature.ts";

/** A function of a text, or of BINARY with the same result if all its texts are. */
export function textOrBytes(
  name: string,
  parameters: readonly DataType[],
  { optional = 0, result }: { readonly optional?: number; readonly result?: DataType } = {},
): Signature {
  const ofText = typed(name, parameters, result ?? "STRING", optional);
  const bytes = parameters.map((type) => type === "STRING" ? "BINARY" : type);
  const ofBytes = typed(name, bytes, result ?? "BINARY", optional);
  return (args) => {
    const texts = args.filter((_arg, index) => parameters[index] === "STRING");
    const areBytes = texts.length > 0 && texts.every(({ type }) => type === "BINARY");
    return (areBytes ? ofBytes : ofText)(args);
  };
}

const MARKS: readonly Expression[] = [
  { kind: "literal", value: "X", type: "STRING" },
  { kind: "literal", value: "x", type: "STRING" },
  { kind: "literal", value: "n", type: "STRING" },
  { kind: "literal", value: null, type: "STRING" },
];

/** A character that masks others, a constant. @throws {Refusal} */
function markOf(arg: Expression, index: number): Expression {
  const isNull = arg.kind === "literal" && arg.value === null;
  if (isNull && (arg.type === "VOID" || arg.type === "STRING")) return castTo(arg, "STRING");
  if (arg.kind !== "literal" || arg.type !== "STRING") {
    throw new Refusal(`requires a constant STRING for argument ${index + 2}`);
  }
  if ([...String(arg.value)].length === 1) return arg;
  throw new Refusal(`requires one character for argument ${index + 2}, but got ${JSON.stringify(arg.value)}`);
}

/** By name in lower case. */
export const SPELLING_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ascii: typed("ascii", ["STRING"], "INT"),
  chr: typed("chr", ["BIGINT"], "STRING"),
  levenshtein: typed("levenshtein", ["STRING", "STRING", "INT"], "INT", 1),
  soundex: typed("soundex", ["STRING"], "STRING"),
  luhn_check: typed("luhn_check", ["STRING"], "BOOLEAN"),
  space: typed("space", ["INT"], "STRING"),
  overlay: textOrBytes("overlay", ["STRING", "STRING", "INT", "INT"], { optional: 1 }),
  mask: (args) => {
    requireCount(args, 1, 5);
    if (args[0]!.type !== "STRING" && args[0]!.type !== "VOID") {
      throw new Refusal(`requires STRING for argument 1, but got ${typeName(args[0]!.type)}`);
    }
    const marks = args.slice(1).map(markOf);
    return call("mask", [argument(args[0]!, "STRING", 0), ...marks, ...MARKS.slice(marks.length)], "STRING");
  },
  elt: (args) => {
    requireCount(args, 2, Infinity);
    const [position, ...values] = args as [Expression, ...Expression[]];
    const type = values.every((value) => value.type === "BINARY") ? "BINARY" : "STRING";
    const cast = values.map((value, index) => argument(value, type, index + 1));
    return call("elt", [argument(position, "INT", 0), ...cast], type);
  },
  format_string: (args) => {
    requireCount(args, 1, Infinity);
    const odd = args.slice(1).find(({ type }) =>
      type === "BINARY" || (typeof type !== "string" && type.kind !== "DECIMAL")
    );
    if (odd !== undefined) throw new Refusal(`cannot format ${typeName(odd.type)}; CAST it to STRING`);
    return call("format_string", [argument(args[0]!, "STRING", 0), ...args.slice(1)], "STRING");
  },
  format_number: (args) => {
    requireCount(args, 2);
    const [number, format] = args as [Expression, Expression];
    if (!isNumeric(number.type) && number.type !== "VOID") {
      throw new Refusal(`requires a number for argument 1, but got ${typeName(number.type)}`);
    }
    const isText = format.type === "STRING";
    const value = number.type === "VOID" ? castTo(number, "INT") : number;
    return call("format_number", [value, isText ? format : argument(format, "INT", 1)], "STRING");
  },
};
