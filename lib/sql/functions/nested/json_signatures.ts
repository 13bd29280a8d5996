/** The signatures of functions that read and write JSON. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { inferJson } from "../../../records/inference/json_text_type.ts";
import type { Expression } from "../../plan.ts";
import { call, counted, Refusal, requireCount, type Signature } from "../signature.ts";
import { castTo, isNested, type NestedType, partsOf } from "../coercion.ts";
import {
  flagOf,
  jsonSyntax,
  type Options,
  optionsArgument,
  optionsOf,
  requireFormats,
  requireMode,
  requireSupported,
} from "./format_options.ts";
import { constantText, parseSchema } from "./schema_argument.ts";
import { arrayOf } from "./nested_types.ts";

/** A text, of which nothing else is made. @throws {Refusal} */
export function textArgument(arg: Expression): Expression {
  if (arg.type === "STRING" || arg.type === "VOID") return castTo(arg, "STRING");
  throw new Refusal(`requires STRING for argument 1, but got ${typeName(arg.type)}`);
}

/** @throws {Refusal} If there are MAPs whose keys are no texts: those of JSON are. */
function requireTextKeys(type: DataType): void {
  if (!isNested(type)) return;
  if (type.kind === "MAP" && type.key !== "STRING") {
    throw new Refusal(`requires MAPs with keys of type STRING, but got ${typeName(type)}`);
  }
  partsOf(type).forEach(requireTextKeys);
}

/** The type that a text of JSON is read as. @throws {Refusal} */
function jsonSchema(schema: Expression): NestedType {
  const type = parseSchema(schema);
  if (!isNested(type)) {
    throw new Refusal(`requires a schema of a STRUCT, an ARRAY or a MAP, but got ${typeName(type)}`);
  }
  requireTextKeys(type);
  return type;
}

/** Options of Spark's that change results, and are not supported. */
const UNSUPPORTED = ["locale", "enableDateTimeParsingFallback", "singleVariantColumn"];

/** Options for reading. @throws {Refusal} */
function readOptions(argument: Expression | undefined): Options {
  const options = optionsOf(argument);
  requireSupported(options, UNSUPPORTED);
  requireMode(options);
  requireFormats(options, "read");
  jsonSyntax(options);
  return options;
}

function fromJson(args: readonly Expression[]): Expression {
  requireCount(args, 2, 3);
  const type = jsonSchema(args[1]!);
  return call("from_json", [textArgument(args[0]!), ...optionsArgument(readOptions(args[2]))], type);
}

function toJson(args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const { type } = args[0]!;
  if (!isNested(type)) throw new Refusal(`requires a STRUCT, an ARRAY or a MAP, but got ${typeName(type)}`);
  const options = optionsOf(args[1]);
  requireSupported(options, ["locale", "writeNonAsciiCharacterAsCodePoint"]);
  requireFormats(options, "write");
  for (const name of ["ignoreNullFields", "pretty"]) flagOf(options, name, false);
  return call("to_json", [args[0]!, ...optionsArgument(options)], "STRING");
}

/** The type of a constant text, as a text. */
function schemaOfJson(args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const json = constantText(args[0]!, "JSON text");
  const options = readOptions(args[1]);
  requireSupported(options, ["inferTimestamp"]);
  const type = inferJson(json, {
    syntax: jsonSyntax(options),
    primitivesAsString: flagOf(options, "primitivesAsString", false),
    prefersDecimal: flagOf(options, "prefersDecimal", false),
  });
  if (type === undefined) throw new Refusal("requires valid JSON for argument 1");
  return { kind: "literal", value: typeName(type), type: "STRING" };
}

/** A function of texts that returns NULL where they are no JSON. */
function ofTexts(name: string, count: number, result: DataType): Signature {
  return counted(count, (args) => call(name, args.map(textArgument), result));
}

/** By name in lower case. */
export const JSON_FUNCTIONS: Readonly<Record<string, Signature>> = {
  from_json: fromJson,
  to_json: toJson,
  schema_of_json: schemaOfJson,
  get_json_object: ofTexts("get_json_object", 2, "STRING"),
  json_array_length: ofTexts("json_array_length", 1, "INT"),
  json_object_keys: ofTexts("json_object_keys", 1, arrayOf("STRING")),
};
