/** Finds checkpoints in directories with one folder per query. */
import { join } from "node:path";
import { CheckpointView } from "./checkpoint_view.ts";

/** A checkpoint, and the name of its folder: that of its query, unless set otherwise. */
export interface FoundCheckpoint {
  readonly name: string;
  readonly directory: string;
}

/**
 * The checkpoints in the given places, without duplicates, sorted by name. A place may be a checkpoint
 * itself.
 */
export async function findCheckpoints(
  places: readonly { readonly name?: string; readonly directory: string }[],
): Promise<FoundCheckpoint[]> {
  const found = new Map<string, FoundCheckpoint>();
  const add = (name: string, directory: string) => found.set(directory, { name, directory });
  for (const { name, directory } of places) {
    if (await CheckpointView.isIn(directory)) add(name ?? directory, directory);
    for (const inside of await directoriesIn(directory)) {
      if (await CheckpointView.isIn(join(directory, inside))) add(inside, join(directory, inside));
    }
  }
  return [...found.values()].sort((left, right) => left.name < right.name ? -1 : 1);
}

async function directoriesIn(directory: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(directory)) if (isDirectory) names.push(name);
    return names;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}
