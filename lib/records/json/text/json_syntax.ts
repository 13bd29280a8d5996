/** How strict the reader of JSON is: what Spark's options allow beyond it. */

/** What may be in a text that is not JSON. */
export interface JsonSyntax {
  /** Texts and names in single quotes. */
  readonly singleQuotes: boolean;
  /** NaN and infinities. */
  readonly notFinite: boolean;
  /** Control characters in texts, such as line breaks. */
  readonly controlCharacters: boolean;
  /** Numbers such as `007`. */
  readonly leadingZeros: boolean;
  /** Comments, as in Java. */
  readonly comments: boolean;
  /** Names without quotes. */
  readonly unquotedNames: boolean;
  /** A backslash in front of any character. */
  readonly anyEscapes: boolean;
}

const JSON_ALONE: JsonSyntax = {
  singleQuotes: false,
  notFinite: false,
  controlCharacters: false,
  leadingZeros: false,
  comments: false,
  unquotedNames: false,
  anyEscapes: false,
};

/** What Spark reads records and the texts of `from_json` with, by default. */
export const RECORD_SYNTAX: JsonSyntax = { ...JSON_ALONE, singleQuotes: true, notFinite: true };

/** What Spark's functions of JSON texts read them with: `get_json_object`, `json_tuple` and the like. */
export const TEXT_SYNTAX: JsonSyntax = { ...JSON_ALONE, singleQuotes: true, controlCharacters: true };

/** The syntax that Spark's options of JSON allow, which are true or false. */
export function syntaxOf(flag: (name: string, byDefault: boolean) => boolean): JsonSyntax {
  return {
    singleQuotes: flag("allowSingleQuotes", true),
    notFinite: flag("allowNonNumericNumbers", true),
    controlCharacters: flag("allowUnquotedControlChars", false),
    leadingZeros: flag("allowNumericLeadingZeros", false),
    comments: flag("allowComments", false),
    unquotedNames: flag("allowUnquotedFieldNames", false),
    anyEscapes: flag("allowBackslashEscapingAnyCharacter", false),
  };
}
