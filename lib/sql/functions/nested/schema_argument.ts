/** Schemas as arguments: constant texts such as `a INT, b STRING`, or `ARRAY<INT>`. */
import type { DataType } from "../../../records/data_type.ts";
import { TypeProblem } from "../../../records/types/unsupported_types.ts";
import { parseType } from "../../../records/types/type_text.ts";
import type { Expression } from "../../plan.ts";
import { Refusal } from "../signature.ts";

/** A constant text. @throws {Refusal} */
export function constantText(arg: Expression, what: string): string {
  if (arg.kind === "literal" && typeof arg.value === "string" && arg.type === "STRING") return arg.value;
  throw new Refusal(`requires a constant ${what}`);
}

/** The type that a schema is. @throws {Refusal} */
export function parseSchema(arg: Expression): DataType {
  const text = constantText(arg, "schema for argument 2, such as 'a INT, b STRING'").trim();
  try {
    return parseType(text);
  } catch (error) {
    if (!(error instanceof TypeProblem)) throw error;
  }
  try {
    return parseType(`STRUCT<${text}>`);
  } catch (error) {
    if (error instanceof TypeProblem) throw new Refusal(`has an invalid schema: ${error.message}`);
    throw error;
  }
}
