/** Creates the sink of files that the settings name. */
import { join } from "node:path";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { FileSink } from "./file_sink.ts";
import { partFormat } from "./part_format.ts";
import { partitioningBy } from "./partitioning.ts";

/** Where the files of a query are, and in which form. */
export interface FileSinkOptions {
  readonly kind: Parameters<typeof partFormat>[0];
  readonly path: string;
  readonly plan: QueryPlan;
  /** Whether other queries write to the directory too, so that each has its own below it. */
  readonly hasOthers: boolean;
  /** The columns to partition files by. */
  readonly partitionBy: readonly string[];
}

/** See the module's description; `checkSink` has to accept it first. */
export function makeFileSink({ kind, path, plan, hasOthers, partitionBy }: FileSinkOptions): FileSink {
  const zone = timeZoneOf(plan.timeZone) ?? UTC;
  const { output: schema, outputMode, name } = plan;
  const partitioning = partitionBy.length === 0 ? undefined : partitioningBy(partitionBy, schema, zone);
  return new FileSink({
    directory: hasOthers ? join(path, name) : path,
    outputMode,
    format: partFormat(kind, partitioning?.schema ?? schema, zone),
    ...(partitioning === undefined ? {} : { partitioning }),
  });
}
