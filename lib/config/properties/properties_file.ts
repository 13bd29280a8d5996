/**
 * A file of client properties, as Kafka's tools take it with `--command-config`, and librdkafka's with `-F`. Properties about
 * security that are not known are errors: a login would otherwise fail without a reason. Others are left out, with a warning.
 */
import { Properties } from "properties-file/parser";
import { didYouMean } from "../../base/text/nearest.ts";
import { convertProperty, PROPERTY } from "./foreign_properties.ts";
import { CLIENT_PROPERTY_REFERENCE } from "./reference.ts";

/** A value of the file, and where it stands. */
export interface FileValue {
  /** `section.key`, or a client property after {@link PROPERTY}. */
  readonly name: string;
  readonly value: string;
  readonly place: string;
}

/** What is wrong on a line. */
export interface FileProblem {
  readonly message: string;
  readonly hint?: string;
}

/** What a file of properties comes to. */
export interface PropertiesFile {
  readonly values: readonly FileValue[];
  readonly problems: readonly FileProblem[];
  readonly warnings: readonly string[];
}

const SECURITY = /^(?:security|sasl|ssl|https)\./;

/** Reads the text of a file. */
export function parseProperties(
  { path, text }: { readonly path: string; readonly text: string },
): PropertiesFile {
  const values: FileValue[] = [];
  const problems: FileProblem[] = [];
  const warnings: string[] = [];
  for (const node of new Properties(text).nodes) {
    if (node.type !== "property") continue;
    const { key, startingLineNumber: line } = node;
    const place = `${path}:${line}`;
    const value = valueOf(key, node.value.trim());
    const converted = convertProperty(key, value) ??
      (Object.hasOwn(CLIENT_PROPERTY_REFERENCE, key)
        ? { values: { [`${PROPERTY}${key}`]: value } }
        : undefined);
    if (converted === undefined && SECURITY.test(key)) {
      const known = Object.keys(CLIENT_PROPERTY_REFERENCE);
      problems.push({
        message: `${place}: ${key} is not a known client property. ${didYouMean(key, known)}`,
      });
    } else if (converted === undefined) warnings.push(`${place}: ${key} is not used.`);
    else if ("problem" in converted) {
      const { problem, hint } = converted;
      problems.push({ message: `${place}: ${key}: ${problem}.`, ...hint === undefined ? {} : { hint } });
    } else if ("ignored" in converted) warnings.push(`${place}: ${key} is not used: ${converted.ignored}.`);
    else {for (const [name, text] of Object.entries(converted.values)) {
        values.push({ name, value: text, place });
      }}
  }
  return { values, problems, warnings };
}

/** Java turns the check of host names off by an empty value. */
function valueOf(key: string, value: string): string {
  return key === "ssl.endpoint.identification.algorithm" && value === "" ? "none" : value;
}
