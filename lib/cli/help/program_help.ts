/**
 * How the help of each command looks: as wide as the terminal, with examples, and one line in place of the options
 * that all commands share. On a narrow terminal descriptions stand below what they describe.
 */
import type { Command, Help } from "commander";
import type { Io, StandardStream } from "../io.ts";
import { EXAMPLES } from "./examples.ts";

/** Lines get no longer than this on a wide terminal: longer ones are hard to read. */
const COLUMNS_MAX = 100;

/** Of a narrower terminal nothing is wrapped any more. */
const COLUMNS_MIN = 40;

/** Narrower text is not wrapped. */
const WRAPPED_MIN = 20;

/** The width of a description that stands beside its option. */
const BESIDE_MIN = 40;

/** How far descriptions are indented that stand below what they describe. */
const INDENT = 6;

const BOLD = "\x1b[1m";
const PLAIN = "\x1b[0m";

/** Sets how the help of a program and of its commands looks. */
export function styleHelp(program: Command, io: Io): void {
  const columnsOf = (stream: StandardStream) => {
    const columns = io.sizeOf(stream)?.columns;
    return columns === undefined ? 80 : Math.max(COLUMNS_MIN, Math.min(COLUMNS_MAX, columns));
  };
  program
    .configureHelp({
      styleTitle: (title) => `${BOLD}${title}${PLAIN}`,
      formatItem,
      subcommandTerm,
      minWidthToWrap: WRAPPED_MIN,
    })
    .configureOutput({
      getOutHelpWidth: () => columnsOf("stdout"),
      getErrHelpWidth: () => columnsOf("stderr"),
      getOutHasColors: () => hasColor(program, io, "stdout"),
      getErrHasColors: () => hasColor(program, io, "stderr"),
    })
    .addHelpText(
      "afterAll",
      ({ command, error }) => afterHelp(command, columnsOf(error ? "stderr" : "stdout")),
    );
}

/** Whether text for a stream may be coloured: people look at it, and want it. */
export function hasColor(program: Command, io: Io, stream: StandardStream): boolean {
  return io.canShow(stream) && io.environment["NO_COLOR"] === undefined &&
    program.getOptionValue("color") !== false;
}

/** A command in the list of those above it: with what has to follow, without what may. */
function subcommandTerm(command: Command): string {
  const required = command.registeredArguments.filter((argument) => argument.required);
  return [command.name(), ...required.map((argument) => `<${argument.name()}>`)].join(" ");
}

/** An option with its description; below it, if there is little room beside it. */
function formatItem(this: Help, term: string, termWidth: number, description: string, help: Help): string {
  const columns = this.helpWidth ?? 80;
  const beside = columns - termWidth - 4;
  if (beside >= BESIDE_MIN || description === "") {
    const [first = "", ...rest] = description === "" ? [""] : help.boxWrap(description, beside).split("\n");
    const lines = rest.map((line) => `\n${" ".repeat(termWidth + 4)}${line}`);
    return `  ${term.padEnd(termWidth + term.length - help.displayWidth(term))}  ${first}`.trimEnd() +
      lines.join("");
  }
  const below = help.boxWrap(description, columns - INDENT).split("\n");
  return [`  ${term}`, ...below.map((line) => `${" ".repeat(INDENT)}${line}`)].join("\n");
}

/** What follows the options of a command. Only command lines may be longer than the width. */
function afterHelp(command: Command, columns: number): string {
  const help = command.createHelp();
  const path = pathOf(command);
  const examples = EXAMPLES[path.join(" ")] ?? [];
  const comment = (text: string) =>
    help.boxWrap(text, columns - "  # ".length).split("\n").map((line) => `  # ${line}`);
  const shown = examples.flatMap((
    { does, line },
  ) => [...does === undefined ? [] : comment(does), `  ${line}`]);
  const more = path.length === 0
    ? "More: sfcrime COMMAND --help, and sfcrime help for documents."
    : "Options of all commands, such as -b HOST:PORT and --topic: sfcrime --help";
  return [
    ...shown.length === 0 ? [] : ["", `${BOLD}Examples:${PLAIN}`, ...shown],
    "",
    help.boxWrap(more, columns),
  ].join("\n");
}

/** The words of a command after the program's name: `topic create` in two. */
export function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}
