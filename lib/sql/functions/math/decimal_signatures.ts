/**
 * The result types of operations on DECIMALs: wide enough for every result, up to 38 digits; beyond that, the
 * scale is reduced first, down to six digits.
 */
import { DECIMAL_PRECISION_MAX, typeName } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import { chainedCall } from "../chains.ts";
import { castTo, decimalOf } from "../coercion.ts";
import type { Expression } from "../../plan.ts";
import { call } from "../signature.ts";

/** The DECIMALs that Spark makes of floating-point numbers, and of texts. */
const DECIMALS: Readonly<Record<string, readonly [precision: number, scale: number]>> = {
  FLOAT: [14, 7],
  DOUBLE: [30, 15],
  STRING: [38, 18],
  VOID: [38, 18],
  BIGINT: [20, 0],
};

/** A value as the DECIMAL that Spark makes of it; undefined if it makes none. */
export function asDecimal(value: Expression): Expression | undefined {
  const [precision, scale = 0] = DECIMALS[typeName(value.type)] ?? [];
  const type = precision === undefined
    ? decimalOf(value.type)
    : { kind: "DECIMAL" as const, precision, scale };
  return type && castTo(value, type);
}

/** The minimum scale that is kept, however many digits are before the point. */
const SCALE_MIN = 6;

/** A DECIMAL adjusted to the limit of 38 digits. */
function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= DECIMAL_PRECISION_MAX) return { kind: "DECIMAL", precision, scale };
  const whole = precision - scale;
  return {
    kind: "DECIMAL",
    precision: DECIMAL_PRECISION_MAX,
    scale: Math.max(DECIMAL_PRECISION_MAX - whole, Math.min(scale, SCALE_MIN)),
  };
}

function resultType(op: string, a: DecimalType, b: DecimalType): DecimalType {
  const [wholeA, wholeB] = [a.precision - a.scale, b.precision - b.scale];
  const scale = Math.max(a.scale, b.scale);
  switch (op) {
    case "*":
      return adjusted(a.precision + b.precision + 1, a.scale + b.scale);
    case "/": {
      const digits = Math.max(SCALE_MIN, a.scale + b.precision + 1);
      return adjusted(wholeA + b.scale + digits, digits);
    }
    case "%":
    case "pmod":
      return adjusted(Math.min(wholeA, wholeB) + scale, scale);
    default:
      return adjusted(Math.max(wholeA, wholeB) + scale + 1, scale);
  }
}

/** An operand as a DECIMAL: an integer literal has the precision of its digits. */
function operand(expression: Expression): { readonly value: Expression; readonly type: DecimalType } {
  const type =
    expression.kind === "literal" && expression.value !== null && typeof expression.type === "string"
      ? { kind: "DECIMAL" as const, precision: String(expression.value).replace("-", "").length, scale: 0 }
      : decimalOf(expression.type)!;
  return { value: castTo(expression, type), type };
}

/**
 * A call of an arithmetic operator on a DECIMAL and a DECIMAL or integer.
 *
 * @param named The operator, and its name in plans.
 */
export function decimalArithmetic(
  { op, name }: { readonly op: string; readonly name: string },
  left: Expression,
  right: Expression,
): Expression {
  const [a, b] = [operand(left), operand(right)];
  const type = op === "DIV" ? "BIGINT" : resultType(op, a.type, b.type);
  const isChained = name === "+" || name === "-" || name === "*";
  return isChained ? chainedCall(name, [a.value, b.value], type) : call(name, [a.value, b.value], type);
}

/**
 * The result type of rounding a DECIMAL to a number of digits after the point, or before it if that is
 * negative.
 */
export function roundedDecimal({ precision, scale }: DecimalType, digits: number): DecimalType {
  const whole = precision - scale + 1;
  if (digits < 0) {
    return {
      kind: "DECIMAL",
      precision: Math.min(DECIMAL_PRECISION_MAX, Math.max(whole, 1 - digits)),
      scale: 0,
    };
  }
  const kept = Math.min(scale, digits);
  return { kind: "DECIMAL", precision: Math.min(DECIMAL_PRECISION_MAX, whole + kept), scale: kept };
}

/** The result type of `floor` and `ceil` of a DECIMAL. */
export function wholeDecimal(type: DecimalType): DecimalType {
  if (type.scale === 0) return type;
  const precision = Math.min(DECIMAL_PRECISION_MAX, type.precision - type.scale + 1);
  return { kind: "DECIMAL", precision, scale: 0 };
}
