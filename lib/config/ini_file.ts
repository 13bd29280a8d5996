/**
 * INI text to entries that know their line.
 *
 * The dialect is the one of Python's configparser, which the field's files are written in: `key = value`,
 * comments on lines of their own that begin with `#` or `;`, indented lines go on with the value above.
 * Nothing inside a value is special, so SQL may hold `;`, `#`, quotes and `=`. Keys and sections that stand
 * twice are refused: which of two wins is a riddle nobody should have to solve.
 *
 * The parser is js-ini. It does not say where a key stood, so each logical line carries its number behind a
 * character that no INI text may hold.
 */
import { type KeyMergeStrategyFunction, parse } from "js-ini";
import { SfcrimeError } from "../base/errors.ts";

/** One `key = value` of a file. */
export interface IniEntry {
  readonly section: string;
  /** In lower case, as configparser reads it. */
  readonly key: string;
  /** Without surrounding space; lines of a longer value are joined by `\n`. */
  readonly value: string;
  /** Line of the key, counted from 1. */
  readonly line: number;
}

/** A `[section]` header of a file; a section may be empty, so headers are kept beside the entries. */
export interface IniSection {
  readonly name: string;
  readonly line: number;
}

/** What {@link parseIni} found, in the order of the file. */
export interface IniFile {
  readonly sections: readonly IniSection[];
  readonly entries: readonly IniEntry[];
}

const LINE_MARK = "\u0000";
const NEWLINE_MARK = "\u0001";

/**
 * Parses INI text.
 *
 * @param path Named in errors, together with the line.
 * @throws {SfcrimeError} CONFIG, naming file and line, when a line is neither a section, a key nor a
 * comment, or when a section or key stands twice.
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

/** Joins indented lines to the one above, and leaves out comments and empty lines. */
function logicalLines(text: string, path: string): LogicalLine[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (raw.includes(LINE_MARK) || raw.includes(NEWLINE_MARK)) {
      throw new SfcrimeError(
        "CONFIG",
        `${path}:${index + 1}: a control character stands in this line.`,
        {
          hint: "An INI file is text; save it again as UTF-8.",
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
    // Neither the line nor the cause, which quotes it, is shown: it may be a secret in the wrong form.
    throw new SfcrimeError("CONFIG", `${path}:${at.line}: this line is neither a section nor a key.`, {
      hint: "Allowed are [section], key = value, # comment, and indented lines that go on with a value.",
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
  throw new SfcrimeError("CONFIG", `${path}:${line}: ${key} stands twice in its section.`, {
    hint: "Keep one of the two.",
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
        `${path}:${line}: ${markedName} stands before any [section].`,
        {
          hint: "Put it below the section it belongs to, such as [kafka].",
        },
      );
    }
    const { text: name, line } = split(markedName);
    const earlier = sections.find((section) => section.name === name);
    if (earlier !== undefined) {
      throw new SfcrimeError("CONFIG", `${path}:${line}: section [${name}] stands twice.`, {
        hint: `Join it to the first one, in line ${earlier.line}.`,
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
