/**
 * Where a new query starts: at offsets that are set, or after the last batch of a query that was stopped, on either
 * engine. Checkpoints are read here, before anything starts, so that a missing one is found like any other wrong value.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import { positionsText } from "../../base/text/positions.ts";
import type { CheckpointEngine } from "../../checkpoint/moving/committed_offsets.ts";
import { specificApplies } from "../../config/effective.ts";
import type { Settings } from "../../config/settings.ts";
import { topicFilter, type TopicSelection } from "../../config/values/topic_selection.ts";
import type { PlacesByTopic, StartingOffsets, StartSetting } from "../../config/values/values.ts";
import type { PlannedQuery, StartingPoint } from "../analysis_plan.ts";
import { isUri } from "./checkpoint_places.ts";

const log = logger("analyze");

/** The engines, in messages. */
const ENGINE_NAMES: Readonly<Record<CheckpointEngine, string>> = {
  local: "the local engine",
  spark: "Spark",
};

/** What decides where a query starts, besides the settings. */
export interface Starting extends Pick<PlannedQuery, "reads" | "checkpoint"> {
  readonly name: string;
  /** What runs it. */
  readonly engine: CheckpointEngine;
}

/**
 * The starting point of a query. Offsets of topics that others read are left out.
 *
 * @throws {SfcrimeError} CONFIG if its checkpoint is one of the other engine; FILE_MISSING or CHECKPOINT if it
 * cannot start after the one that is set.
 */
export async function startingPointOf(settings: Settings, query: Starting): Promise<StartingPoint> {
  const own = await requireOwnEngine(query);
  const { setting, place } = startSettingOf(settings);
  if (!isCheckpoint(setting)) return { kind: "offsets", offsets: offsetsFor(query, setting) };
  // On a restart with the same flags, the other checkpoint may be gone.
  if (own !== undefined && await hasBegun(own)) return { kind: "offsets", offsets: "earliest" };
  return await pointAfter(setting.checkpoint, query, place);
}

/** @throws {SfcrimeError} USAGE if offsets are set for a topic that no query reads. */
export function requireReadTopics(settings: Settings, queries: readonly PlannedQuery[]): void {
  const { setting } = startSettingOf(settings);
  if (!isByTopic(setting) || queries.length === 0) return;
  const reads = queries.flatMap((query) => query.reads);
  const other = Object.keys(setting).find((topic) => !isRead(topic, reads));
  if (other === undefined) return;
  const names = reads.flatMap((selection) =>
    selection.kind === "names" ? selection.topics : selection.pattern
  );
  throw new SfcrimeError("USAGE", `starting_offsets lists topic ${other}, which is not read.`, {
    hint: `Topics that are read: ${[...new Set(names)].join(", ")}.`,
  });
}

/** Says what a query that starts after another one has of it, and what not. */
export async function reportStart({ plan, start }: PlannedQuery): Promise<void> {
  if (start.kind === "offsets") return;
  const { directory, batchId, offsets, unfinished } = start;
  log.info(`${plan.name} starts after batch ${batchId} of ${directory}, at ${positionsText(offsets)}.`);
  if (unfinished !== undefined) {
    log.warn(
      `Batch ${unfinished} in ${directory} was begun, but not committed: ${plan.name} reads its records again, and ` +
        "the earlier sink may have some of its rows. To avoid that, let the earlier query finish its batch first.",
    );
  }
  const { stateLayoutsOf } = await import("../../stream/operators/operators_of.ts");
  if (stateLayoutsOf(plan).length === 0) return;
  log.warn(
    `${plan.name} begins with empty state: groups, watermark and keys are not carried over from ${directory}, so its ` +
      "results cover only records from these offsets on. Use --starting-offsets earliest to read the topics again.",
  );
}

/** Those of `[spark]` apply if `[analyze]` has none. */
function startSettingOf(settings: Settings): { readonly setting: StartSetting; readonly place: string } {
  const [own, spark] = ["analyze.starting_offsets", "spark.starting_offsets"] as const;
  const isOwn = specificApplies(settings, own, spark);
  return {
    setting: (isOwn ? settings.analyze.starting_offsets : settings.spark.starting_offsets) ?? "earliest",
    place: settings.provenance.get(isOwn ? own : spark)?.place ?? own,
  };
}

/**
 * The query's own checkpoint, if this host sees one.
 *
 * @throws {SfcrimeError} CONFIG for a checkpoint of the other engine, which would start over.
 */
async function requireOwnEngine({ name, checkpoint, engine }: Starting): Promise<string | undefined> {
  const directory = checkpoint === undefined ? undefined : localPath(checkpoint);
  if (directory === undefined) return undefined;
  const { checkpointEngine } = await import("../../checkpoint/moving/committed_offsets.ts");
  const found = await checkpointEngine(directory);
  if (found === undefined || found === engine) return found && directory;
  throw new SfcrimeError(
    "CONFIG",
    `Query ${name}: ${checkpoint} is a checkpoint of ${ENGINE_NAMES[found]}, which ${
      ENGINE_NAMES[engine]
    } cannot resume.`,
    {
      hint:
        `Choose another --checkpoint, and a new place for the sink; to go on after it, add --starting-offsets checkpoint:${checkpoint}.`,
    },
  );
}

/** Whether a query has begun, so that its own checkpoint says where it goes on. */
async function hasBegun(directory: string): Promise<boolean> {
  const { readStanding } = await import("../../checkpoint/moving/committed_offsets.ts");
  const { last, unfinished } = await readStanding(directory);
  return last !== undefined || unfinished !== undefined;
}

/** The point after the last batch of a checkpoint, or of the one for the query in a directory of several. */
async function pointAfter(place: string, query: Starting, setAt: string): Promise<StartingPoint> {
  const { readStanding, uncommitted } = await import("../../checkpoint/moving/committed_offsets.ts");
  const { requireNoWriter } = await import("../../checkpoint/writer_lock.ts");
  const directory = await checkpointAt(place, query.name, setAt);
  // Whether a query on Spark writes there cannot be known here.
  requireNoWriter(directory);
  const { last, unfinished } = await readStanding(directory);
  if (last === undefined) throw uncommitted(directory);
  const unread = Object.keys(last.offsets).find((topic) => !isRead(topic, query.reads));
  if (unread !== undefined) {
    throw new SfcrimeError(
      "CHECKPOINT",
      `The checkpoint ${directory} has offsets of topic ${unread}, which ${query.name} does not read.`,
      { hint: "Name the checkpoint of a query that reads the same topics." },
    );
  }
  return { kind: "checkpoint", directory, unfinished, ...last };
}

/** @throws {SfcrimeError} FILE_MISSING if there is none. */
async function checkpointAt(place: string, name: string, setAt: string): Promise<string> {
  const { checkpointEngine } = await import("../../checkpoint/moving/committed_offsets.ts");
  const path = localPath(place);
  if (path === undefined) {
    throw new SfcrimeError("FILE_MISSING", `${setAt}: this host does not see ${place}.`, {
      hint: "Copy the folders offsets and commits of the checkpoint to a directory here, and name that.",
    });
  }
  for (const directory of [join(path, name), path]) {
    if (await checkpointEngine(directory) !== undefined) return directory;
  }
  throw new SfcrimeError("FILE_MISSING", `${setAt}: there is no checkpoint of ${name} in ${place}.`, {
    hint:
      "Name the directory of a checkpoint, or one that has a checkpoint for each query, as --checkpoint does.",
  });
}

/** A place as a path of this host; undefined for one in the storage of a cluster. */
function localPath(place: string): string | undefined {
  if (!isUri(place)) return place;
  return /^file:\//i.test(place) ? fileURLToPath(place.replace(/^file:\/+/i, "file:///")) : undefined;
}

function isCheckpoint(setting: StartSetting): setting is { readonly checkpoint: string } {
  return typeof setting === "object" && "checkpoint" in setting && typeof setting.checkpoint === "string";
}

/** Whether places are set by topic and partition. */
function isByTopic(setting: StartSetting): setting is PlacesByTopic {
  return typeof setting === "object" && !isCheckpoint(setting) && typeof setting["timestampMs"] !== "number";
}

/** The starting offsets of the topics that a query reads. */
function offsetsFor({ reads }: Starting, offsets: StartingOffsets): StartingOffsets {
  if (!isByTopic(offsets)) return offsets;
  return Object.fromEntries(Object.entries(offsets).filter(([topic]) => isRead(topic, reads)));
}

function isRead(topic: string, reads: readonly TopicSelection[]): boolean {
  return reads.some((selection) => topicFilter(selection)(topic));
}
