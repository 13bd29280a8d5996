/** `sfcrime state delete`. */
import type { Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";
import { removeCheckpoint } from "../../../checkpoint/remove_checkpoint.ts";
import { requireNoWriter } from "../../../checkpoint/writer_lock.ts";
import { createContext } from "../../context.ts";
import { addRunFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { confirm, requireAnswerable, YES_FLAG } from "../../terminal/confirm.ts";
import { anyCheckpoint, queryArgument, stateCommand } from "./named_checkpoint.ts";
import { summary } from "./summary.ts";

const log = logger("state");

/** Adds the command. */
export function addDelete(state: Command, io: Io): void {
  const command = stateCommand(
    state,
    "delete",
    "Delete the checkpoint of a query that is not running: its next run begins anew.",
  ).addArgument(queryArgument());
  addRunFlag(command, YES_FLAG.flags, YES_FLAG.doc);
  command.action(async (name: string, { yes = false }: { readonly yes?: boolean }) => {
    const context = await createContext(command, io);
    const confirmation = { io, isConfirmed: yes };
    requireAnswerable("Deleting a checkpoint", confirmation);
    const directory = await anyCheckpoint(context, name);
    await requireOwn(directory);
    requireNoWriter(directory);
    await confirm(`Delete checkpoint ${summaryOf(directory)}`, {
      ...confirmation,
      name,
      declined: `The checkpoint ${directory} was not deleted.`,
    });
    const isGone = await removeCheckpoint(directory);
    log.info(`Deleted checkpoint ${directory}`);
    if (!isGone) log.warn(`The directory ${directory} has other files, and was left.`);
  });
}

/** What Spark has written is not ours to delete. @throws {SfcrimeError} USAGE */
async function requireOwn(directory: string): Promise<void> {
  if (await CheckpointView.isIn(directory)) return;
  throw new SfcrimeError("USAGE", `${directory} is a checkpoint of Spark.`, {
    hint: "Stop its query, and remove the directory.",
  });
}

/** One that is damaged can be deleted as well. */
function summaryOf(directory: string): string {
  let view: CheckpointView | undefined;
  try {
    view = CheckpointView.open(directory);
    return summary(view);
  } catch (error) {
    if (!(error instanceof SfcrimeError)) throw error;
    return `${directory} (${error.message})`;
  } finally {
    view?.close();
  }
}
