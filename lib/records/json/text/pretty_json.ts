/** JSON with line breaks and indentation, as Jackson's DefaultPrettyPrinter writes it. */
import { compactTokens } from "./compact_tokens.ts";

/** The same JSON: members of objects on lines of their own, elements of arrays beside each other. */
export function prettyJson(json: string): string {
  let text = "";
  let depth = 0;
  const open: string[] = [];
  let isEmpty = false;
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const token of compactTokens(json)) {
    const inObject = open.at(-1) === "{";
    switch (token) {
      case "{":
      case "[":
        text += (isEmpty ? inObject ? line() : " " : "") + token;
        open.push(token);
        if (token === "{") depth++;
        isEmpty = true;
        break;
      case "}":
      case "]":
        open.pop();
        if (token === "}") depth--;
        text += `${isEmpty || token === "]" ? " " : line()}${token}`;
        isEmpty = false;
        break;
      case ",":
        text += inObject ? `,${line()}` : ", ";
        break;
      case ":":
        text += " : ";
        break;
      default:
        text += (isEmpty ? inObject ? line() : " " : "") + token;
        isEmpty = false;
    }
  }
  return text;
}
