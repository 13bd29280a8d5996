/** The words of Spark's DDL: names, types and comments, without the white space between them. */

/** What a token is. */
type TokenKind = "name" | "quoted" | "text" | "mark" | "end";

/** A token, and where it stands. */
interface Token {
  readonly kind: TokenKind;
  /** As it is written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKENS =
  /[ \t\r\n]+|(?<quoted>`(?:[^`]|``)+`)|(?<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?<name>[\p{L}\d_]+)|(?<mark>.)/gsu;

/** Reads DDL token by token. */
export class DdlTokens {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokensOf(source);
  }

  /** Where the next token begins. */
  get position(): number {
    return this.#token().start;
  }

  get isAtEnd(): boolean {
    return this.#token().kind === "end";
  }

  /** Whether a word comes next. */
  get isBeforeWord(): boolean {
    return this.#token().kind === "name";
  }

  /** The text from a position to the end of the last token that was taken. */
  since(start: number): string {
    return this.#source.slice(start, this.#tokens[this.#next - 1]?.end ?? start);
  }

  /** Takes the next token if it is the mark. */
  takeMark(mark: string): boolean {
    return this.#takeIf(({ kind, text }) => kind === "mark" && text === mark);
  }

  /** Takes the next tokens if they are the words, in any case. */
  takeWords(...words: readonly string[]): boolean {
    const matches = words.every((word, index) => {
      const token = this.#token(index);
      return token.kind === "name" && token.text.toUpperCase() === word;
    });
    if (matches) this.#next += words.length;
    return matches;
  }

  /** Takes a plain word, which is returned in upper case. */
  takeWord(): string | undefined {
    const { text } = this.#token();
    return this.#takeIf(({ kind }) => kind === "name") ? text.toUpperCase() : undefined;
  }

  /** Takes a name, with or without backticks. */
  takeName(): string | undefined {
    const { kind, text } = this.#token();
    if (!this.#takeIf((token) => token.kind === "name" || token.kind === "quoted")) return undefined;
    return kind === "quoted" ? text.slice(1, -1).replaceAll("``", "`") : text;
  }

  /** Takes a whole number. */
  takeNumber(): number | undefined {
    const { text } = this.#token();
    return this.#takeIf((token) => token.kind === "name" && /^\d+$/.test(token.text))
      ? Number(text)
      : undefined;
  }

  /** Takes a text in quotes; what is returned is without them. */
  takeText(): string | undefined {
    const { text } = this.#token();
    if (!this.#takeIf(({ kind }) => kind === "text")) return undefined;
    const quote = text[0]!;
    return text.slice(1, -1).replaceAll(quote + quote, quote).replace(/\\(.)/gs, "$1");
  }

  /** Takes what stands in parentheses, of any kind, and returns it as it is written. */
  takeParenthesized(): string | undefined {
    const [start, from] = [this.#next, this.#token().end];
    if (!this.takeMark("(")) return undefined;
    for (let depth = 1; !this.isAtEnd;) {
      const { kind, text, start: end } = this.#token();
      this.#next++;
      if (kind !== "mark") continue;
      if (text === "(") depth++;
      if (text === ")" && --depth === 0) return this.#source.slice(from, end);
    }
    this.#next = start;
    return undefined;
  }

  /** Takes everything up to a mark that stands outside of parentheses and angle brackets. */
  skipTo(mark: string): void {
    for (let depth = 0; !this.isAtEnd; this.#next++) {
      const { kind, text } = this.#token();
      if (kind !== "mark") continue;
      if (text === mark && depth <= 0) return;
      if (text === "(" || text === "<") depth++;
      if (text === ")" || text === ">") depth--;
    }
  }

  #takeIf(matches: (token: Token) => boolean): boolean {
    const token = this.#token();
    if (token.kind === "end" || !matches(token)) return false;
    this.#next++;
    return true;
  }

  #token(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!;
  }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: text, index, groups } of source.matchAll(TOKENS)) {
    const kind = (["quoted", "text", "name", "mark"] as const).find((kind) => groups![kind] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text, start: index, end: index + text.length });
  }
  return [...tokens, { kind: "end", text: "", start: source.length, end: source.length }];
}
