/**
 * Parses INI text to entries with their line numbers.
 *
 * The dialect is that of Python's configparser: `key = value`, comments on lines of their own that begin with
 * `#` or `;`, and indented lines that continue the value above. Nothing inside a value is special, so SQL may
 * contain `;`, `#`, quotes and `=`. Duplicate keys and sections are rejected: nobody should have to guess
 * which one wins.
 *
 * The parser is js-ini. It does not report line numbers, so each logical line carries its own, after a
 * character that INI text may not contain.
 */
import { type KeyMergeStrategyFunction, parse } from "js-ini";
import { UNREADABLE_LINES_MAX } from "../base/bounds.ts";

/** One `key = value` of a file. */
export interface IniEntry {
  readonly section: string;
  /** In lower case, as configparser reads it. */
  readonly key: string;
  /** Without surrounding white space; the lines of a multi-line value are joined by `\n`. */
  readonly value: string;
  /** The line of the key, counted from 1. */
  readonly line: number;
}

/** A line that cannot be read. */
export interface IniProblem {
  readonly line: number;
  /** The section that it is in. */
  readonly section: string | undefined;
  /** What is wrong, without the place. */
  readonly message: string;
  readonly hint: string;
}

/** The result of {@link parseIni}, in the order of the file. */
export interface IniFile {
  /** The `[section]` headers, apart from the entries, since a section may be empty. */
  readonly sections: readonly { readonly name: string; readonly line: number }[];
  readonly entries: readonly IniEntry[];
  /** The lines that were left out, in order. */
  readonly problems: readonly IniProblem[];
}

const LINE_MARK = "\u0000";
const NEWLINE_MARK = "\u0001";

/**
 * Parses INI text. A line that is not a section, a key or a comment, and a section or key that is a duplicate, is
 * left out, and listed.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * const file = parseIni("[query.a]\nsql = SELECT 1; -- #1\nmode\n");
 * deepEqual(file.entries, [{ section: "query.a", key: "sql", value: "SELECT 1; -- #1", line: 2 }]);
 * deepEqual(file.problems.map(({ line, message }) => [line, message]), [[3, "this line is not a section or a key."]]);
 * ```
 */
export function parseIni(text: string): IniFile {
  const found: Found = [];
  const lines = logicalLines(text, found);
  const tree = parseLines([...lines], found);
  const { sections, entries } = collect(tree, found);
  const headers = lines.filter((line) => line.text.startsWith("["));
  const sectionAt = (line: number) =>
    headers.findLast((header) => header.line <= line)?.text.replace(/^\[|\]$/g, "");
  const problems = found.toSorted((left, right) => left.line - right.line)
    .map((problem) => ({ ...problem, section: sectionAt(problem.line) }));
  return { sections, entries, problems };
}

type Found = Omit<IniProblem, "section">[];

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Joins indented lines to the one above, and drops comments and empty lines. */
function logicalLines(text: string, found: Found): LogicalLine[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (raw.includes(LINE_MARK) || raw.includes(NEWLINE_MARK)) {
      found.push({
        line: index + 1,
        message: "this line contains a control character.",
        hint: "Save the file as plain UTF-8 text.",
      });
      continue;
    }
    const content = raw.trim();
    if (content === "" || content.startsWith("#") || content.startsWith(";")) continue;
    const above = lines.at(-1);
    const continues = /^\s/.test(raw) && above !== undefined && !above.text.startsWith("[");
    if (continues) above.text += NEWLINE_MARK + content;
    else lines.push({ text: content, line: index + 1 });
  }
  return lines;
}

function markLine(text: string, line: number): string {
  return text.startsWith("[") && text.endsWith("]")
    ? `${text.slice(0, -1).trimEnd()}${LINE_MARK}${line}]`
    : `${text}${LINE_MARK}${line}`;
}

type Section = Record<string, string>;

type Tree = Record<string, string | Section>;

/** The parser stops at the first line that it cannot read; it is left out, and the rest is parsed again. */
function parseLines(lines: LogicalLine[], found: Found): Tree {
  for (let count = 0; count < UNREADABLE_LINES_MAX; count++) {
    const duplicates: Found = [];
    try {
      const tree = parseMarked(lines, duplicates);
      found.push(...duplicates);
      return tree;
    } catch (error) {
      const { line } = split((error as { line?: string }).line ?? "");
      const index = lines.findIndex((other) => other.line === line);
      if (index < 0) throw error;
      lines.splice(index, 1);
      // The line is not shown: it may contain a secret.
      found.push({
        line,
        message: "this line is not a section or a key.",
        hint: "Expected [section], key = value, # comment, or an indented line that continues a value.",
      });
    }
  }
  return {};
}

function parseMarked(lines: readonly LogicalLine[], duplicates: Found): Tree {
  const keyMergeStrategy: KeyMergeStrategyFunction = (section, name, value) => {
    const key = name.toLowerCase();
    if (!Object.hasOwn(section, key)) section[key] = value;
    else {
      const message = `duplicate key ${key} in this section.`;
      duplicates.push({ line: split(String(value)).line, message, hint: "Remove one of the two." });
    }
  };
  const marked = lines.map(({ text, line }) => markLine(text, line)).join("\n");
  return parse(marked, { comment: [], autoTyping: false, keyMergeStrategy }) as Tree;
}

function split(marked: string): { text: string; line: number } {
  const at = marked.lastIndexOf(LINE_MARK);
  if (at < 0) return { text: marked, line: 1 };
  return { text: marked.slice(0, at).trimEnd(), line: Number(marked.slice(at + 1)) };
}

function collect(tree: Tree, found: Found): Pick<IniFile, "sections" | "entries"> {
  const sections: { name: string; line: number }[] = [];
  const entries: IniEntry[] = [];
  for (const [markedName, content] of Object.entries(tree)) {
    if (typeof content === "string") {
      found.push({
        line: split(content).line,
        message: `${markedName} is not in any [section].`,
        hint: "Move it below the section that it belongs to, such as [kafka].",
      });
      continue;
    }
    const { text: name, line } = split(markedName);
    const earlier = sections.find((section) => section.name === name);
    if (earlier !== undefined) {
      const hint = `Merge it with the first one, on line ${earlier.line}.`;
      found.push({ line, message: `duplicate section [${name}].`, hint });
      continue;
    }
    sections.push({ name, line });
    for (const [key, markedValue] of Object.entries(content)) {
      const value = split(markedValue);
      entries.push({
        section: name,
        key,
        value: value.text.replaceAll(NEWLINE_MARK, "\n").trim(),
        line: value.line,
      });
    }
  }
  return { sections, entries };
}
