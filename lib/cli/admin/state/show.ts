/** `sfcrime state show`. */
import type { Command } from "commander";
import { plural } from "../../../base/text/format.ts";
import { logger } from "../../../base/log.ts";
import type { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";
import { count } from "../../../config/values/values.ts";
import { watermarkText } from "../../../monitoring/progress/batch_progress.ts";
import { createContext } from "../../context.ts";
import { addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { printText } from "../output.ts";
import { queryArgument, stateCommand, withCheckpoint } from "./named_checkpoint.ts";
import { summary } from "./summary.ts";

const log = logger("state");
/** Rows that are written to stdout at once. */
const ROWS_PER_WRITE = 1_000;

/** Adds the command. */
export function addShow(state: Command, io: Io): void {
  const show = stateCommand(state, "show", "Print the state of a query, one JSON object per key.")
    .addArgument(queryArgument());
  addRunFlag(show, "-n, --limit <number>", "Maximum number of keys to print");
  show.action(async (name: string, flags: { readonly limit?: string }) => {
    const limit = readFlag("--limit", flags.limit, count) ?? Infinity;
    await withCheckpoint(await createContext(show, io), name, (view) => printState(view, limit, io));
  });
}

async function printState(view: CheckpointView, limit: number, io: Io): Promise<void> {
  const { query, sql, outputMode, id, state } = view.identity;
  const { watermark } = view.standing();
  log.info(`${summary(view)}`);
  log.info(`${query} (${id}, ${outputMode}): ${sql}`);
  if (watermark !== undefined) log.info(`Watermark ${watermarkText(watermark.currentMs)}`);
  let [text, printed] = ["", 0];
  for (const [operator, description] of state.entries()) {
    log.info(`Operator ${operator}: ${description}`);
    for (const { key, value } of view.state(operator)) {
      if (printed >= limit) break;
      text += `{"operator":${operator},"key":${key},"value":${value}}\n`;
      if (++printed % ROWS_PER_WRITE > 0) continue;
      await printText(io, text);
      text = "";
    }
  }
  await printText(io, text);
  log.info(`${plural(printed, "key")} printed`);
}
