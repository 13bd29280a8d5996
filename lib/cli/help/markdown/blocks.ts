/** Markdown, as far as the documents use it, as a list of blocks. Comments and pictures are left out. */

/** A part of a document. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "quote"; readonly text: string }
  /** An item of a list; `indent` is the column of its marker. */
  | { readonly kind: "item"; readonly indent: number; readonly marker: string; readonly text: string }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | {
    readonly kind: "table";
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };

/** Diagrams are no text. */
const LEFT_OUT: readonly string[] = ["mermaid"];

/**
 * The blocks of a document.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(blocksOf("# Sinks\n\nRows go\nto *one*.\n\n- a\n  b\n"), [
 *   { kind: "heading", level: 1, text: "Sinks" },
 *   { kind: "paragraph", text: "Rows go to *one*." },
 *   { kind: "item", indent: 0, marker: "-", text: "a b" },
 * ]);
 * ```
 */
export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const { block, next } = blockAt(lines, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

/** A block, and the line after it. */
interface Found {
  readonly block?: Block | undefined;
  readonly next: number;
}

const FENCE = /^ *```(\S*)/;
const ITEM = /^( *)([-*]|\d+\.) +(.*)$/;
const HEADING = /^(#{1,6}) +(.*)$/;

function blockAt(lines: readonly string[], at: number): Found {
  const line = lines[at]!;
  if (line.trim() === "" || /^ *<!--.*-->$/.test(line) || /^ *!\[[^\]]*\]\([^)]*\)$/.test(line)) {
    return { next: at + 1 };
  }
  const fence = FENCE.exec(line);
  if (fence !== null) return codeAt(lines, at, fence[1]!);
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return { block: { kind: "heading", level: heading[1]!.length, text: heading[2]! }, next: at + 1 };
  }
  if (line.startsWith("|")) return tableAt(lines, at);
  const { text, next } = textAt(lines, at);
  const item = ITEM.exec(line);
  if (item !== null) {
    const [, space, marker] = item;
    const rest = text.replace(/^\s*(?:[-*]|\d+\.) +/, "");
    return { block: { kind: "item", indent: space!.length, marker: marker!, text: rest }, next };
  }
  if (line.startsWith(">")) {
    return { block: { kind: "quote", text: text.replaceAll(/(?:^|(?<= ))> ?/g, "") }, next };
  }
  return { block: { kind: "paragraph", text: text.trim() }, next };
}

function codeAt(lines: readonly string[], at: number, language: string): Found {
  const end = lines.findIndex((line, index) => index > at && /^ *```\s*$/.test(line));
  const next = end < 0 ? lines.length : end + 1;
  const code = lines.slice(at + 1, end < 0 ? undefined : end);
  return { block: LEFT_OUT.includes(language) ? undefined : { kind: "code", lines: code }, next };
}

function tableAt(lines: readonly string[], at: number): Found {
  let next = at;
  while (lines[next]?.startsWith("|") === true) next++;
  const [head = [], , ...rows] = lines.slice(at, next).map(cellsOfRow);
  return { block: { kind: "table", head, rows }, next };
}

/** The cells of a row; a bar in a cell is escaped. */
function cellsOfRow(line: string): string[] {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) =>
    cell.trim().replaceAll("\\|", "|")
  );
}

/** The lines that belong together, as one. */
function textAt(lines: readonly string[], at: number): { readonly text: string; readonly next: number } {
  let next = at + 1;
  const goesOn = (line: string | undefined) =>
    line !== undefined && line.trim() !== "" && !FENCE.test(line) && !HEADING.test(line) &&
    !ITEM.test(line) &&
    !line.startsWith("|") && !line.startsWith("<!--");
  while (goesOn(lines[next])) next++;
  return { text: [lines[at]!, ...lines.slice(at + 1, next).map((line) => line.trim())].join(" "), next };
}
