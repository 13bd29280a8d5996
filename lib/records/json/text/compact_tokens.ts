/** The tokens of JSON that this program has written: valid, and without white space. */

/** Brackets, commas and colons; strings; numbers and words. */
const TOKENS = /[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^{}[\],:"]+/g;

/** The tokens, as they are in the text. */
export function compactTokens(json: string): readonly string[] {
  return json.match(TOKENS) ?? [];
}
