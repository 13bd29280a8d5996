/** The texts of some fields of a JSON object, as Spark's `json_tuple` gives them. */
import { JsonTokens } from "../json_tokens.ts";
import { copyValue } from "./copy_value.ts";
import { TEXT_SYNTAX } from "./json_syntax.ts";
import { ifJson, MALFORMED } from "./malformed.ts";

/** A text for each of the fields: NULL where there is none, and for all of them if the text is no JSON object. */
export function jsonTuple(json: string | null, fields: readonly (string | null)[]): (string | null)[] {
  const found = json === null ? undefined : ifJson(() => read(new JsonTokens(json, TEXT_SYNTAX), fields));
  return found ?? fields.map(() => null);
}

/** Of fields with the same name, the last one that is not null counts. */
function read(tokens: JsonTokens, fields: readonly (string | null)[]): (string | null)[] {
  const found = fields.map((): string | null => null);
  if (tokens.next() !== "{") return found;
  for (let token = tokens.next(); token !== "}"; token = tokens.next()) {
    if (token === undefined) throw MALFORMED;
    const { name } = tokens;
    if (token === "name" && name !== undefined && fields.includes(name) && tokens.next() !== "null") {
      const text = tokens.current === "string" ? tokens.value : copyValue(tokens);
      fields.forEach((field, index) => {
        if (field === name) found[index] = text;
      });
    }
    tokens.skipChildren();
  }
  return found;
}
