/**
 * The disks of this machine that a run writes to: whether they have room, and, if that is wanted, whether they can be
 * written.
 */
import { statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import { formatBytes } from "../../../base/text/format.ts";
import { isUri } from "../../../plan/checkpoints/checkpoint_places.ts";
import type { AnalysisPlan } from "../../../plan/analysis_plan.ts";
import type { Context } from "../../context.ts";
import { type AreaFinding, failure, good, warning } from "./finding.ts";

/** With less room than this, a disk is about to be full; or it is full, as good as. */
const ROOM_WANTED = 2 ** 30;
const ROOM_NEEDED = 100 * 2 ** 20;

const NAMED_MAX = 5;

/** What is looked at. */
export interface DiskCheck {
  readonly plan: AnalysisPlan | undefined;
  /** Whether a file is written, which is removed again. */
  readonly write: boolean;
}

/** A disk, and what is written to it. */
interface Disk {
  /** Directories that exist: those of the places, or the ones in which they will be made. */
  readonly directories: Set<string>;
  readonly places: string[];
}

/** See the module's description. */
export function checkDisk(context: Context, { plan, write }: DiskCheck): readonly AreaFinding[] {
  const disks = new Map<number, Disk>();
  for (const place of new Set(placesOf(context, plan))) {
    const { directory, device } = existing(resolve(place));
    const disk = disks.get(device) ?? { directories: new Set(), places: [] };
    disks.set(device, disk);
    disk.directories.add(directory);
    disk.places.push(place);
  }
  return [...disks.values()].flatMap((disk) => [
    roomFinding(disk),
    ...write ? [...disk.directories].flatMap(unwritable) : [],
  ]);
}

/** Everything that the program writes by itself, or that sinks write to. */
function placesOf({ dataDir, settings }: Context, plan: AnalysisPlan | undefined): string[] {
  const ofQueries = (plan?.queries ?? []).flatMap(({ checkpoint, sink: { spec } }) => [
    ...checkpoint === undefined || isUri(checkpoint) ? [] : [checkpoint],
    ..."path" in spec ? [spec.path] : [],
  ]);
  const { lateRows, progress } = plan ?? {};
  const files = [
    settings.producer.dead_letter_file,
    progress,
    lateRows?.kind === "file" ? lateRows.path : undefined,
  ];
  return [dataDir, ...ofQueries, ...files.filter((file) => file !== undefined)];
}

function existing(path: string): { readonly directory: string; readonly device: number } {
  for (let at = path;; at = dirname(at)) {
    try {
      const { isDirectory, dev } = Deno.statSync(at);
      if (isDirectory) return { directory: at, device: dev };
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}

function roomFinding({ directories, places }: Disk): AreaFinding {
  const [directory] = directories;
  const { bavail, blocks, bsize } = statfsSync(directory!);
  const free = bavail * bsize;
  const named = places.slice(0, NAMED_MAX).join(", ") + (places.length > NAMED_MAX ? ", …" : "");
  const text = `${formatBytes(free)} of ${formatBytes(blocks * bsize)} free for ${named}`;
  if (free >= ROOM_WANTED) return good(text, { freeBytes: free, places });
  const advice = "Free up some space, or choose another --data-dir, --checkpoint or place for the sink.";
  return free < ROOM_NEEDED ? failure(`${text}.`, advice) : warning(`${text}.`, advice);
}

function unwritable(directory: string): AreaFinding[] {
  try {
    const file = Deno.makeTempFileSync({ dir: directory, prefix: "sfcrime-doctor-" });
    Deno.removeSync(file);
    return [];
  } catch (error) {
    return [failure(
      `Cannot write to ${join(directory, "/")}: ${messageOf(error).replace(/: (writefile|open|mk).*/, "")}.`,
      "Check who owns the directory, and whether its disk is mounted read-only.",
    )];
  }
}
