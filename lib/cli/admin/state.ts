/** `sfcrime state`: lists, prints and copies checkpoints, and tells where queries have read to. They are only read, also while their queries run. */
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { checkpointPlaces } from "../../plan/checkpoints/checkpoint_places.ts";
import { watermarkText } from "../../monitoring/progress/batch_progress.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { positionsText } from "../../base/text/positions.ts";
import { printable } from "../../base/text/printable.ts";
import { CheckpointView } from "../../checkpoint/checkpoint_view.ts";
import { findCheckpoints, type FoundCheckpoint } from "../../checkpoint/find_checkpoints.ts";
import { wholeNumber } from "../../config/values/values.ts";
import { type Context, createContext } from "../context.ts";
import { addRunFlag, addSettingFlag, readFlag } from "../flags.ts";
import type { Io } from "../io.ts";

const log = logger("state");
const utf8 = new TextEncoder();
/** Rows that are written to stdout at once. */
const ROWS_PER_WRITE = 1_000;

interface ShowFlags {
  readonly limit?: string;
}

/** Adds the subcommands. */
export function addState(state: Command, io: Io): void {
  const query = () => new Argument("<query>", "query name, or the directory of its checkpoint");
  const own = (name: string, description: string) => {
    const command = state.command(name).description(description);
    addSettingFlag(command, "--checkpoint <directory>", "analyze.checkpoint");
    return command;
  };

  const list = own(
    "list",
    "List the checkpoints, with the last batch, offsets and number of keys of each query.",
  );
  list.action(async () => await printList(await createContext(list, io)));

  const show = own("show", "Print the state of a query, one JSON object per key.")
    .addArgument(query());
  addRunFlag(show, "--limit <number>", "Maximum number of keys to print");
  show.action(async (name: string, flags: ShowFlags) => {
    const limit = readFlag("--limit", flags.limit, wholeNumber(1, Number.MAX_SAFE_INTEGER)) ?? Infinity;
    await withCheckpoint(await createContext(show, io), name, (view) => printState(view, limit, io));
  });

  addOffsets(own("offsets", "Print where a query has read to, as JSON for --starting-offsets."), io);

  const copy = own("export", "Copy a checkpoint to a directory, from which a query can resume.")
    .addArgument(query()).addArgument(new Argument("<directory>", "destination directory"));
  copy.action(async (name: string, directory: string) => {
    await withCheckpoint(await createContext(copy, io), name, async (view) => {
      await view.copyTo(directory);
      log.info(`Copied checkpoint ${view.directory} to ${directory}`);
    });
  });
}

/** Adds `state offsets`. */
function addOffsets(offsets: Command, io: Io): void {
  offsets.addArgument(
    new Argument("<query>", "query name, or the directory of its checkpoint, also one of Spark"),
  );
  offsets.action(async (name: string) => {
    const context = await createContext(offsets, io);
    const { readStanding, uncommitted } = await import("../../checkpoint/moving/committed_offsets.ts");
    const directory = await checkpointNamed(context, name);
    const { last, unfinished } = await readStanding(directory);
    if (last === undefined) throw uncommitted(directory);
    if (unfinished !== undefined) log.warn(`Batch ${unfinished} was begun, but is not committed.`);
    log.info(`Offsets after batch ${last.batchId} of ${directory}`);
    await io.stdout.write(utf8.encode(`${JSON.stringify(last.offsets)}\n`));
  });
}

/** The directory of a checkpoint of either engine. @throws {SfcrimeError} USAGE */
async function checkpointNamed(context: Context, name: string): Promise<string> {
  const { checkpointEngine } = await import("../../checkpoint/moving/committed_offsets.ts");
  const inPlaces = checkpointPlaces(context.settings, context.dataDir)
    .map((place) => place.name === name ? place.directory : join(place.directory, name));
  for (const directory of [...inPlaces, name]) {
    if (await checkpointEngine(directory) !== undefined) return directory;
  }
  throw noCheckpoint(name, await checkpointsOf(context));
}

/** All checkpoints in the settings and the data directory. */
async function checkpointsOf({ settings, dataDir }: Context): Promise<FoundCheckpoint[]> {
  return await findCheckpoints(checkpointPlaces(settings, dataDir));
}

async function printList(context: Context): Promise<void> {
  const found = await checkpointsOf(context);
  if (found.length === 0) log.info("No checkpoints found.");
  for (const { directory } of found) {
    const view = CheckpointView.open(directory);
    try {
      await context.io.stdout.write(utf8.encode(`${printable(summary(view))}\n`));
    } finally {
      view.close();
    }
  }
}

/** `by_type  batch 3, 415 keys, offset 6802 of sf-police-calls-0  .sfcrime/checkpoints/by_type`. */
function summary(view: CheckpointView): string {
  const { nextBatchId, offsets, pending } = view.standing();
  const keys = view.keyCounts().reduce((sum, count) => sum + count, 0);
  const parts = [
    nextBatchId === 0 ? "no batch yet" : `batch ${nextBatchId - 1}`,
    plural(keys, "key"),
    ...offsets === undefined ? [] : [positionsText(offsets)],
    ...pending === undefined ? [] : [`batch ${pending.batchId} in progress`],
  ];
  return `${view.identity.query}  ${parts.join(", ")}  ${view.directory}`;
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
      await io.stdout.write(utf8.encode(text));
      text = "";
    }
  }
  await io.stdout.write(utf8.encode(text));
  log.info(`${plural(printed, "key")} printed`);
}

async function withCheckpoint(
  context: Context,
  name: string,
  body: (view: CheckpointView) => Promise<void>,
): Promise<void> {
  const known = await checkpointsOf(context);
  const directory = known.find((checkpoint) => checkpoint.name === name)?.directory ??
    (await CheckpointView.isIn(name) ? name : undefined);
  if (directory === undefined) throw noCheckpoint(name, known);
  const view = CheckpointView.open(directory);
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
