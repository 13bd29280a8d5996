/** The directories of checkpoints. */
import { join } from "node:path";
import { specificApplies } from "../config/effective.ts";
import type { Settings } from "../config/settings.ts";
import { isDurable } from "../config/values/values.ts";
import type { PlannedQuery } from "./plan_analysis.ts";

/** The directory for checkpoints in the data directory, by default. */
export const CHECKPOINTS_DIRECTORY = "checkpoints";

/**
 * The checkpoint directory of each query. A query whose sink stores nothing (console, ndjson, none) has one
 * only if it is set: otherwise it starts from scratch each time.
 */
export function checkpointDirectories(
  settings: Settings,
  queries: readonly PlannedQuery[],
  dataDir: string,
): Map<string, string> {
  const directories = new Map<string, string>();
  for (const { plan: { name }, sink } of queries) {
    const own = specificApplies(settings, `query.${name}.checkpoint`, "analyze.checkpoint");
    const general = settings.analyze.checkpoint;
    if (own) directories.set(name, settings.queries[name]!.checkpoint!);
    else if (general !== undefined) directories.set(name, join(general, name));
    else if (isDurable(sink)) {
      directories.set(name, join(dataDir, CHECKPOINTS_DIRECTORY, name));
    }
  }
  return directories;
}
