/** The type of one JSON text, as Spark's `schema_of_json` infers it, read by Spark's parser. */
import { type DataType, DECIMAL_PRECISION_MAX } from "../data_type.ts";
import { JsonTokens } from "../json/json_tokens.ts";
import type { JsonSyntax } from "../json/text/json_syntax.ts";
import { ifJson, MALFORMED } from "../json/text/malformed.ts";
import { parseNumber } from "../values/decimal.ts";
import { knownType, mergedType, typeOfNumber } from "./json_type.ts";

/** How types are inferred. */
export interface InferenceOptions {
  readonly syntax: JsonSyntax;
  /** Whether numbers and truth values are texts. */
  readonly primitivesAsString: boolean;
  /** Whether fractions, also in texts, are DECIMALs where they fit. */
  readonly prefersDecimal: boolean;
}

/** The type of a text; undefined if it is not JSON. The fields of a STRUCT are sorted by name. */
export function inferJson(text: string, options: InferenceOptions): DataType | undefined {
  return ifJson(() => {
    const tokens = new JsonTokens(text, options.syntax);
    tokens.next();
    return canonical(typeAt(tokens, options));
  });
}

/** The type, without parts of which no value is known. */
function canonical(type: DataType): DataType {
  const known = knownType(type);
  if (known !== undefined) return known;
  const empty: DataType = { kind: "STRUCT", fields: [] };
  return typeof type !== "string" && type.kind === "ARRAY" ? { kind: "ARRAY", element: empty } : empty;
}

/** The type of the value at the current token, up to its end. */
function typeAt(tokens: JsonTokens, options: InferenceOptions): DataType {
  if (tokens.current === "name") tokens.next();
  switch (tokens.current) {
    case undefined:
    case "null":
      return "VOID";
    case "{":
      return structAt(tokens, options);
    case "[":
      return arrayAt(tokens, options);
    case "string":
      if (tokens.value === "") return "VOID";
      return (options.prefersDecimal ? decimalOf(tokens.value.replaceAll(",", "")) : undefined) ?? "STRING";
    case "true":
    case "false":
      return options.primitivesAsString ? "STRING" : "BOOLEAN";
    case "whole":
      return options.primitivesAsString ? "STRING" : typeOfNumber(tokens.value);
    case "fraction":
      if (options.primitivesAsString) return "STRING";
      return (options.prefersDecimal ? decimalOf(tokens.value) : undefined) ?? "DOUBLE";
    case "not-finite":
      return options.primitivesAsString ? "STRING" : "DOUBLE";
    default:
      throw MALFORMED;
  }
}

function structAt(tokens: JsonTokens, options: InferenceOptions): DataType {
  const fields = new Map<string, DataType>();
  while (required(tokens) !== "}") {
    const { name } = tokens;
    fields.set(name!, typeAt(tokens, options));
  }
  const sorted = [...fields].sort(([left], [right]) => left < right ? -1 : 1);
  return { kind: "STRUCT", fields: sorted.map(([name, type]) => ({ name, type })) };
}

function arrayAt(tokens: JsonTokens, options: InferenceOptions): DataType {
  let element: DataType = "VOID";
  while (required(tokens) !== "]") element = mergedType(element, typeAt(tokens, options));
  return { kind: "ARRAY", element: sortedType(element) };
}

/** The type with the fields of STRUCTs by name. */
function sortedType(type: DataType): DataType {
  if (typeof type === "string") return type;
  if (type.kind === "ARRAY") return { kind: "ARRAY", element: sortedType(type.element) };
  if (type.kind !== "STRUCT") return type;
  const fields = type.fields.map(({ name, type: of }) => ({ name, type: sortedType(of) }));
  return { kind: "STRUCT", fields: fields.sort((left, right) => left.name < right.name ? -1 : 1) };
}

/** The token after this one. @throws {@link MALFORMED} at the end. */
function required(tokens: JsonTokens): NonNullable<JsonTokens["current"]> {
  const token = tokens.next();
  if (token === undefined) throw MALFORMED;
  return token;
}

/** The DECIMAL that has exactly a number; undefined if there is none. */
function decimalOf(text: string): DataType | undefined {
  const number = parseNumber(text);
  if (number === undefined) return undefined;
  const digits = number.unscaled.toString().replace("-", "").length;
  const precision = Math.max(digits, number.scale);
  return precision <= DECIMAL_PRECISION_MAX ? { kind: "DECIMAL", precision, scale: number.scale } : undefined;
}
