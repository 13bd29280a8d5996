/** How the values and keys of records are written. */
import { type Kind, oneOf, parsedBy } from "./values.ts";

/** Formats with schemas, which are made of JSON by `produce`, and printed as JSON by `consume`. */
export const WITH_SCHEMAS = ["avro", "protobuf", "json-schema"] as const;

/** One of {@link WITH_SCHEMAS}. */
export type SchemaFormat = (typeof WITH_SCHEMAS)[number];

/** How a value or a key is written. */
export type RecordFormat = "json" | "csv" | "text" | "binary" | SchemaFormat;

/** The format of what is made of JSON, or printed as JSON. */
export const valueFormat: Kind<"json" | SchemaFormat> = oneOf("json", ...WITH_SCHEMAS);

/** The format of keys that are made of a field, or printed. */
export const keyFormat: Kind<"text" | SchemaFormat> = oneOf("text", ...WITH_SCHEMAS);

/** The format of what a stream reads. */
export const recordFormat: Kind<RecordFormat> = oneOf("json", "csv", "text", "binary", ...WITH_SCHEMAS);

/** Whether a format has schemas. */
export function hasSchemas(format: RecordFormat | undefined): format is SchemaFormat {
  return WITH_SCHEMAS.some((known) => known === format);
}

/** Options of a format, by their names. */
export type FormatOptions = Readonly<Record<string, string>>;

const OPTION =
  /^\s*(?<name>\w+)(?:\s*=\s*|\s+|(?=['"]))(?:'(?<single>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"|(?<word>[\w.+-]+))\s*(?:,|$)/;

/** {@link FormatOptions}, as text. */
export const formatOptions: Kind<FormatOptions> = {
  schema: parsedBy((text) => {
    const options: Record<string, string> = {};
    for (let rest = text; rest.trim() !== "";) {
      const match = OPTION.exec(rest);
      if (match === null) return undefined;
      const { name, single, double, word } = match.groups!;
      if (Object.hasOwn(options, name!)) return undefined;
      options[name!] = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? word!;
      rest = rest.slice(match[0].length);
    }
    return options;
  }),
  allowed: "options of the format, each once, such as sep ';', nullValue '-'",
};
