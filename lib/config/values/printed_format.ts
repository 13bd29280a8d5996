/** How `consume` prints records. */
import { parseTemplate, TEMPLATE_LETTERS, type TemplatePart } from "./text/record_template.ts";
import { type Kind, oneOf, parsedBy } from "./values.ts";

/** The formats that have a name. */
export const NAMED_FORMATS = ["pretty", "ndjson", "envelope", "value", "raw", "csv", "table"] as const;

/** A format by its name, or a template. */
export type PrintedFormat = (typeof NAMED_FORMATS)[number] | { readonly template: readonly TemplatePart[] };

/** What other tools call them. */
const SYNONYMS: Readonly<Record<string, string>> = { json: "ndjson", jsonl: "ndjson" };

const named = oneOf(...NAMED_FORMATS);

/** A name, or a template with kcat's letters. */
export const printedFormat: Kind<PrintedFormat> = {
  schema: parsedBy((value): PrintedFormat | undefined => {
    const name = named.schema.safeParse(SYNONYMS[value.toLowerCase()] ?? value);
    if (name.success) return name.data;
    const template = parseTemplate(value);
    return template === undefined ? undefined : { template };
  }),
  allowed: `${NAMED_FORMATS.join(", ")}, or a template of ${TEMPLATE_LETTERS} such as '%p:%o %k %s\\n'`,
  choices: NAMED_FORMATS,
};
