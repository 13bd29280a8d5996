/** The signatures of mathematical functions: of angles, hyperbolic ones, constants, other bases. */
import type { Expression } from "../../plan.ts";
import { widerInterval } from "../../../records/types/interval_types.ts";
import { call, counted, type Signature, typed } from "../signature.ts";

const OF_DOUBLE =
  "acos acosh asin asinh atan atanh cos cosh cot csc degrees expm1 log1p radians rint sec sin sinh tan tanh"
    .split(" ");

function constant(value: number): Signature {
  return counted(0, (): Expression => ({ kind: "literal", value, type: "DOUBLE" }));
}

/** By name in lower case. */
export const MATH_FUNCTIONS: Readonly<Record<string, Signature>> = {
  ...Object.fromEntries(OF_DOUBLE.map((name) => [name, typed(name, ["DOUBLE"], "DOUBLE")])),
  atan2: typed("atan2", ["DOUBLE", "DOUBLE"], "DOUBLE"),
  hypot: typed("hypot", ["DOUBLE", "DOUBLE"], "DOUBLE"),
  e: constant(Math.E),
  pi: constant(Math.PI),
  factorial: typed("factorial", ["INT"], "BIGINT"),
  width_bucket: (args) => {
    const types = args.slice(0, 3).map(({ type }) => type);
    const areIntervals = types.length === 3 &&
      types.every((type) => widerInterval(types[0], type) !== undefined);
    const numbers = areIntervals
      ? [...args.slice(0, 3).map((arg) => call("interval_length", [arg], "DOUBLE")), ...args.slice(3)]
      : args;
    return typed("width_bucket", ["DOUBLE", "DOUBLE", "DOUBLE", "BIGINT"], "BIGINT")(numbers);
  },
  bin: typed("bin", ["BIGINT"], "STRING"),
  conv: typed("conv", ["STRING", "INT", "INT"], "STRING"),
};
