/** The numeric functions: absolute values, rounding, roots, powers and logarithms. */
import { type DataType, typeName, type Value } from "../../../records/data_type.ts";
import {
  absolute,
  type DecimalType,
  parseNumber,
  rescale,
  type Rounding,
} from "../../../records/values/decimal.ts";
import { doubleText } from "../../../records/values/double_text.ts";
import { decimalText } from "../../../records/values/decimal_text.ts";
import { isDecimal } from "../../../sql/functions/coercion.ts";
import { decimalOperator, isOfDecimals, positiveRemainder } from "./decimal_functions.ts";
import { BITS, fit, fitDecimal, requireDivisor } from "../../values/fit.ts";
import { cbrt, exp, log, log10 } from "../../values/strict/strict_math.ts";
import { power } from "../../values/strict/strict_power.ts";
import { type Implementation, strict } from "../implementation.ts";

const [BIGINT_MIN, BIGINT_MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

/** An integral double as a BIGINT, saturated, and 0 for NaN, as Java converts. */
function saturated(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return BIGINT_MAX;
  return value < -(2 ** 63) ? BIGINT_MIN : BigInt(value);
}

/** `floor` and `ceil`: a BIGINT, or a DECIMAL with scale 0; with a constant scale as `round`. */
function toWhole(rounding: "floor" | "ceil"): Implementation {
  return (args, call, zone) => {
    if (args.length === 2) return rounded(rounding)(args, call, zone);
    const from = call.args[0]!.type;
    if (isDecimal(from)) {
      const type = call.type as DecimalType;
      return strict((value: bigint) => fitDecimal(rescale(value, from.scale, 0, rounding), type))(
        args,
        call,
        zone,
      );
    }
    const compute = rounding === "floor" ? Math.floor : Math.ceil;
    return strict((value: number | bigint): Value =>
      typeof value === "bigint" ? value : saturated(compute(value))
    )(args, call, zone);
  };
}

/** `round` and `bround`, with a constant scale. */
function rounded(rounding: Rounding): Implementation {
  return ([argument], call, zone) => {
    const digits = call.args[1];
    if (digits?.kind === "literal" && digits.value === null) return () => null;
    const scale = digits?.kind === "literal" ? Number(digits.value) : 0;
    return strict(roundedValue(call.args[0]!.type, call.type, { scale, rounding }))([argument!], call, zone);
  };
}

function roundedValue(
  from: DataType,
  type: DataType,
  { scale, rounding }: { readonly scale: number; readonly rounding: Rounding },
): (value: never) => Value {
  /** A number with scale `digits`, rounded, then rescaled to `to`. */
  const at = (unscaled: bigint, digits: number, to: number) => {
    const cut = Math.min(scale, digits);
    return rescale(rescale(unscaled, digits, cut, rounding), cut, to);
  };
  if (isDecimal(from)) {
    const decimal = type as DecimalType;
    return (value: bigint) => fitDecimal(at(value, from.scale, decimal.scale), decimal);
  }
  const bits = BITS[typeName(from)];
  if (bits !== undefined) {
    return (value: number | bigint) => scale >= 0 ? value : fit(at(BigInt(value), 0, 0), type, bits);
  }
  const exact = from === "FLOAT" ? Math.fround : (value: number) => value;
  return (value: number) => {
    if (!Number.isFinite(value)) return value;
    const { unscaled, scale: digits } = parseNumber(doubleText(value))!;
    const kept = Math.max(digits, 0);
    return exact(Number(decimalText(at(rescale(unscaled, digits, kept), kept, kept), kept)));
  };
}

/** `abs`: the absolute value of an integer may overflow. */
const abs: Implementation = (args, call, zone) => {
  const { type } = call;
  const bits = BITS[typeName(type)];
  if (bits !== undefined) {
    return strict((value: number | bigint) => fit(absolute(BigInt(value)), type, bits))(args, call, zone);
  }
  return isDecimal(type)
    ? strict((value: bigint) => absolute(value))(args, call, zone)
    : strict((value: number) => Math.abs(value))(args, call, zone);
};

const pmod: Implementation = (args, call, zone) => {
  if (isOfDecimals(call)) return decimalOperator(args, call, zone);
  const bits = BITS[typeName(call.type)];
  if (bits !== undefined) {
    return strict((left: number | bigint, right: number | bigint) =>
      fit(positiveRemainder(BigInt(left), requireDivisor(BigInt(right), 0n)), call.type, bits)
    )(args, call, zone);
  }
  return strict((left: number, right: number) => {
    const rest = left % requireDivisor(right, 0);
    return rest < 0 ? (rest + right) % right : rest;
  })(args, call, zone);
};

/** A function that returns NULL up to a limit, as Spark's logarithms. */
function above(limit: number, compute: (value: number) => number): (value: number) => number | null {
  return (value) => value <= limit ? null : compute(value);
}

/** By their name in plans. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  abs,
  floor: toWhole("floor"),
  ceil: toWhole("ceil"),
  round: rounded("half up"),
  bround: rounded("half even"),
  pmod,
  sign: strict((value: number) => Math.sign(value)),
  power: strict((base: number, exponent: number) => power(base, exponent)),
  sqrt: strict((value: number) => Math.sqrt(value)),
  cbrt: strict((value: number) => cbrt(value)),
  exp: strict((value: number) => exp(value)),
  ln: strict(above(0, log)),
  log: strict((base: number, value: number) => base <= 0 || value <= 0 ? null : log(value) / log(base)),
  log10: strict(above(0, log10)),
  log2: strict(above(0, (value) => log(value) / log(2))),
  isnan: ([argument]) => (row) => Number.isNaN(argument!(row)),
  nanvl: ([argument, other]) => (row) => {
    const value = argument!(row);
    return Number.isNaN(value) ? other!(row) : value;
  },
};
