/** The signatures of `to_char`, which also formats times and bytes, and of `to_number`. */
import { type DataType, DECIMAL_PRECISION_MAX, typeName } from "../../../records/data_type.ts";
import { type NumberPattern, parseNumberPattern } from "../../patterns/number_pattern.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isTime } from "../coercion.ts";
import { asDecimal } from "../math/decimal_signatures.ts";
import { CONDITION_FUNCTIONS } from "../condition_signatures.ts";
import { argument, call, counted, Refusal, type Signature } from "../signature.ts";
import { DATE_FORMAT_FUNCTIONS } from "../time/date_format_signatures.ts";
import { ENCODING_FUNCTIONS } from "./encoding_signatures.ts";

/** A pattern; undefined if it is NULL. @throws {Refusal} */
function patternOf(format: Expression): NumberPattern | undefined {
  if (format.kind !== "literal" || (format.type !== "STRING" && format.type !== "VOID")) {
    throw new Refusal("requires a constant STRING as its format");
  }
  if (format.value === null) return undefined;
  const pattern = parseNumberPattern(String(format.value));
  if (typeof pattern === "string") throw new Refusal(pattern);
  return pattern;
}

/** Bytes as text, by the name of an encoding. */
function encoded(bytes: Expression, format: Expression): Expression {
  const name = format.kind === "literal" ? String(format.value).toLowerCase() : "";
  if (name === "base64" || name === "hex") return ENCODING_FUNCTIONS[name]!([bytes]);
  if (name === "utf-8") {
    return CONDITION_FUNCTIONS.decode!([bytes, { kind: "literal", value: name, type: "STRING" }]);
  }
  throw new Refusal("requires base64, hex or utf-8 as the format of BINARY");
}

const toChar = counted(2, ([value, format]) => {
  const { type } = value!;
  if (isTime(type)) return DATE_FORMAT_FUNCTIONS.date_format!([value!, format!]);
  if (type === "BINARY") return encoded(value!, format!);
  patternOf(format!);
  const number = asDecimal(value!);
  if (number !== undefined) return call("to_char", [number, castTo(format!, "STRING")], "STRING");
  throw new Refusal(`requires a number, a time or BINARY, but got ${typeName(type)}`);
});

/** What a pattern that is NULL says of a number. */
const NO_PATTERN = { precision: 10, scale: 0 };

function toNumber(name: string): Signature {
  return counted(2, ([text, format]) => {
    const pattern = patternOf(format!);
    const { precision, scale } = pattern ?? NO_PATTERN;
    if (precision > DECIMAL_PRECISION_MAX) {
      throw new Refusal(
        `has ${precision} digits in its pattern; a DECIMAL has at most ${DECIMAL_PRECISION_MAX}`,
      );
    }
    const type: DataType = { kind: "DECIMAL", precision, scale };
    return call(name, [argument(text!, "STRING", 0), castTo(format!, "STRING")], type);
  });
}

/** By name in lower case. */
export const NUMBER_TEXT_FUNCTIONS: Readonly<Record<string, Signature>> = {
  to_char: toChar,
  to_number: toNumber("to_number"),
  try_to_number: toNumber("try_to_number"),
};
