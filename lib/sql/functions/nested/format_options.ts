/**
 * The options of functions that read and write JSON and CSV: a constant MAP of texts, whose keys are in any case. In
 * plans they are a text with a JSON object, the keys in lower case.
 */
import { timeZoneOf } from "../../../base/time_zone.ts";
import { type JsonSyntax, syntaxOf } from "../../../records/json/text/json_syntax.ts";
import { parseDatePattern, type PatternUse } from "../../patterns/date_pattern.ts";
import type { Expression } from "../../plan.ts";
import { Refusal } from "../signature.ts";

/** Options by name in lower case. */
export type Options = ReadonlyMap<string, string>;

/** The options of an argument. @throws {Refusal} */
export function optionsOf(argument: Expression | undefined): Options {
  if (argument === undefined) return new Map();
  if (argument.kind !== "call" || argument.name !== "map") {
    throw new Refusal("requires options as map('name', 'value', …)");
  }
  const texts = argument.args.map((arg) => {
    if (arg.kind === "literal" && typeof arg.value === "string" && arg.type === "STRING") return arg.value;
    throw new Refusal("requires constant texts as names and values of options");
  });
  const entries = texts.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), texts[index + 1]!] as const] : []
  );
  return new Map(entries);
}

/** Options as an argument of a plan; none if there are none. */
export function optionsArgument(options: Options): Expression[] {
  if (options.size === 0) return [];
  return [{ kind: "literal", value: JSON.stringify(Object.fromEntries(options)), type: "STRING" }];
}

/** The options of an argument of a plan. */
export function plannedOptions(argument: Expression | undefined): Options {
  if (argument?.kind !== "literal") return new Map();
  return new Map(Object.entries(JSON.parse(String(argument.value)) as Record<string, string>));
}

/** @throws {Refusal} If an option that Spark has is given, but is not supported. */
export function requireSupported(options: Options, unsupported: readonly string[]): void {
  const name = unsupported.find((each) => options.has(each.toLowerCase()));
  if (name !== undefined) throw new Refusal(`does not support the option ${name}`);
}

/** An option that is true or false. @throws {Refusal} */
export function flagOf(options: Options, name: string, byDefault: boolean): boolean {
  const text = options.get(name.toLowerCase());
  if (text === undefined) return byDefault;
  const value = text.toLowerCase();
  if (value === "true" || value === "false") return value === "true";
  throw new Refusal(`requires true or false for the option ${name}, but got '${text}'`);
}

/** How strictly JSON is read. @throws {Refusal} */
export function jsonSyntax(options: Options): JsonSyntax {
  return syntaxOf((name, byDefault) => flagOf(options, name, byDefault));
}

/** Checks the mode in which bad records are read. @throws {Refusal} */
export function requireMode(options: Options): void {
  const mode = options.get("mode")?.toUpperCase();
  if (mode === undefined || mode === "PERMISSIVE" || mode === "FAILFAST") return;
  throw new Refusal(`supports the modes PERMISSIVE and FAILFAST only, not ${mode}`);
}

/** Whether a bad record is an error. */
export function failsFast(options: Options): boolean {
  return options.get("mode")?.toUpperCase() === "FAILFAST";
}

/** Checks the formats of dates and times, and the time zone. @throws {Refusal} */
export function requireFormats(options: Options, use: PatternUse): void {
  for (const name of ["dateFormat", "timestampFormat"]) {
    const format = options.get(name.toLowerCase());
    const problem = format === undefined ? undefined : parseDatePattern(format, use);
    if (typeof problem === "string") throw new Refusal(problem);
  }
  const zone = options.get("timezone");
  if (zone !== undefined && timeZoneOf(zone) === undefined) {
    throw new Refusal(`has no time zone ${zone}`);
  }
}
