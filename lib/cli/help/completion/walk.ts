/** Where on the command line a word is: what it may be follows from the words before it. */
import type { Argument, Command, Option } from "commander";

/** What the word is that is being typed. */
export type Place =
  | { readonly kind: "option"; readonly command: Command }
  /** The value of an option; what is before it in the same word is `prefix`: `--sink=`. */
  | {
    readonly kind: "value";
    readonly command: Command;
    readonly option: Option;
    readonly prefix: string;
  }
  | { readonly kind: "command"; readonly command: Command }
  | {
    readonly kind: "argument";
    readonly command: Command;
    readonly argument: Argument;
    /** The arguments before it. */
    readonly before: readonly string[];
  }
  /** Nothing of ours follows. */
  | { readonly kind: "none"; readonly command: Command };

/** The place of the last word. Options of commands that words name are given their values on the way. */
export function placeOf(program: Command, words: readonly string[]): Place {
  const current = words.at(-1) ?? "";
  let command = program;
  let isLiteral = false;
  const operands: string[] = [];
  for (let at = 0; at < words.length - 1; at++) {
    const word = words[at]!;
    if (word === "--") isLiteral = true;
    else if (!isLiteral && word.startsWith("-") && word !== "-") {
      const option = optionNamed(command, word);
      if (option === undefined || !option.required || word.includes("=")) continue;
      if (at + 1 === words.length - 1) {
        takeOptions(command, words.slice(0, at));
        return { kind: "value", command, option, prefix: "" };
      }
      at++;
    } else {
      const below = command.commands.find((one) => one.name() === word);
      if (below === undefined) operands.push(word);
      else command = below;
    }
  }
  takeOptions(command, words.slice(0, -1));
  return isLiteral ? operandPlace(command, operands) : lastPlace(command, operands, current);
}

function lastPlace(command: Command, operands: readonly string[], current: string): Place {
  const [, flag] = /^(--[^=]+)=/.exec(current) ?? [];
  if (flag !== undefined) {
    const option = optionNamed(command, flag);
    return option === undefined
      ? { kind: "none", command }
      : { kind: "value", command, option, prefix: `${flag}=` };
  }
  return current.startsWith("-") ? { kind: "option", command } : operandPlace(command, operands);
}

function operandPlace(command: Command, operands: readonly string[]): Place {
  if (command.commands.length > 0) return { kind: "command", command };
  const known = command.registeredArguments;
  const argument = known[operands.length] ?? (known.at(-1)?.variadic === true ? known.at(-1) : undefined);
  return argument === undefined
    ? { kind: "none", command }
    : { kind: "argument", command, argument, before: operands };
}

/** Gives options their values, those of a command and of the commands above it. */
function takeOptions(command: Command, words: readonly string[]): void {
  for (let at: Command | null = command; at !== null; at = at.parent) at.parseOptions([...words]);
}

/** The option of a command, or of one above it, that a word names. */
function optionNamed(command: Command, word: string): Option | undefined {
  const [flag] = word.split("=");
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find((one) => one.short === flag || one.long === flag);
    if (option !== undefined) return option;
  }
  return undefined;
}
