/** JSON values as compact JSON, with numbers as Java prints them. */
import { quote, scalarOf, tokenJson } from "../json_token.ts";
import type { JsonTokens } from "../json_tokens.ts";
import { MALFORMED } from "./malformed.ts";

/**
 * Reads the value at the current token, up to its end, and returns it as compact JSON.
 *
 * @throws {@link MALFORMED}
 */
export function copyValue(tokens: JsonTokens, quoted: (text: string) => string = quote): string {
  const { current } = tokens;
  if (current === "{" || current === "[") return copyStructure(tokens, quoted);
  if (current === "null") return current;
  if (current === undefined || current === "}" || current === "]" || current === "name") throw MALFORMED;
  return tokenJson(scalarOf(current, tokens.value), quoted);
}

/** The same for an object or array. */
export function copyStructure(tokens: JsonTokens, quoted: (text: string) => string = quote): string {
  let text: string = tokens.current!;
  let comma = "";
  for (let depth = 1; depth > 0;) {
    const token = tokens.next();
    if (token === undefined) throw MALFORMED;
    if (token === "}" || token === "]") {
      text += token;
      depth--;
    } else {
      text += comma;
      if (token === "name") text += `${quoted(tokens.name!)}:`;
      else if (token === "{" || token === "[") {
        text += token;
        depth++;
      } else text += token === "null" ? token : tokenJson(scalarOf(token, tokens.value), quoted);
    }
    comma = token === "name" || token === "{" || token === "[" ? "" : ",";
  }
  return text;
}
