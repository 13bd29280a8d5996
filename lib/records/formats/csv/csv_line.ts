/**
 * Splits a line of CSV into its values, by the rules of the parser that Spark uses (univocity). They go further than RFC
 * 4180: a quote has an escape character, which has one itself, and a quote that is not escaped makes the text as it
 * stands, with its quotes, a value. `tests/golden/from_csv` has the answers of a real Spark.
 */
import type { CsvOptions } from "./csv_options.ts";

/** The values of a line; undefined if it is empty or a comment. */
export type SplitLine = (line: string) => readonly string[] | undefined;

/** Stands for a character that is not set, or for none. */
const NONE = "\0";

/** How lines are split by the given options. */
export function lineSplitter(options: CsvOptions): SplitLine {
  const { separator, quote, nullValue, ignoresLeadingSpace, ignoresTrailingSpace, comment } = options;
  const splitter = new Splitter(options);
  return (line) => {
    const isPlain = !ignoresLeadingSpace && !ignoresTrailingSpace && comment === NONE && line !== "" &&
      !line.includes(quote);
    if (!isPlain) return splitter.split(line);
    const values = line.split(separator);
    for (let index = 0; index < values.length; index++) if (values[index] === "") values[index] = nullValue;
    return values;
  };
}

class Splitter {
  readonly #options: CsvOptions;
  #line = "";
  #at = 0;

  constructor(options: CsvOptions) {
    this.#options = options;
  }

  split(line: string): readonly string[] | undefined {
    const { separator, quote, nullValue, ignoresLeadingSpace, comment } = this.#options;
    this.#line = line;
    this.#at = 0;
    if (line === "" || (comment !== NONE && line[0] === comment)) return undefined;
    const values: string[] = [];
    for (;;) {
      if (ignoresLeadingSpace) this.#skipSpace();
      if (this.#isAtEnd) values.push(nullValue);
      else values.push(line[this.#at] === quote ? this.#quoted() : this.#unquoted());
      if (!line.startsWith(separator, this.#at)) return values;
      this.#at += separator.length;
    }
  }

  /** Whether a value ends here. */
  get #isAtEnd(): boolean {
    return this.#at >= this.#line.length || this.#line.startsWith(this.#options.separator, this.#at);
  }

  get #isAtSpace(): boolean {
    return this.#at < this.#line.length && this.#line[this.#at]! <= " ";
  }

  #skipSpace(): void {
    while (this.#isAtSpace && !this.#isAtEnd && this.#line[this.#at] !== this.#options.quote) this.#at++;
  }

  #unquoted(): string {
    const text = this.#rest();
    if (text !== "") return text;
    return this.#at < this.#line.length ? this.#options.nullValue : this.#options.emptyValue;
  }

  /** The text to the end of the value. */
  #rest(): string {
    const start = this.#at;
    while (!this.#isAtEnd) this.#at++;
    const text = this.#line.slice(start, this.#at);
    return this.#options.ignoresTrailingSpace ? withoutTrailingSpace(text) : text;
  }

  #quoted(): string {
    const { emptyValue, nullValue } = this.#options;
    const value = new QuotedValue(this.#options);
    this.#at++;
    const text = this.#contentOf(value);
    if (text !== "") return text;
    return value.isEmpty || this.#at < this.#line.length ? emptyValue : nullValue;
  }

  /** The content up to the closing quote, or the text as it stands, if a quote is not escaped. */
  #contentOf(value: QuotedValue): string {
    const { quote, escape, stopsAtDelimiter } = this.#options;
    const closed = escape === NONE ? this.#closed() : undefined;
    if (closed !== undefined) return closed;
    for (;;) {
      if (this.#at >= this.#line.length) return value.atEndOfLine();
      const char = this.#line[this.#at]!;
      if (value.previous === quote && (this.#isAtEnd || char <= " ")) {
        const more = this.#afterQuote();
        if (more === undefined) return value.text;
        if (stopsAtDelimiter) return quote + value.text + quote + more + this.#restAfterSpace();
        value.goOn(quote + more, this.#line[this.#at]!);
        this.#at++;
      } else if (char !== quote && char !== escape) {
        if (value.previous !== quote) this.#addRun(value);
        else if (stopsAtDelimiter) return quote + value.text + quote + this.#rest();
        else {
          value.goOn(quote, char);
          this.#at++;
        }
      } else {
        if (value.take(char)) this.#at++;
        else this.#addUnquoted(value);
        if (value.isUnescaped && this.#isAtEnd) return value.text;
      }
    }
  }

  /** What stands before the next quote, if that closes the value. */
  #closed(): string | undefined {
    const { quote, separator } = this.#options;
    const end = this.#line.indexOf(quote, this.#at);
    if (end < 0 || !this.#line.startsWith(separator, end + 1)) return undefined;
    const text = this.#line.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  /** The text to the end of the value; a quote after its first character is added to a line that ends there. */
  #restAfterSpace(): string {
    const { quote } = this.#options;
    const [first, second] = [this.#line[this.#at], this.#line[this.#at + 1]];
    const text = this.#rest();
    return this.#at >= this.#line.length && first !== quote && second === quote ? text + quote : text;
  }

  /** The white space after a closing quote, if something else follows it. */
  #afterQuote(): string | undefined {
    if (this.#isAtEnd) return undefined;
    const start = this.#at;
    do this.#at++; while (this.#isAtSpace && !this.#isAtEnd);
    return this.#isAtEnd ? undefined : this.#line.slice(start, this.#at);
  }

  /** Adds what has no special character. */
  #addRun(value: QuotedValue): void {
    const start = this.#at;
    while (this.#at < this.#line.length && !value.isSpecial(this.#line[this.#at]!)) this.#at++;
    value.add(this.#line.slice(start, this.#at), this.#line[this.#at]);
    this.#at++;
  }

  /** After a quote that was followed by an escape character, the value goes on as if it had no quotes. */
  #addUnquoted(value: QuotedValue): void {
    for (; !this.#isAtEnd; this.#at++) value.takeUnquoted(this.#line[this.#at]!);
    const char = this.#line[this.#at];
    if (char === undefined) return;
    value.pass(char);
    this.#at++;
  }
}

function withoutTrailingSpace(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1]! <= " ") end--;
  return text.slice(0, end);
}

/** A value in quotes, as far as it was read. */
class QuotedValue {
  readonly #options: CsvOptions;
  text = "";
  /** The character before, if it may still mean something. */
  previous = NONE;
  /** The character that was read last. */
  #last: string;
  /** Whether a quote was not escaped. */
  isUnescaped = false;

  constructor(options: CsvOptions) {
    this.#options = options;
    this.#last = options.quote;
  }

  /** Whether something was read, though it has no text. */
  get isEmpty(): boolean {
    return this.previous !== NONE;
  }

  isSpecial(char: string): boolean {
    const { quote, escape, escapeOfEscape } = this.#options;
    return char === quote || char === escape || char === escapeOfEscape;
  }

  /** Adds a text, and the special character after it, if any. */
  add(text: string, next: string | undefined): void {
    const { escape } = this.#options;
    if (this.previous === escape && escape !== NONE) this.text += escape;
    this.text += text;
    this.#last = next ?? text[0]!;
    if (next !== undefined) this.previous = next;
  }

  /** Adds a quote that was not escaped, and what follows it. */
  goOn(text: string, char: string): void {
    this.isUnescaped = true;
    this.text += text + (this.isSpecial(char) && text.length > 1 ? "" : char);
    this.previous = this.#last = char;
  }

  /** Takes a quote or an escape character; false if a quote before it was not escaped. */
  take(char: string): boolean {
    const { quote } = this.#options;
    const kept = this.#keep(char);
    if (kept === undefined) {
      this.text += quote;
      this.previous = this.#last = char;
      return false;
    }
    this.previous = this.#last = kept;
    return true;
  }

  /** Passes a separator, which is no part of the value. */
  pass(char: string): void {
    this.previous = this.#last = char;
  }

  /** Takes a character of a value without quotes. */
  takeUnquoted(char: string): void {
    const { quote, escape } = this.#options;
    if (char !== quote && char !== escape) {
      if (this.previous === quote) this.text += quote;
      this.text += char;
      this.previous = this.#last = char;
    } else this.take(char);
  }

  /** The text, at the end of the line: the quote may be closed by it. */
  atEndOfLine(): string {
    const { quote } = this.#options;
    if (this.#last === quote && this.previous !== quote && !this.isUnescaped) this.text += quote;
    return this.text;
  }

  /** What remains of a quote or an escape character for the next one; undefined after a quote that was not escaped. */
  #keep(char: string): string | undefined {
    const { quote, escape, escapeOfEscape } = this.#options;
    if (char === escape && this.previous === escapeOfEscape && escapeOfEscape !== NONE) {
      this.text += escape;
      return NONE;
    }
    if (this.previous === escape) {
      this.text += char === quote ? quote : escape;
      return char === quote ? NONE : char;
    }
    if (this.previous === quote) {
      if (char !== quote) return undefined;
      this.text += quote;
    }
    return char;
  }
}
