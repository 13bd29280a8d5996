/** `sfcrime state export`. */
import { Argument, type Command } from "commander";
import { logger } from "../../../base/log.ts";
import { createContext } from "../../context.ts";
import type { Io } from "../../io.ts";
import { queryArgument, stateCommand, withCheckpoint } from "./named_checkpoint.ts";

/** Adds the command. */
export function addExport(state: Command, io: Io): void {
  const copy = stateCommand(
    state,
    "export",
    "Copy a checkpoint to a directory, from which a query can resume.",
  ).addArgument(queryArgument()).addArgument(new Argument("<directory>", "destination directory"));
  copy.action(async (name: string, directory: string) => {
    await withCheckpoint(await createContext(copy, io), name, async (view) => {
      await view.copyTo(directory);
      logger("state").info(`Copied checkpoint ${view.directory} to ${directory}`);
    });
  });
}
