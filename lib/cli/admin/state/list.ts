/** `sfcrime state list`. */
import type { Command } from "commander";
import { logger } from "../../../base/log.ts";
import { printable } from "../../../base/text/printable.ts";
import { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";
import { createContext } from "../../context.ts";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { jsonLines, printText } from "../output.ts";
import { checkpointsOf, stateCommand } from "./named_checkpoint.ts";
import { summary, summaryObject } from "./summary.ts";

/** Adds the command. */
export function addList(state: Command, io: Io): void {
  const list = stateCommand(
    state,
    "list",
    "List the checkpoints, with the last batch, offsets and number of keys of each query.",
  );
  addJsonFlag(list, "Print one JSON object per checkpoint");
  list.action(async ({ json = false }: { readonly json?: boolean }) => {
    const found = await checkpointsOf(await createContext(list, io));
    if (found.length === 0) logger("state").info("No checkpoints found.");
    for (const { directory } of found) {
      const view = CheckpointView.open(directory);
      try {
        await printText(io, json ? jsonLines([summaryObject(view)]) : `${printable(summary(view))}\n`);
      } finally {
        view.close();
      }
    }
  });
}
