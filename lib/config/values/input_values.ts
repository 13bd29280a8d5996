/** What `produce` reads, how records are written in it, and what is sent with them. */
import { type Kind, oneOf, parsedBy } from "./values.ts";

/** How records are written in an input. */
export const inputFormat = oneOf("json", "ndjson", "csv", "lines", "raw", "envelope", "kcat", "kaf");

/** See {@link inputFormat}. */
export type InputFormat = NonNullable<ReturnType<typeof inputFormat.schema.parse>>;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/**
 * A text with escapes for the characters that are hard to write.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(escapedText.schema.parse("\\t|\\x41"), "\t|A");
 * ```
 */
export const escapedText: Kind<string> = {
  schema: parsedBy((value) => {
    const text = value.replace(/\\x([0-9a-f]{2})/gi, (_whole, digits: string) => {
      return String.fromCharCode(Number.parseInt(digits, 16));
    }).replace(/\\([nrt0\\])/g, (_whole, letter: string) => ESCAPES[letter]!);
    return text === "" ? undefined : text;
  }),
  allowed: "text, with \\n, \\r, \\t, \\0 or \\xHH for characters that are hard to write",
};

/** Paths, one on each line. */
export const paths: Kind<readonly string[]> = {
  schema: parsedBy((value) => {
    const list = value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return list.length > 0 ? list : undefined;
  }),
  allowed: "a path; several on lines of their own",
};

/** A header of a record: its name, and its value as text. */
export interface HeaderSetting {
  readonly key: string;
  readonly value: string;
}

/** Headers as NAME=VALUE, one on each line. */
export const headers: Kind<readonly HeaderSetting[]> = {
  schema: parsedBy((value) => {
    const pairs = value.split("\n").map((line) => /^([^=]+)=(.*)$/s.exec(line));
    return pairs.every((pair) => pair !== null)
      ? pairs.map(([, key, value]) => ({ key: key!.trim(), value: value! }))
      : undefined;
  }),
  allowed: "NAME=VALUE; several on lines of their own",
};

/** The timestamp of a record: the time of sending, its event time, or that of a field. */
export type TimestampSource = "now" | "event" | { readonly field: string };

/** `now`, `event`, or the name of a field. */
export const timestampSource: Kind<TimestampSource> = {
  schema: parsedBy((value) => {
    const word = value.toLowerCase();
    return word === "now" || word === "event" ? word : { field: value };
  }),
  allowed: "now, event or a field",
  choices: ["now", "event"],
};
