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
import { SfcrimeError } from "../base/errors.ts";

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

/**
 * A `[section]` header of a file. A section may be empty, so headers are listed separately from the entries.
 */
export interface IniSection {
  readonly name: string;
  readonly line: number;
}

/** The result of {@link parseIni}, in the order of the file. */
export interface IniFile {
  readonly sections: readonly IniSection[];
  readonly entries: readonly IniEntry[];
}

const LINE_MARK = "\u0000";
const NEWLINE_MARK = "\u0001";

/**
 * Parses INI text.
 *
 * @param path The path to name in errors, together with the line.
 * @throws {SfcrimeError} CONFIG, with file and line, if a line is not a section, a key or a comment, or if a
 * section or key is a duplicate.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * const file = parseIni("[query.a]\nsql = SELECT 1; -- #1\n", "app.cfg");
 * deepEqual(file.entries, [{ section: "query.a", key: "sql", value: "SELECT 1; -- #1", line: 2 }]);
 * ```
 */
export function parseIni(text: string, path: string): IniFile {
  const duplicates: string[] = [];
  const marked = logicalLines(text, path).map(({ text, line }) => markLine(text, line)).join("\n");
  const tree = parseMarked(marked, path, (section, name, value) => {
    const key = name.toLowerCase();
    if (Object.hasOwn(section, key)) duplicates.push(`${key}${LINE_MARK}${split(value).line}`);
    else section[key] = value;
  });
  refuseDuplicateKey(duplicates, path);
  return collect(tree, path);
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Joins indented lines to the one above, and drops comments and empty lines. */
function logicalLines(text: string, path: string): LogicalLine[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (raw.includes(LINE_MARK) || raw.includes(NEWLINE_MARK)) {
      throw new SfcrimeError(
        "CONFIG",
        `${path}:${index + 1}: this line contains a control character.`,
        {
          hint: "Save the file as plain UTF-8 text.",
        },
      );
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

function parseMarked(
  marked: string,
  path: string,
  keyMergeStrategy: KeyMergeStrategyFunction,
): Record<string, string | Section> {
  try {
    return parse(marked, { comment: [], autoTyping: false, keyMergeStrategy }) as Record<
      string,
      string | Section
    >;
  } catch (error) {
    const { line } = error as { line?: string };
    const at = split(line ?? "");
    // Neither the line nor the cause, which quotes it, is shown: the line may contain a secret.
    throw new SfcrimeError("CONFIG", `${path}:${at.line}: this line is not a section or a key.`, {
      hint: "Expected [section], key = value, # comment, or an indented line that continues a value.",
    });
  }
}

function split(marked: string): { text: string; line: number } {
  const at = marked.lastIndexOf(LINE_MARK);
  if (at < 0) return { text: marked, line: 1 };
  return { text: marked.slice(0, at).trimEnd(), line: Number(marked.slice(at + 1)) };
}

function refuseDuplicateKey(duplicates: readonly string[], path: string): void {
  const first = duplicates[0];
  if (first === undefined) return;
  const { text: key, line } = split(first);
  throw new SfcrimeError("CONFIG", `${path}:${line}: duplicate key ${key} in this section.`, {
    hint: "Remove one of the two.",
  });
}

function collect(tree: Record<string, string | Section>, path: string): IniFile {
  const sections: IniSection[] = [];
  const entries: IniEntry[] = [];
  for (const [markedName, content] of Object.entries(tree)) {
    if (typeof content === "string") {
      const { line } = split(content);
      throw new SfcrimeError(
        "CONFIG",
        `${path}:${line}: ${markedName} is not in any [section].`,
        {
          hint: "Move it below the section that it belongs to, such as [kafka].",
        },
      );
    }
    const { text: name, line } = split(markedName);
    const earlier = sections.find((section) => section.name === name);
    if (earlier !== undefined) {
      throw new SfcrimeError("CONFIG", `${path}:${line}: duplicate section [${name}].`, {
        hint: `Merge it with the first one, on line ${earlier.line}.`,
      });
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
