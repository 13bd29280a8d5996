/** Makes the options of other tools options of a command, that do what ours do. */
import { type Command, Option } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { pathOf } from "../program_help.ts";
import type { Habit } from "./habits.ts";

/** Adds the options to a command, except those that it has with a meaning of its own. */
export function addHabits(command: Command, habits: readonly Habit[]): void {
  for (const habit of habits) {
    for (const flag of habit.flags) {
      if (!command.options.some((option) => option.short === flag || option.long === flag)) {
        addHabit(command, flag, habit);
      }
    }
  }
}

function addHabit(command: Command, flag: string, habit: Habit): void {
  const option = new Option(habit.takes === undefined ? flag : `${flag} <${habit.takes}>`).hideHelp();
  command.addOption(option);
  command.on(`option:${option.name()}`, (given: string | undefined) => {
    if ("instead" in habit) {
      const name = ["sfcrime", ...pathOf(command)].join(" ");
      throw new SfcrimeError("USAGE", `${flag} is not an option of ${name}.`, { hint: habit.instead });
    }
    if (habit.is === "") return;
    const value = habit.value ?? (given === undefined ? undefined : `${habit.prefix ?? ""}${given}`);
    pass(command, { option: habit.is, value });
  });
}

/** Gives a value to an option, of the command or of one above it, as if it had been on the command line. */
function pass(
  command: Command,
  { option, value }: { readonly option: string; readonly value: string | undefined },
): void {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const ours = at.options.find(({ long }) => long === option);
    if (ours !== undefined) return emit(at, `option:${ours.name()}`, value);
  }
  throw new Error(`${pathOf(command).join(" ")} has no option ${option}.`);
}

/** Commands are emitters of events, by which commander takes options; its types leave that out. */
function emit(command: Command, event: string, value: string | undefined): void {
  (command as unknown as { emit(event: string, value: string | undefined): void }).emit(event, value);
}
