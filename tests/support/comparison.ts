/** The commands of `docs/comparison.md`: those of the column of `sfcrime`, in the order of the page. */
import { readFileSync } from "node:fs";
import { shellWords } from "./shell_words.ts";

/** A row of a table. */
export interface ComparedUse {
  readonly section: string;
  readonly what: string;
  /** The words after `sfcrime`. */
  readonly args: readonly string[];
}

/** All rows. @throws {Error} For one without a command of ours. */
export function comparedUses(): ComparedUse[] {
  const page = readFileSync(new URL("../../docs/comparison.md", import.meta.url), "utf8");
  return page.split(/^## /m).slice(1).flatMap((section) => {
    const [title, ...lines] = section.split("\n");
    const rows = lines.filter((line) => line.startsWith("|") && !/^\| -/.test(line)).slice(1);
    return rows.map((row): ComparedUse => {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"));
      const command = /^`sfcrime (.+)`$/.exec(cells.at(-1)!)?.[1];
      if (command === undefined) throw new Error(`No command of ours in the row: ${row}`);
      return { section: title!, what: cells[0]!, args: shellWords(command) };
    });
  });
}
