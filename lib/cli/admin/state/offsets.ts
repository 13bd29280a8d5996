/** `sfcrime state offsets`. */
import type { Command } from "commander";
import { logger } from "../../../base/log.ts";
import { createContext } from "../../context.ts";
import type { Io } from "../../io.ts";
import { jsonLines, printText } from "../output.ts";
import { anyCheckpoint, queryArgument, stateCommand } from "./named_checkpoint.ts";

const log = logger("state");

/** Adds the command. */
export function addOffsets(state: Command, io: Io): void {
  const offsets = stateCommand(
    state,
    "offsets",
    "Print where a query has read to, as JSON for --starting-offsets.",
  ).addArgument(queryArgument(", also one of Spark"));
  offsets.action(async (name: string) => {
    const context = await createContext(offsets, io);
    const { readStanding, uncommitted } = await import("../../../checkpoint/moving/committed_offsets.ts");
    const directory = await anyCheckpoint(context, name);
    const { last, unfinished } = await readStanding(directory);
    if (last === undefined) throw uncommitted(directory);
    if (unfinished !== undefined) log.warn(`Batch ${unfinished} was begun, but is not committed.`);
    log.info(`Offsets after batch ${last.batchId} of ${directory}`);
    await printText(io, jsonLines([last.offsets]));
  });
}
