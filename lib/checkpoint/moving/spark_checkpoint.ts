/**
 * The checkpoint of a query that ran on Spark: a folder `offsets` with a file for each batch that was planned, and a
 * folder `commits` with one for each that was completed. Only the offsets of Kafka are read: what is in its state
 * stores is Spark's own.
 */
import { join } from "node:path";
import * as z from "zod";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { CheckpointOffsets } from "../checkpoint_file.ts";

/** What a query on Spark has done. */
export interface SparkStanding {
  /** The last completed batch, and where it ended; undefined if there is none. */
  readonly last: { readonly batchId: number; readonly offsets: CheckpointOffsets } | undefined;
  /** A batch that was planned, but not completed. */
  readonly unfinished: number | undefined;
}

/** A line for each source; a source that has not read anything has `-`. */
const VERSION = "v1";
const NOTHING = "-";

const OFFSETS = z.record(z.string(), z.record(z.string().regex(/^\d+$/), z.number().int().nonnegative()));

/** Whether a directory has a checkpoint of Spark. */
export async function isSparkCheckpoint(directory: string): Promise<boolean> {
  try {
    return (await Deno.stat(join(directory, "offsets"))).isDirectory;
  } catch {
    return false;
  }
}

/** @throws {SfcrimeError} CHECKPOINT if it cannot be read, or has offsets of something other than Kafka. */
export async function readSparkCheckpoint(directory: string): Promise<SparkStanding> {
  const committed = await lastBatchIn(join(directory, "commits"));
  const planned = await lastBatchIn(join(directory, "offsets"));
  return {
    last: committed === undefined
      ? undefined
      : { batchId: committed, offsets: await offsetsIn(join(directory, "offsets", String(committed))) },
    unfinished: planned !== undefined && planned > (committed ?? -1) ? planned : undefined,
  };
}

/** The highest number of a file; others, such as checksums, begin with a dot. */
async function lastBatchIn(directory: string): Promise<number | undefined> {
  let last: number | undefined;
  try {
    for await (const { name } of Deno.readDir(directory)) {
      if (/^\d+$/.test(name)) last = Math.max(last ?? 0, Number(name));
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw unreadable(directory, messageOf(cause), cause);
  }
  return last;
}

async function offsetsIn(path: string): Promise<CheckpointOffsets> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  const [version, , ...sources] = text.trimEnd().split("\n");
  if (version !== VERSION) {
    throw unreadable(path, `its format is ${JSON.stringify(version)}, where ${VERSION} was expected`);
  }
  if (sources.length === 0) throw unreadable(path, "it has no offsets");
  const merged: Record<string, Record<string, number>> = {};
  for (const source of sources.filter((line) => line !== NOTHING)) {
    for (const [topic, partitions] of Object.entries(kafkaOffsets(source, path))) {
      const others = merged[topic] ??= {};
      for (const [partition, offset] of Object.entries(partitions)) {
        // Each stream of a query reads by itself, but all of them up to the same ends, unless it has limits.
        if ((others[partition] ?? offset) !== offset) {
          throw unreadable(path, `its streams are at different offsets of ${topic}-${partition}`);
        }
        others[partition] = offset;
      }
    }
  }
  return merged;
}

function kafkaOffsets(line: string, path: string): CheckpointOffsets {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw unreadable(path, messageOf(cause), cause);
  }
  const parsed = OFFSETS.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unreadable(path, "it does not have offsets of Kafka");
}

function unreadable(path: string, reason: string, cause?: unknown): SfcrimeError {
  return new SfcrimeError("CHECKPOINT", `Spark's checkpoint ${path} cannot be read: ${reason}.`, {
    hint:
      "Set --starting-offsets to an offset for each partition; those of the last batch are in its progress.",
    cause,
  });
}
