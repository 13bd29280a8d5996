/** A document as text for people: headings, wrapped paragraphs and lists, code as it is, tables that fit. */
import type { Block } from "./blocks.ts";
import { byWord, type Ink, inlineText } from "./inline.ts";
import { tableLines } from "./table.ts";
import { wrap } from "./wrap.ts";

/** How a document is rendered. */
export interface RenderOptions {
  readonly ink: Ink;
  /** The greatest width of a line; code may be wider. */
  readonly columns: number;
}

const CODE_INDENT = "    ";

/**
 * The lines of a document.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * import { blocksOf } from "./blocks.ts";
 * import { NO_INK } from "./inline.ts";
 * const blocks = blocksOf("## Sinks\n\n- to a *file*,\n  or more\n- to `kafka`\n");
 * deepEqual(renderBlocks(blocks, { ink: NO_INK, columns: 12 }), ["SINKS", "", "- to a file,", "  or more", "- to kafka"]);
 * ```
 */
export function renderBlocks(blocks: readonly Block[], options: RenderOptions): string[] {
  return blocks.flatMap((block, index) => {
    const lines = linesOf(block, options);
    const before = blocks[index - 1];
    const isTight = before === undefined || (before.kind === "item" && block.kind === "item");
    return isTight ? lines : ["", ...lines];
  });
}

function linesOf(block: Block, { ink, columns }: RenderOptions): string[] {
  switch (block.kind) {
    case "heading": {
      const text = inlineText(block.text, { strong: (word) => word, code: (word) => word });
      // Without colours, the case tells the upper headings from the lower ones.
      const shown = block.level <= 2 ? text.toUpperCase() : text;
      return wrap(byWord(shown, ink.strong), columns);
    }
    case "paragraph":
      return wrap(inlineText(block.text, ink), columns);
    case "quote":
      return indented(wrap(inlineText(block.text, ink), columns - 2), "│ ");
    case "item": {
      const marker = `${" ".repeat(block.indent)}${block.marker} `;
      const lines = wrap(inlineText(block.text, ink), columns - marker.length);
      return lines.map((line, index) => `${index === 0 ? marker : " ".repeat(marker.length)}${line}`);
    }
    case "code":
      return indented(block.lines, CODE_INDENT).map((line) => line.trimEnd());
    case "table":
      return tableLines({ ...block, ink, columns });
  }
}

function indented(lines: readonly string[], by: string): string[] {
  return lines.map((line) => `${by}${line}`);
}
