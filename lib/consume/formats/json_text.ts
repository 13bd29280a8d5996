/** JSON for people: coloured, and indented if it is long. Its tokens stay as they are, so that numbers keep their digits. */
import { printable } from "../../base/text/printable.ts";

/** What a colour stands for; only the basic ones, which every terminal shows in its own theme. */
type Paint = "dim" | "key" | "name" | "text" | "number" | "word";

const CODES: Readonly<Record<Paint, number>> = { dim: 2, key: 36, name: 34, text: 32, number: 33, word: 35 };

/** A text in its colour. */
export function paint(text: string, as: Paint, color: boolean): string {
  return color ? `\x1b[${CODES[as]}m${text}\x1b[0m` : text;
}

/** A string with the colon that makes it a name, a number or word, or a mark. */
const TOKEN = /(?<string>"(?:[^"\\]|\\.)*")(?<colon>:?)|(?<bare>[^[\]{},:"]+)|(?<mark>.)/gsu;

const INDENT = "  ";

/** @param json Without white space between its tokens. */
export function jsonText(
  json: string,
  { color, isIndented }: { readonly color: boolean; readonly isIndented: boolean },
): string {
  let [text, depth, before] = ["", 0, ""];
  const onNewLine = () => isIndented ? `\n${INDENT.repeat(depth)}` : "";
  for (const { groups } of json.matchAll(TOKEN)) {
    const { string, colon, bare, mark } = groups!;
    const closes = mark === "}" || mark === "]";
    if (closes) depth--;
    // What is empty stays on its line.
    const opened = before === "{" || before === "[";
    if (closes ? !opened : opened || before === ",") text += onNewLine();
    if (string !== undefined) {
      text += paint(printable(string), colon === "" ? "text" : "name", color) + colon;
      if (colon !== "" && isIndented) text += " ";
    } else if (bare !== undefined) {
      text += paint(bare, /^[tfn]/.test(bare) ? "word" : "number", color);
    } else {
      text += mark;
    }
    if (mark === "{" || mark === "[") depth++;
    before = mark ?? string ?? bare!;
  }
  return text;
}
