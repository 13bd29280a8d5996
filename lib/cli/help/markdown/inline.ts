/** The marks within a text of Markdown: code, emphasis and links. */

/** How marked words look. Each word is marked by itself, so that a line may end anywhere. */
export interface Ink {
  readonly strong: (word: string) => string;
  readonly code: (word: string) => string;
}

/** Text for other programs. */
export const NO_INK: Ink = { strong: (word) => word, code: (word) => word };

/** Text for a terminal: only the basic colours, which every terminal shows in its own theme. */
export const COLORS: Ink = {
  strong: (word) => `\x1b[1m${word}\x1b[0m`,
  code: (word) => `\x1b[36m${word}\x1b[0m`,
};

const MARKS =
  /(`+)(.+?)\1|\*\*(.+?)\*\*|!\[[^\]]*\]\([^)]*\)|\[((?:`[^`]*`|[^`\]])+)\]\(([^)\s]+)\)|\\([\\`*_<>[\]#])|(?<![\w*])[*_]([^*_\s][^*_]*)[*_](?![\w*])/g;

/**
 * A text without its marks. Of links to other documents the text is left, of those to the web also the address.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(inlineText("see [SQL](sql.md) and `a.b`", NO_INK), "see SQL and a.b");
 * equal(inlineText("[Kafka](https://kafka.apache.org)", NO_INK), "Kafka (https://kafka.apache.org)");
 * ```
 */
export function inlineText(text: string, ink: Ink): string {
  return text.replaceAll(
    MARKS,
    (
      _mark,
      _ticks,
      code?: string,
      bold?: string,
      link?: string,
      target?: string,
      escaped?: string,
      emphasis?: string,
    ) => {
      if (code !== undefined) return byWord(code.trim(), ink.code);
      if (bold !== undefined) return byWord(inlineText(bold, NO_INK), ink.strong);
      if (link !== undefined) {
        const words = inlineText(link, ink);
        return /^https?:/.test(target!) && target !== link ? `${words} (${target})` : words;
      }
      return escaped ?? emphasis ?? "";
    },
  );
}

/** Marks each word of a text. */
export function byWord(text: string, mark: (word: string) => string): string {
  return text.split(" ").map((word) => word === "" ? "" : mark(word)).join(" ");
}
