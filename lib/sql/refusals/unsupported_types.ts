/** What to say of the name of a data type that a column or a CAST cannot have. */
import { didYouMean } from "../../base/text/nearest.ts";
import { TYPE_NAMES } from "../../records/data_type.ts";

/** What is wrong with the name of a type, in lower case and without a period, and what to do. */
export interface TypeProblem {
  readonly problem: string;
  readonly hint: string;
}

const NESTED = "Declare a column for it as STRING: its value is the JSON text.";

/** The types of Spark that are not supported, and what to use instead of each. */
export const UNSUPPORTED_TYPES: Readonly<Record<string, string>> = {
  ARRAY: NESTED,
  MAP: NESTED,
  STRUCT: NESTED,
  VARIANT: NESTED,
  BINARY: "Use STRING.",
  CHAR: "Use STRING.",
  CHARACTER: "Use STRING.",
  VARCHAR: "Use STRING.",
  TIMESTAMP_NTZ: "Use TIMESTAMP.",
  INTERVAL: "An INTERVAL can only be added to or subtracted from a time.",
  VOID: "Use the type that the value should have.",
};

/** The problem with the name of a type that `typeFromName` does not know. */
export function typeProblem(text: string): TypeProblem {
  const name = /^[a-z_]*/i.exec(text)![0].toUpperCase();
  const hint = Object.hasOwn(UNSUPPORTED_TYPES, name) ? UNSUPPORTED_TYPES[name] : undefined;
  if (hint !== undefined) return { problem: `data type ${text} is not supported`, hint };
  if (/^(DECIMAL|DEC|NUMERIC)$/.test(name)) {
    return {
      problem: `invalid data type ${text}`,
      hint: "The precision of a DECIMAL is 1 to 38, and its scale at most its precision.",
    };
  }
  return { problem: `unknown data type ${text}`, hint: didYouMean(name, TYPE_NAMES) };
}
