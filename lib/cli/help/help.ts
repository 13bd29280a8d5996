/**
 * `sfcrime help`: the help of a command, a document, or what the documents say of a name. On a terminal it is paged.
 */
import { Argument, type Command } from "commander";
import { SfcrimeError } from "../../base/errors.ts";
import { didYouMean, nearest } from "../../base/text/nearest.ts";
import type { Io } from "../io.ts";
import { DOCUMENTS, readDocument } from "./documents.ts";
import { entriesOf, namesIn } from "./entries.ts";
import { type Block, blocksOf } from "./markdown/blocks.ts";
import { COLORS, type Ink, NO_INK } from "./markdown/inline.ts";
import { renderBlocks } from "./markdown/render.ts";
import { showPages } from "./pager.ts";
import { hasColor } from "./program_help.ts";

const ALL_HELP = "sfcrime help lists the commands and the documents.";

/** The width of text that no terminal shows. */
const COLUMNS_PIPED = 80;
/** On a wide terminal, lines get no longer than this; tables may. */
const COLUMNS_MAX = 100;

/** Adds the verb's argument and its action. */
export function addHelp(command: Command, io: Io): void {
  command.addArgument(
    new Argument(
      "[name...]",
      "a command, a document, a setting, or a function of SQL (default: what there is)",
    ),
  );
  command.action(async (words: readonly string[]) => {
    const program = command.parent!;
    const ink = hasColor(program, io, "stdout") ? COLORS : NO_INK;
    const target = commandNamed(program, words);
    if (target !== undefined) {
      const text = helpOf(target);
      const lines = (target === program ? `${text}\n${documentList(ink)}` : text).trimEnd().split("\n");
      return await showPages(io, () => lines);
    }
    const blocks = await blocksAbout(program, words);
    await showPages(
      io,
      (columns = COLUMNS_PIPED) => renderBlocks(blocks, { ink, columns: Math.min(columns, COLUMNS_MAX) }),
    );
  });
}

/** The command with these words; the program itself without any. */
function commandNamed(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (at, word) => at?.commands.find((command) => command.name() === word),
    program,
  );
}

/** The help of a command, as `--help` prints it. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => text += part }).outputHelp();
  return text;
}

function documentList(ink: Ink): string {
  const names = Object.keys(DOCUMENTS);
  const width = Math.max(...names.map((name) => name.length));
  return [
    ink.strong("Documents:"),
    ...names.map((name) => `  ${name.padEnd(width)}  ${DOCUMENTS[name]!.title}`),
    "",
    "sfcrime help NAME shows one of them, the help of a command, a setting, or a function of SQL.",
  ].join("\n");
}

/** A document, or all rows about a name. @throws {SfcrimeError} USAGE */
async function blocksAbout(program: Command, words: readonly string[]): Promise<Block[]> {
  const name = words.join("_").toLowerCase().replaceAll("-", "_").replace(/\.md$/, "");
  const document = DOCUMENTS[name];
  if (document !== undefined) return blocksOf(await readDocument(document));
  const all = await Promise.all(
    Object.values(DOCUMENTS).map(async (document) => blocksOf(await readDocument(document))),
  );
  const word = words.join(" ").toLowerCase();
  const found = all.flatMap((blocks) => entriesOf(blocks, word));
  if (found.length > 0) return found;
  const known = [
    ...program.commands.map((command) => command.name()),
    ...Object.keys(DOCUMENTS),
    ...all.flatMap(namesIn),
  ];
  throw new SfcrimeError("USAGE", `There is no help on ${words.join(" ")}.`, {
    hint: nearest(word, known) === undefined ? ALL_HELP : didYouMean(word, known, ALL_HELP),
  });
}
