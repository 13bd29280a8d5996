/** What to say of the name of a data type that a column or a CAST cannot have. */
import { didYouMean } from "../../base/text/nearest.ts";
import { TYPE_NAMES } from "../data_type.ts";

/** What is wrong with the text of a type, in lower case and without a period, and what to do. */
export class TypeProblem extends Error {
  readonly hint: string;

  constructor(problem: string, hint: string) {
    super(problem);
    this.hint = hint;
  }
}

/** The types of Spark that are not supported, and what to use instead of each. */
export const UNSUPPORTED_TYPES: Readonly<Record<string, string>> = {
  VARIANT: "Declare a column for it as STRING: its value is the JSON text.",
  CHAR: "Use STRING.",
  CHARACTER: "Use STRING.",
  VARCHAR: "Use STRING.",
  VOID: "Use the type that the value should have.",
};

/** The problem with a type without parameters that is not known here; its text may have some. */
export function typeProblem(text: string): TypeProblem {
  const name = /^\w*/.exec(text)![0].toUpperCase();
  if (Object.hasOwn(UNSUPPORTED_TYPES, name)) {
    return new TypeProblem(`data type ${text} is not supported`, UNSUPPORTED_TYPES[name]!);
  }
  return new TypeProblem(`unknown data type ${text}`, didYouMean(name, TYPE_NAMES));
}
