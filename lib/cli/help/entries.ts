/** What the documents say of a single name: a setting, a function, a metric. It is what their tables have in rows. */
import type { Block } from "./markdown/blocks.ts";

/**
 * The rows about a name, each below the headings and with the head of its table.
 *
 * A name is that of a row if the first cell has it as code, alone or with what follows it in brackets or after a space.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * import { blocksOf } from "./markdown/blocks.ts";
 * const blocks = blocksOf("### Text\n\n| Function | Result |\n| --- | --- |\n| `upper(s)` | in capitals |\n| `lower(s)` | |\n");
 * deepEqual(entriesOf(blocks, "upper"), [
 *   { kind: "heading", level: 3, text: "Text" },
 *   { kind: "table", head: ["Function", "Result"], rows: [["`upper(s)`", "in capitals"]] },
 * ]);
 * ```
 */
export function entriesOf(blocks: readonly Block[], name: string): Block[] {
  let heading: Block | undefined;
  return blocks.flatMap((block) => {
    if (block.kind === "heading") heading = block;
    if (block.kind !== "table") return [];
    const section = heading?.kind === "heading" ? heading.text : "";
    const rows = block.rows.filter((row) => isAbout(row, { name: name.toLowerCase(), section }));
    if (rows.length === 0) return [];
    return [...heading === undefined ? [] : [heading], { ...block, rows }];
  });
}

/** All names that {@link entriesOf} finds. */
export function namesIn(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) =>
    block.kind === "table" ? block.rows.flatMap((row) => codesOf(row).map(nameOf)) : []
  ).filter((name) => name !== "");
}

/** `analyze.trigger` is the row `trigger` of the section `[analyze]`. */
function isAbout(
  row: readonly string[],
  { name, section }: { readonly name: string; readonly section: string },
): boolean {
  const prefix = /^\[(\w+)/.exec(section)?.[1];
  return codesOf(row).some((code) => {
    const own = nameOf(code);
    return own === name || (prefix !== undefined && `${prefix}.${own}` === name);
  });
}

/** What the first two cells have as code: a function and its synonyms, or a key and its default. */
function codesOf(row: readonly string[]): string[] {
  return [...(row[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

function nameOf(code: string): string {
  return /^[\w.-]+/.exec(code)?.[0].toLowerCase() ?? "";
}
