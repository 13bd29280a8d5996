/** Divides the text of a statement into words, texts and signs, as far as rewriting needs it. */

/** A part of a statement that is neither white space nor a comment. */
export interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open before it. */
  readonly depth: number;
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[^]*?\*\/|(?<token>r?'(?:[^'\\]|\\[^])*'|r?"(?:[^"\\]|\\[^])*"|`(?:[^`]|``)*`|\w+|[^])/giy;

/** The tokens of a statement. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of sql.matchAll(TOKEN)) {
    const text = match.groups!.token;
    if (text === undefined) continue;
    if (text === ")" || text === "]") depth--;
    tokens.push({ text, start: match.index, end: match.index + text.length, depth });
    if (text === "(" || text === "[") depth++;
  }
  return tokens;
}

/** Whether a token is one of these words, in any case. */
export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token !== undefined && words.includes(token.text.toUpperCase());
}

/** The index of the token that closes the parenthesis at an index. */
export function closing(tokens: readonly Token[], open: number): number {
  const index = tokens.findIndex((token, at) => at > open && token.depth === tokens[open]!.depth);
  return index < 0 ? tokens.length : index;
}

/** Splits the tokens from one index to before another at the commas of their own level. */
export function splitAtCommas(tokens: readonly Token[], from: number, to: number): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens.slice(from, to)) {
    if (token.text === "," && token.depth === tokens[from]!.depth) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

/** The text from the first token of a list to its last one. */
export function textOf(sql: string, tokens: readonly Token[]): string {
  return tokens.length === 0 ? "" : sql.slice(tokens[0]!.start, tokens.at(-1)!.end);
}

/** A name without its backticks. */
export function nameOf(text: string): string {
  return text.startsWith("`") ? text.slice(1, -1).replaceAll("``", "`") : text;
}
