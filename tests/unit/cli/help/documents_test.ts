import { deepEqual, ok } from "assert";
import { DOCUMENTS, readDocument } from "../../../../lib/cli/help/documents.ts";
import { blocksOf } from "../../../../lib/cli/help/markdown/blocks.ts";
import { COLORS, NO_INK } from "../../../../lib/cli/help/markdown/inline.ts";
import { renderBlocks } from "../../../../lib/cli/help/markdown/render.ts";
import { cellsOf } from "../../../../lib/cli/terminal/fit_line.ts";
import { ROOT } from "../../../support/task.ts";

Deno.test("Every document of the project is inside the program", () => {
  const files = [...Deno.readDirSync(`${ROOT}docs`)].map(({ name }) => name).filter((name) =>
    name.endsWith(".md")
  );
  deepEqual(
    Object.entries(DOCUMENTS).map(([name, { file }]) => [name, file.pathname.split("/").at(-1)]).toSorted(),
    files.map((file) => [file.replace(/\.md$/, ""), file]).toSorted(),
  );
});

/** The letters and digits of a text, in their order. */
function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** What is no text in Markdown: diagrams, comments, pictures, the languages of code, and where links go in the project. */
const NO_TEXT =
  /```mermaid[^]*?```|<!--.*?-->|!\[[^\]]*\]\([^)]*\)|(?<=\])\((?!https?:)[^)\s]*\)|(?<=^ *```)\S+$/gm;

Deno.test("A rendered document has every letter of its text, in order", async () => {
  for (const [name, document] of Object.entries(DOCUMENTS)) {
    const markdown = await readDocument(document);
    const lines = renderBlocks(blocksOf(markdown), { ink: NO_INK, columns: Infinity });
    // Dividing them shows where they differ.
    deepEqual(
      lettersOf(lines.join("")).match(/.{1,60}/g),
      lettersOf(markdown.replaceAll(NO_TEXT, "")).match(/.{1,60}/g),
      name,
    );
  }
});

Deno.test("The lines of a rendered document fit, except words that are longer, and code", async () => {
  for (const [name, document] of Object.entries(DOCUMENTS)) {
    const blocks = blocksOf(await readDocument(document)).filter(({ kind }) => kind !== "code");
    for (const columns of [60, 100]) {
      for (const block of blocks) {
        const long = renderBlocks([block], { ink: NO_INK, columns }).filter((line) =>
          cellsOf(line) > columns
        );
        const words = long.map((line) => line.replace(/^ *(?:-|\d+\.|│) /, "").trim());
        deepEqual(words.filter((line) => block.kind !== "table" && line.includes(" ")), [], name);
      }
    }
  }
});

Deno.test("Colours change no line: a document has the same text with them", async () => {
  const blocks = blocksOf(await readDocument(DOCUMENTS.sinks!));
  const plain = renderBlocks(blocks, { ink: NO_INK, columns: 80 });
  const colored = renderBlocks(blocks, { ink: COLORS, columns: 80 });
  // deno-lint-ignore no-control-regex
  deepEqual(colored.map((line) => line.replaceAll(/\x1b\[\d+m/g, "")), plain);
  ok(colored.some((line) => line.includes("\x1b[")));
});
