/** How many elements an array in JSON has, and which members an object has, as Spark's functions count them. */
import { JsonTokens } from "../json_tokens.ts";
import { TEXT_SYNTAX } from "./json_syntax.ts";
import { ifJson, MALFORMED } from "./malformed.ts";

/** The number of elements; NULL if the text is no array. */
export function countElements(json: string): number | null {
  return read(json, (tokens) => {
    if (tokens.next() !== "[") return null;
    let count = 0;
    for (let token = tokens.next(); token !== "]"; token = tokens.next()) {
      if (token === undefined) throw MALFORMED;
      count++;
      tokens.skipChildren();
    }
    return count;
  });
}

/** The names of the members, also those that come twice; NULL if the text is no object. */
export function memberNames(json: string): readonly string[] | null {
  return read(json, (tokens) => {
    if (tokens.next() !== "{") return null;
    const names: string[] = [];
    while (tokens.next() === "name") {
      names.push(tokens.name!);
      tokens.next();
      tokens.skipChildren();
    }
    return names;
  });
}

/** NULL if what is read is not JSON. */
function read<T>(json: string, from: (tokens: JsonTokens) => T | null): T | null {
  return ifJson(() => from(new JsonTokens(json, TEXT_SYNTAX))) ?? null;
}
