/** Expressions with mathematical functions, and on bits. None of them fails, or leaves its type. */
import type { Kind } from "./mod.ts";

const OF_ANY = "asinh atan cosh degrees expm1 radians rint sinh tanh";
/** Of these the last digit depends on the machine that Spark runs on. */
const OF_ANGLES = "cos cot csc sec sin tan";
const OF_FEW = "acos acosh asin atanh log1p";

/** Calls, by the kind that they give. */
export const MATHEMATICS = {
  double: [
    ...OF_ANY.split(" ").map((name) => `${name}({double})`),
    ...OF_ANGLES.split(" ").map((name) => `round(${name}($i + 0.5D), 9)`),
    ...OF_FEW.split(" ").map((name) => `${name}($d / 100)`),
    "atan2({double}, {double})",
    "hypot({double}, {integer})",
    "(e() * {integer})",
    "(pi() * {double})",
    "try_divide({integer}, {integer})",
    "try_divide({double}, $d)",
  ],
  integer: [
    "bit_count({big})",
    "bit_count({condition})",
    "bit_get({integer}, {0..31})",
    "getbit($l, {0..63})",
    "($i & {integer})",
    "($i | $h)",
    "($i ^ {integer})",
    "(~$i)",
    "($i << {0..9})",
    "shiftleft($i, 2)",
    "shiftright({integer}, {1..5})",
    "shiftrightunsigned($i, {24..31})",
    "div({integer}, {2..9})",
    "try_add($i, {integer})",
    "try_subtract($h, 1Y)",
    "try_multiply($h, $i)",
    "try_mod({integer}, {integer})",
    "width_bucket({double}, -10, 10, 5)",
    "width_bucket({integer}, {5..9}, {1..5}, {0..3})",
  ],
  big: [
    "($l & {integer})",
    "(~$l)",
    "shiftright($l, {0..70})",
    "factorial($i % 25)",
    "try_multiply($l, {integer})",
  ],
  decimal: [
    "ceil({decimal}, {-1..2})",
    "floor($d, {0..2})",
    "ceiling({integer}, -1)",
    "try_add({decimal}, 0.5)",
  ],
  text: ["bin({big})", "bin($i)", "conv($i, 10, {2..36})", "conv($k, 36, -10)"],
} satisfies Partial<Record<Kind, readonly string[]>>;
