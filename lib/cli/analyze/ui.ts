/** `sfcrime ui`: serves the dashboard of queries that are not running, from their checkpoints. They are only read. */
import type { Command } from "commander";
import { closingAll } from "../../base/closing.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { findCheckpoints, type FoundCheckpoint } from "../../checkpoint/find_checkpoints.ts";
import { checkpointPlaces } from "../../plan/checkpoints/checkpoint_places.ts";
import { planUi } from "../../plan/run/plan_ui.ts";
import { type Context, createContext, interruptible } from "../context.ts";
import { addSettingFlag } from "../flags.ts";
import type { Io } from "../io.ts";
import { serveDashboard } from "./dashboard.ts";

/** Adds the verb's flags and its action. */
export function addUi(command: Command, io: Io): void {
  command.argument("[query...]", "names of the queries to show (default: all)");
  addSettingFlag(command, "--checkpoint <directory>", "analyze.checkpoint");
  addSettingFlag(command, "--ui-port <port>", "ui.port");
  command.action(async (names: string[]) => {
    const context = await createContext(command, io);
    const ui = planUi(context.settings);
    const checkpoints = chosen(names, await checkpointsOf(context));
    const { StoredView } = await import("../../monitoring/view/stored_view.ts");
    const view = StoredView.open(checkpoints.map(({ directory }) => directory));
    await closingAll(async () => {
      await interruptible(io, async (signal) => {
        const { close } = await serveDashboard(io, { ui, view, broker: () => "none: read from checkpoints" });
        await closingAll(() => io.host.sleep(Infinity, signal), () => [close]);
      });
    }, () => [() => view.close()]);
  });
}

/** The checkpoints in the directory that was named, or else in all places of the settings. */
async function checkpointsOf({ settings, dataDir }: Context): Promise<FoundCheckpoint[]> {
  const { checkpoint } = settings.analyze;
  const places = checkpoint === undefined ? checkpointPlaces(settings, dataDir) : [{ directory: checkpoint }];
  const found = await findCheckpoints(places);
  if (found.length > 0) return found;
  const where = places.map(({ directory }) => directory).join(", ");
  throw new SfcrimeError("USAGE", `No checkpoints found in ${where}.`, {
    hint: "Only queries whose sink keeps rows, or that run with --checkpoint, have one.",
  });
}

function chosen(names: readonly string[], found: readonly FoundCheckpoint[]): readonly FoundCheckpoint[] {
  if (names.length === 0) return found;
  return names.map((name) => {
    const checkpoint = found.find((one) => one.name === name);
    if (checkpoint !== undefined) return checkpoint;
    throw new SfcrimeError("USAGE", `There is no checkpoint for query ${name}.`, {
      hint: didYouMean(name, found.map((one) => one.name)),
    });
  });
}
