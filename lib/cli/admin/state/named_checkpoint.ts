/** Checkpoints, by the name of their query or by their directory. */
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { checkpointPlaces } from "../../../plan/checkpoints/checkpoint_places.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { didYouMean } from "../../../base/text/nearest.ts";
import { CheckpointView } from "../../../checkpoint/checkpoint_view.ts";
import { findCheckpoints, type FoundCheckpoint } from "../../../checkpoint/find_checkpoints.ts";
import type { Context } from "../../context.ts";
import { addSettingFlag } from "../../flags.ts";

/** Adds a subcommand that looks at checkpoints. */
export function stateCommand(state: Command, name: string, description: string): Command {
  const command = state.command(name).description(description);
  addSettingFlag(command, "--checkpoint <directory>", "analyze.checkpoint");
  return command;
}

/** The argument of a command about one query. */
export function queryArgument(more = ""): Argument {
  return new Argument("<query>", `query name, or the directory of its checkpoint${more}`);
}

/** All checkpoints in the settings and the data directory. */
export async function checkpointsOf({ settings, dataDir }: Context): Promise<FoundCheckpoint[]> {
  return await findCheckpoints(checkpointPlaces(settings, dataDir));
}

/** The directory of a checkpoint of this program. @throws {SfcrimeError} USAGE */
export async function ownCheckpoint(context: Context, name: string): Promise<string> {
  const known = await checkpointsOf(context);
  const directory = known.find((checkpoint) => checkpoint.name === name)?.directory ??
    (await CheckpointView.isIn(name) ? name : undefined);
  if (directory === undefined) throw noCheckpoint(name, known);
  return directory;
}

/** The directory of a checkpoint of either engine. @throws {SfcrimeError} USAGE */
export async function anyCheckpoint(context: Context, name: string): Promise<string> {
  const { checkpointEngine } = await import("../../../checkpoint/moving/committed_offsets.ts");
  const inPlaces = checkpointPlaces(context.settings, context.dataDir)
    .map((place) => place.name === name ? place.directory : join(place.directory, name));
  for (const directory of [...inPlaces, name]) {
    if (await checkpointEngine(directory) !== undefined) return directory;
  }
  throw noCheckpoint(name, await checkpointsOf(context));
}

/** Looks at a checkpoint of this program. @throws {SfcrimeError} USAGE, CHECKPOINT */
export async function withCheckpoint(
  context: Context,
  name: string,
  body: (view: CheckpointView) => Promise<void>,
): Promise<void> {
  const view = CheckpointView.open(await ownCheckpoint(context, name));
  try {
    await body(view);
  } finally {
    view.close();
  }
}

function noCheckpoint(query: string, known: readonly FoundCheckpoint[]): SfcrimeError {
  const names = known.map((checkpoint) => checkpoint.name);
  return new SfcrimeError("USAGE", `There is no checkpoint for query ${query}.`, {
    hint: names.length === 0
      ? "Only queries whose sink keeps rows, or that run with --checkpoint, have one."
      : didYouMean(query, names),
  });
}
