/** The signatures of string functions. */
import { typeName } from "../../../records/data_type.ts";
import { castTo, isIntegral } from "../coercion.ts";
import { regexProblem } from "../../patterns/pattern.ts";
import type { Expression } from "../../plan.ts";
import { call, Refusal, type Signature, typed } from "../signature.ts";
import { textOrBytes } from "./spelling_signatures.ts";

const STRINGS = { kind: "ARRAY", element: "STRING" } as const;

/** By name in lower case. */
export const STRING_FUNCTIONS: Readonly<Record<string, Signature>> = {
  substring: textOrBytes("substring", ["STRING", "INT", "INT"], { optional: 1 }),
  // With two arguments the characters to trim come first, except in btrim.
  ltrim: typed("ltrim", ["STRING", "STRING"], "STRING", 1),
  rtrim: typed("rtrim", ["STRING", "STRING"], "STRING", 1),
  btrim: typed("btrim", ["STRING", "STRING"], "STRING", 1),
  lpad: textOrBytes("lpad", ["STRING", "INT", "STRING"], { optional: 1 }),
  rpad: textOrBytes("rpad", ["STRING", "INT", "STRING"], { optional: 1 }),
  replace: typed("replace", ["STRING", "STRING", "STRING"], "STRING", 1),
  reverse: (args) => {
    const isArray = args.length === 1 && typeName(args[0]!.type).startsWith("ARRAY");
    return isArray ? call("reverse", args, args[0]!.type) : typed("reverse", ["STRING"], "STRING")(args);
  },
  initcap: typed("initcap", ["STRING"], "STRING"),
  repeat: typed("repeat", ["STRING", "INT"], "STRING"),
  left: textOrBytes("left", ["STRING", "INT"]),
  right: typed("right", ["STRING", "INT"], "STRING"),
  instr: typed("instr", ["STRING", "STRING"], "INT"),
  locate: typed("locate", ["STRING", "STRING", "INT"], "INT", 1),
  startswith: textOrBytes("startswith", ["STRING", "STRING"], { result: "BOOLEAN" }),
  endswith: textOrBytes("endswith", ["STRING", "STRING"], { result: "BOOLEAN" }),
  contains: textOrBytes("contains", ["STRING", "STRING"], { result: "BOOLEAN" }),
  split_part: typed("split_part", ["STRING", "STRING", "INT"], "STRING"),
  substring_index: typed("substring_index", ["STRING", "STRING", "INT"], "STRING"),
  translate: typed("translate", ["STRING", "STRING", "STRING"], "STRING"),
  find_in_set: typed("find_in_set", ["STRING", "STRING"], "INT"),
  split: (args) => withPattern(args, typed("split", ["STRING", "STRING", "INT"], STRINGS, 1)),
  regexp_extract: (args) =>
    withPattern(args, typed("regexp_extract", ["STRING", "STRING", "INT"], "STRING", 1)),
  regexp_replace: (args) => {
    const position = args[3];
    if (position?.kind === "literal" && isIntegral(position.type) && Number(position.value) < 1) {
      throw new Refusal(`requires a position of at least 1, but got ${position.value}`);
    }
    return withPattern(args, typed("regexp_replace", ["STRING", "STRING", "STRING", "INT"], "STRING", 1));
  },
  regexp_extract_all: (args) =>
    withPattern(args, typed("regexp_extract_all", ["STRING", "STRING", "INT"], STRINGS, 1)),
  regexp_count: (args) => withPattern(args, typed("regexp_count", ["STRING", "STRING"], "INT")),
  regexp_substr: (args) => withPattern(args, typed("regexp_substr", ["STRING", "STRING"], "STRING")),
  regexp_instr: (args) => withPattern(args, typed("regexp_instr", ["STRING", "STRING"], "INT")),
};

/** A call whose second argument is a regular expression, which is checked if it is a constant. */
function withPattern(args: readonly Expression[], signature: Signature): Expression {
  const checked = signature(args);
  const pattern = castTo(args[1]!, "STRING");
  const problem = pattern.kind === "literal" && typeof pattern.value === "string"
    ? regexProblem(pattern.value)
    : undefined;
  if (problem !== undefined) throw new Refusal(problem);
  return checked;
}
