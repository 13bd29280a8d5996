/** How the lag of a group, or of a checkpoint, is printed. */
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { rangeText } from "../../base/text/positions.ts";
import { type PartitionLag, totalLag } from "../../broker/admin/lag.ts";
import type { Column } from "../terminal/columns.ts";

const log = logger("lag");

/** The columns of a list of partitions. */
export const LAG_COLUMNS: readonly Column<PartitionLag>[] = [
  { title: "TOPIC", cell: ({ topic }) => topic },
  { title: "PARTITION", cell: ({ partition }) => partition },
  { title: "COMMITTED", cell: ({ committed }) => committed },
  { title: "END", cell: ({ end }) => end },
  { title: "LAG", cell: ({ lag }) => lag },
];

/** The same as an object, for programs. */
export function lagObject({ topic, partition, committed, end, lag }: PartitionLag) {
  return { topic, partition, committed: committed ?? null, end: end ?? null, lag: lag ?? null };
}

/** Logs the sum, and what the numbers alone do not say. @param reader As the subject of a sentence: `Group a`. */
export function reportLag(reader: string, lags: readonly PartitionLag[]): void {
  log.info(`${reader} is ${plural(totalLag(lags), "offset")} behind in ${plural(lags.length, "partition")}`);
  for (const { topic, partition, committed, earliest, end } of lags) {
    if (end === undefined) log.warn(`${topic}-${partition} no longer exists.`);
    else if (committed !== undefined && earliest !== undefined && committed < earliest) {
      const lost = rangeText({ topic, partition, from: committed, to: earliest });
      log.warn(`Retention has deleted ${lost} before they were read.`);
    } else if (committed !== undefined && committed > end) {
      log.warn(`${topic}-${partition} ends at ${end}, before offset ${committed}: it was created again.`);
    }
  }
}
