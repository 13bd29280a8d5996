/** The options of CSV, by the names of Spark's `from_csv`. */
import { SfcrimeError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/text/nearest.ts";

/** Plain data. A character that is not set is a zero character. */
export interface CsvOptions {
  /** One or more characters. */
  readonly separator: string;
  readonly quote: string;
  /** The character before a quote that is a part of the value. */
  readonly escape: string;
  /** The character before an escape that is a part of the value. */
  readonly escapeOfEscape: string;
  /** Lines that begin with it have no values. */
  readonly comment: string;
  /** The text that is NULL. */
  readonly nullValue: string;
  /** What a value in quotes is that has no text. */
  readonly emptyValue: string;
  readonly nanValue: string;
  readonly positiveInf: string;
  readonly negativeInf: string;
  readonly ignoresLeadingSpace: boolean;
  readonly ignoresTrailingSpace: boolean;
  /** Whether a value with a quote that is not escaped ends at the next delimiter, or at a closing quote. */
  readonly stopsAtDelimiter: boolean;
  readonly dateFormat?: string;
  readonly timestampFormat?: string;
}

/** The options that have an effect, by Spark's names, in lower case. */
const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      "sep",
      "delimiter",
      "quote",
      "escape",
      "charToEscapeQuoteEscaping",
      "comment",
      "nullValue",
      "emptyValue",
    ],
    ...["nanValue", "positiveInf", "negativeInf", "ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"],
    ...["unescapedQuoteHandling", "dateFormat", "timestampFormat"],
  ].map((name) => [name.toLowerCase(), name]),
);

const ESCAPES: Readonly<Record<string, string>> = {
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

/**
 * The options that the given ones stand for.
 *
 * @throws {SfcrimeError} CONFIG for one that is unknown, or has an invalid value.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(csvOptions({ sep: ";" }).separator, ";");
 * ```
 */
export function csvOptions(given: Readonly<Record<string, string>>): CsvOptions {
  const options = new Options(given);
  const [quote, escape] = [options.char("quote", '"'), options.char("escape", "\\")];
  const [dateFormat, timestampFormat] = [options.text("dateFormat"), options.text("timestampFormat")];
  return {
    separator: separatorOf(options.text("sep") ?? options.text("delimiter") ?? ","),
    quote,
    escape,
    escapeOfEscape: options.char("charToEscapeQuoteEscaping", quote === escape ? "\0" : escape),
    comment: options.char("comment", "\0"),
    nullValue: options.text("nullValue") ?? "",
    emptyValue: options.text("emptyValue") ?? "",
    nanValue: options.text("nanValue") ?? "NaN",
    positiveInf: options.text("positiveInf") ?? "Inf",
    negativeInf: options.text("negativeInf") ?? "-Inf",
    ignoresLeadingSpace: options.yesOrNo("ignoreLeadingWhiteSpace"),
    ignoresTrailingSpace: options.yesOrNo("ignoreTrailingWhiteSpace"),
    stopsAtDelimiter:
      options.oneOf("unescapedQuoteHandling", ["STOP_AT_DELIMITER", "STOP_AT_CLOSING_QUOTE"]) ===
        "STOP_AT_DELIMITER",
    ...dateFormat === undefined ? {} : { dateFormat },
    ...timestampFormat === undefined ? {} : { timestampFormat },
  };
}

class Options {
  readonly #given = new Map<string, string>();

  constructor(given: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(given)) {
      const known = NAMES[name.toLowerCase()];
      if (known === undefined) {
        throw new SfcrimeError("CONFIG", `CSV has no option ${name} here.`, {
          hint: didYouMean(name, Object.values(NAMES)),
        });
      }
      this.#given.set(known, value);
    }
  }

  text(name: string): string | undefined {
    return this.#given.get(name);
  }

  char(name: string, otherwise: string): string {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    if (value.length > 1) throw invalid(name, value, "one character, or none");
    return value === "" ? "\0" : value;
  }

  yesOrNo(name: string): boolean {
    return this.oneOf(name, ["FALSE", "TRUE"]) === "TRUE";
  }

  /** One of several words, in any case; by default, the first one. */
  oneOf(name: string, words: readonly string[]): string {
    const value = this.text(name);
    const word = value?.toUpperCase() ?? words[0]!;
    if (words.includes(word)) return word;
    throw invalid(name, value!, words.join(" or "));
  }
}

function invalid(name: string, value: string, allowed: string): SfcrimeError {
  return new SfcrimeError("CONFIG", `CSV option ${name} = ${JSON.stringify(value)}: expected ${allowed}.`);
}

/** A separator with escapes, such as `\t`, as Spark reads them. */
function separatorOf(text: string): string {
  const separator = text.replace(/\\u0000/g, "\0").replace(/\\(.)/gs, (_whole, char: string) => {
    const escaped = ESCAPES[char];
    if (escaped !== undefined) return escaped;
    throw invalid("sep", text, "one or more characters, with \\\\ for a backslash and \\t for a tab");
  });
  if (separator === "" || text === "\\") throw invalid("sep", text, "one or more characters");
  return separator;
}
