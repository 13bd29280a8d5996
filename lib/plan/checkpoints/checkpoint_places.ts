/** Where the checkpoints of queries are. */
import { join } from "node:path";
import { specificApplies } from "../../config/effective.ts";
import type { Settings } from "../../config/settings.ts";
import { isDurable, type SinkSpec } from "../../config/values/values.ts";

/** The directory for checkpoints in the data directory, by default. */
const CHECKPOINTS_DIRECTORY = "checkpoints";

/**
 * The checkpoint directory of a query. A query whose sink stores nothing (console, ndjson, none) has one only if it
 * is set: otherwise it starts from scratch each time.
 */
export function checkpointDirectory(
  settings: Settings,
  query: string,
  { sink, dataDir }: { readonly sink: SinkSpec; readonly dataDir: string },
): string | undefined {
  if (specificApplies(settings, `query.${query}.checkpoint`, "analyze.checkpoint")) {
    return settings.queries[query]!.checkpoint!;
  }
  const { checkpoint: general } = settings.analyze;
  if (general !== undefined) {
    return isUri(general) ? `${general.replace(/\/$/, "")}/${query}` : join(general, query);
  }
  return isDurable(sink) ? join(dataDir, CHECKPOINTS_DIRECTORY, query) : undefined;
}

/** Whether a place is in the storage of a cluster, such as `hdfs://…`. */
export function isUri(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\//i.test(place);
}

/** A directory that is a checkpoint, or that has checkpoints in it; the name of the query where it is known. */
export interface CheckpointPlace {
  readonly directory: string;
  readonly name?: string;
}

/**
 * All places where the settings may have put a checkpoint. Of two with the same name the first one wins: the one
 * that the command line names.
 */
export function checkpointPlaces(settings: Settings, dataDir: string): CheckpointPlace[] {
  const { checkpoint: general } = settings.analyze;
  return [
    ...general === undefined ? [] : [{ directory: general }],
    ...Object.entries(settings.queries).flatMap(([name, { checkpoint }]) =>
      checkpoint === undefined ? [] : [{ name, directory: checkpoint }]
    ),
    { directory: join(dataDir, CHECKPOINTS_DIRECTORY) },
  ];
}
