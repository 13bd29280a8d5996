/** The signatures of functions that read and write CSV. */
import { SfcrimeError } from "../../../base/errors.ts";
import { UTC } from "../../../base/time_zone.ts";
import { type Schema, typeName } from "../../../records/data_type.ts";
import { type CsvOptions, csvOptions } from "../../../records/formats/csv/csv_options.ts";
import { inferCsv } from "../../../records/inference/csv_type.ts";
import type { Expression } from "../../plan.ts";
import { isNested } from "../coercion.ts";
import { call, Refusal, requireCount, type Signature } from "../signature.ts";
import {
  flagOf,
  type Options,
  optionsArgument,
  optionsOf,
  requireFormats,
  requireMode,
  requireSupported,
} from "./format_options.ts";
import { textArgument } from "./json_signatures.ts";
import { constantText, parseSchema } from "./schema_argument.ts";

/** The options by which a line is read or written; Spark has others that are about files, or bad records. */
const OF_LINES: ReadonlySet<string> = new Set(
  ("sep delimiter quote escape chartoescapequoteescaping comment nullvalue emptyvalue nanvalue positiveinf " +
    "negativeinf ignoreleadingwhitespace ignoretrailingwhitespace unescapedquotehandling").split(" "),
);

/** Options of Spark's that change results, and are not supported. */
const UNSUPPORTED = ["locale", "enableDateTimeParsingFallback", "prefersDecimal", "inferTimestampNTZ"];

/** How lines are read. @throws {Refusal} */
export function lineOptions(options: Options): CsvOptions {
  try {
    return csvOptions(Object.fromEntries([...options].filter(([name]) => OF_LINES.has(name))));
  } catch (error) {
    if (error instanceof SfcrimeError) throw new Refusal(`has invalid options: ${error.message}`);
    throw error;
  }
}

/** Options for reading. @throws {Refusal} */
function readOptions(argument: Expression | undefined): Options {
  const options = optionsOf(argument);
  requireSupported(options, UNSUPPORTED);
  requireMode(options);
  requireFormats(options, "read");
  lineOptions(options);
  return options;
}

/** The columns of a schema. @throws {Refusal} */
function columnsOf(schema: Expression): Schema {
  const type = parseSchema(schema);
  if (typeof type === "string" || type.kind !== "STRUCT") {
    throw new Refusal(`requires a schema of columns, such as 'a INT, b STRING', but got ${typeName(type)}`);
  }
  return requirePlain(type.fields);
}

/** @throws {Refusal} If there are columns that CSV cannot have. */
function requirePlain(fields: Schema): Schema {
  const nested = fields.find((field) => isNested(field.type));
  if (nested === undefined) return fields;
  throw new Refusal(`does not support column ${nested.name} of type ${typeName(nested.type)}`);
}

function toCsv(args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const { type } = args[0]!;
  if (typeof type === "string" || type.kind !== "STRUCT") {
    throw new Refusal(`requires a STRUCT, but got ${typeName(type)}`);
  }
  requirePlain(type.fields);
  const options = optionsOf(args[1]);
  requireSupported(options, ["locale", "charToEscapeQuoteEscaping"]);
  requireFormats(options, "write");
  for (const name of ["quoteAll", "escapeQuotes", "ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"]) {
    flagOf(options, name, false);
  }
  lineOptions(options);
  return call("to_csv", [args[0]!, ...optionsArgument(options)], "STRING");
}

/** The types of the values of a constant line, as a text. */
function schemaOfCsv(args: readonly Expression[]): Expression {
  requireCount(args, 1, 2);
  const line = constantText(args[0]!, "line of CSV");
  const options = readOptions(args[1]);
  requireSupported(options, ["dateFormat", "timestampFormat"]);
  const infers = flagOf(options, "inferSchema", true);
  const fields = inferCsv(line, { options: lineOptions(options), zone: UTC, infers });
  if (fields === undefined) throw new Refusal("requires a line with values for argument 1");
  return { kind: "literal", value: typeName({ kind: "STRUCT", fields }), type: "STRING" };
}

/** By name in lower case. */
export const CSV_FUNCTIONS: Readonly<Record<string, Signature>> = {
  from_csv: (args) => {
    requireCount(args, 2, 3);
    const fields = columnsOf(args[1]!);
    const given = [textArgument(args[0]!), ...optionsArgument(readOptions(args[2]))];
    return call("from_csv", given, { kind: "STRUCT", fields });
  },
  to_csv: toCsv,
  schema_of_csv: schemaOfCsv,
};
