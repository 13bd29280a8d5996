/**
 * `sfcrime complete -- WORD…`, which the scripts of shells call: what the last word may become, given those before it.
 * The answer is a line with its kind, `words`, `files` or `directories`, and a line for each word, with what it means
 * after a tab. It never fails, and prints nothing else: whatever is wrong, the shell has no use for it.
 */
import type { Command } from "commander";
import type { Io } from "../../io.ts";
import { type Answer, argumentCandidates, type Candidate, valueCandidates } from "./candidates.ts";
import { type Place, placeOf } from "./walk.ts";

/** Adds the hidden command. */
export function addAnswer(command: Command, io: Io): void {
  command.argument("[word...]").action(async (words: readonly string[]) => {
    const silent: Io = { ...io, writeError: () => {} };
    const { kind, candidates } = await answerTo(command.parent!, words, silent).catch(() => ofWords([]));
    const current = words.at(-1) ?? "";
    const fitting = candidates.filter(({ word }) => word.startsWith(current));
    const lines = fitting.map(({ word, means }) => means === undefined ? word : `${word}\t${means}`);
    await io.stdout.write(new TextEncoder().encode([kind, ...lines, ""].join("\n")));
  });
}

async function answerTo(program: Command, typed: readonly string[], io: Io): Promise<Answer> {
  const place: Place = placeOf(program, typed);
  switch (place.kind) {
    case "option":
      return ofWords(optionsOf(place.command));
    case "command":
      return ofWords(
        place.command.createHelp().visibleCommands(place.command).map((command) => ({
          word: command.name(),
          means: command.summary() || command.description(),
        })),
      );
    case "value": {
      const { kind, candidates } = await valueCandidates(place, io);
      return { kind, candidates: candidates.map((one) => ({ ...one, word: `${place.prefix}${one.word}` })) };
    }
    case "argument":
      return await argumentCandidates(place, io);
    case "none":
      return ofWords([]);
  }
}

function ofWords(candidates: readonly Candidate[]): Answer {
  return { kind: "words", candidates };
}

/** The options of a command, and those of the commands above it. */
function optionsOf(command: Command): Candidate[] {
  const own = command.createHelp().visibleOptions(command).map(({ long, short, description }) => ({
    word: long ?? short!,
    means: description,
  }));
  const known = new Set(own.map(({ word }) => word));
  const above = command.parent === null ? [] : optionsOf(command.parent);
  return [...own, ...above.filter(({ word }) => !known.has(word))];
}
