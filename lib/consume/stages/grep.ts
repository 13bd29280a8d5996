/** Keeps the records in whose key, value or headers a regular expression finds something. */
import { RE2JS } from "re2js";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { textOf } from "../formats/record_text.ts";
import type { RecordStage } from "./record_stage.ts";

/** The stage of a pattern, which takes linear time for any text. @throws {SfcrimeError} USAGE if it is not one. */
export function matchingRecords(pattern: string): RecordStage {
  const compiled = compile(pattern);
  const matches = (bytes: Uint8Array | null) => bytes !== null && compiled.matcher(textOf(bytes)).find();
  return {
    isFilter: true,
    pass: (records) =>
      Promise.resolve(
        records.filter(({ key, value, headers }) =>
          matches(value) || matches(key) || headers.some(({ value }) => matches(value))
        ),
      ),
  };
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new SfcrimeError("USAGE", `--grep = ${JSON.stringify(pattern)}: ${messageOf(cause)}.`, {
      hint: "Expected a regular expression as of Java or RE2, such as '(?i)burglary|theft'.",
      cause,
    });
  }
}
