/** DECIMAL arithmetic: exact, then rounded half up to the scale of the result. */
import { typeName, type Value } from "../../../records/data_type.ts";
import { absolute, type DecimalType, divide, rescale } from "../../../records/values/decimal.ts";
import { fit, fitDecimal, requireDivisor } from "../../values/fit.ts";
import { chained, type Implementation, type Step, strict } from "../implementation.ts";

/** Spark computes products with this precision, and quotients with this scale. */
const DIGITS_MAX = 38;

/** The result of an operator, with its scale. */
interface Computed {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Computes a result from two numbers of the same scale. */
type OfOneScale = (left: bigint, right: bigint) => bigint;

const OF_ONE_SCALE: Readonly<Record<string, OfOneScale>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "%": (left, right) => left % requireDivisor(right, 0n),
  pmod: (left, right) => positiveRemainder(left, requireDivisor(right, 0n)),
};

/** The remainder; if negative, with the divisor added, as in Spark's `pmod`. */
export function positiveRemainder(left: bigint, right: bigint): bigint {
  const rest = left % right;
  return rest < 0n ? (rest + right) % right : rest;
}

function product(left: bigint, right: bigint, scale: number): Computed {
  const exact = left * right;
  const cut = String(absolute(exact)).length - DIGITS_MAX;
  return cut <= 0 ? { unscaled: exact, scale } : { unscaled: rescale(exact, cut, 0), scale: scale - cut };
}

/** The operator for operands of the given types. */
function operator(name: string, a: DecimalType, b: DecimalType): (left: bigint, right: bigint) => Computed {
  if (name === "*") return (left, right) => product(left, right, a.scale + b.scale);
  if (name === "/") {
    const [up, down] = [10n ** BigInt(DIGITS_MAX + b.scale), 10n ** BigInt(a.scale)];
    return (left, right) => ({
      unscaled: divide(left * up, requireDivisor(right, 0n) * down),
      scale: DIGITS_MAX,
    });
  }
  const scale = Math.max(a.scale, b.scale);
  const [upA, upB] = [10n ** BigInt(scale - a.scale), 10n ** BigInt(scale - b.scale)];
  const compute = OF_ONE_SCALE[name]!;
  return (left, right) => ({ unscaled: compute(left * upA, right * upB), scale });
}

/** An operator of {@link OF_ONE_SCALE}, `*`, `/` or DIV over DECIMALs. */
export const decimalOperator: Implementation = (args, call, zone) => {
  const [a, b] = call.args.map(({ type }) => type) as [DecimalType, DecimalType];
  if (call.name === "DIV") {
    const [upA, upB] = [10n ** BigInt(b.scale), 10n ** BigInt(a.scale)];
    return strict((left: bigint, right: bigint): Value =>
      fit(left * upA / (requireDivisor(right, 0n) * upB), "BIGINT")
    )(args, call, zone);
  }
  const type = call.type as DecimalType;
  if (args.length === 2) return strict(rounded(call.name, [a, b], type))(args, call, zone);
  // The intermediate results of a chain have the type of the result.
  const more = call.args.slice(2).map((arg) => rounded(call.name, [type, arg.type as DecimalType], type));
  return chained(args, [rounded(call.name, [a, b], type), ...more]);
};

/** An operator whose result is rounded to the scale of a type. */
function rounded(name: string, [a, b]: readonly [DecimalType, DecimalType], type: DecimalType): Step {
  const compute = operator(name, a, b);
  return (left, right) => {
    const { unscaled, scale } = compute(left as bigint, right as bigint);
    return fitDecimal(rescale(unscaled, scale, type.scale), type);
  };
}

/** Whether the arguments of a call are DECIMALs. */
export function isOfDecimals({ args }: Parameters<Implementation>[1]): boolean {
  return typeName(args[0]!.type).startsWith("DECIMAL");
}
