/** The types of the functions of text. */
import { castTo } from "./coercion.ts";
import { regexProblem } from "./pattern.ts";
import type { Expression } from "./plan.ts";
import { argument, call, Refusal, requireCount, type Signature, typed } from "./signature.ts";

const STRINGS = { kind: "ARRAY", element: "STRING" } as const;

/** By their name in lower case. */
export const STRING_FUNCTIONS: Readonly<Record<string, Signature>> = {
  substring: typed("substring", ["STRING", "INT", "INT"], "STRING", 1),
  // Of two arguments the characters to trim come first, but behind the text in btrim.
  ltrim: typed("ltrim", ["STRING", "STRING"], "STRING", 1),
  rtrim: typed("rtrim", ["STRING", "STRING"], "STRING", 1),
  btrim: typed("btrim", ["STRING", "STRING"], "STRING", 1),
  lpad: typed("lpad", ["STRING", "INT", "STRING"], "STRING", 1),
  rpad: typed("rpad", ["STRING", "INT", "STRING"], "STRING", 1),
  replace: typed("replace", ["STRING", "STRING", "STRING"], "STRING", 1),
  reverse: typed("reverse", ["STRING"], "STRING"),
  initcap: typed("initcap", ["STRING"], "STRING"),
  repeat: typed("repeat", ["STRING", "INT"], "STRING"),
  left: typed("left", ["STRING", "INT"], "STRING"),
  right: typed("right", ["STRING", "INT"], "STRING"),
  instr: typed("instr", ["STRING", "STRING"], "INT"),
  locate: typed("locate", ["STRING", "STRING", "INT"], "INT", 1),
  startswith: typed("startswith", ["STRING", "STRING"], "BOOLEAN"),
  endswith: typed("endswith", ["STRING", "STRING"], "BOOLEAN"),
  contains: typed("contains", ["STRING", "STRING"], "BOOLEAN"),
  concat_ws: (args) => {
    requireCount(args, 1, Infinity);
    return call("concat_ws", args.map((arg, index) => argument(arg, "STRING", index)), "STRING");
  },
  split: (args) => withPattern(args, typed("split", ["STRING", "STRING", "INT"], STRINGS, 1)),
  regexp_extract: (args) =>
    withPattern(args, typed("regexp_extract", ["STRING", "STRING", "INT"], "STRING", 1)),
  regexp_replace: (args) =>
    withPattern(args, typed("regexp_replace", ["STRING", "STRING", "STRING"], "STRING")),
};

/** A call whose second argument is a regular expression, which is checked where it is a constant. */
function withPattern(args: readonly Expression[], signature: Signature): Expression {
  const checked = signature(args);
  const pattern = castTo(args[1]!, "STRING");
  const problem = pattern.kind === "literal" && typeof pattern.value === "string"
    ? regexProblem(pattern.value)
    : undefined;
  if (problem !== undefined) throw new Refusal(problem);
  return checked;
}
