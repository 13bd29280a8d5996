/** What a sink cannot do with a query, found before anything is opened. */
import { SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { SinkSpec } from "../config/values.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { groupKeyOf } from "./group_key.ts";
import { partitioningBy } from "./partitioning.ts";
import { PROGRESS_TABLE } from "./sqlite_sink.ts";

/** A query, and what its settings say of its sink. */
export interface SinkChoice {
  readonly spec: SinkSpec;
  readonly plan: QueryPlan;
  readonly partitionBy: readonly string[];
  readonly tombstones: boolean;
}

/** @throws {SfcrimeError} CONFIG */
export function checkSink(choice: SinkChoice): void {
  const { spec, plan, partitionBy } = choice;
  switch (spec.kind) {
    case "json":
    case "csv":
    case "parquet":
      requireDistinctColumns(choice);
      if (partitionBy.length > 0) partitioningBy(partitionBy, plan.output, timeZoneOf(plan.timeZone) ?? UTC);
      return;
    case "sqlite":
      requireDistinctColumns(choice);
      requireTableName(plan.name);
      if (plan.outputMode === "update") requireGroupKey(choice, "in update mode");
      return;
    case "kafka":
      if (!choice.tombstones) return;
      if (plan.outputMode !== "update" || plan.aggregate?.eviction === undefined) {
        throw fail(
          choice,
          "tombstones are for groups that a watermark ends, in update mode.",
          "Set output_mode = update and a watermark, and group by a window over it, or leave tombstones away.",
        );
      }
      requireGroupKey(choice, "to send tombstones");
  }
}

function requireDistinctColumns(choice: SinkChoice): void {
  const seen = new Set<string>();
  for (const { name } of choice.plan.output) {
    if (seen.has(name.toLowerCase())) {
      throw fail(
        choice,
        `two columns of its result are called ${name}.`,
        "Give one of them another name with AS.",
      );
    }
    seen.add(name.toLowerCase());
  }
}

function requireTableName(name: string): void {
  if (name.toLowerCase() !== PROGRESS_TABLE && !/^sqlite_/i.test(name)) return;
  throw new SfcrimeError(
    "CONFIG",
    `The query ${name} cannot have the sink sqlite: its table cannot be called so.`,
    {
      hint: "Give the query another name.",
    },
  );
}

function requireGroupKey(choice: SinkChoice, when: string): void {
  if (choice.plan.aggregate === undefined || groupKeyOf(choice.plan) !== undefined) return;
  throw fail(
    choice,
    `it cannot tell the rows of groups apart ${when}: not all GROUP BY columns are selected.`,
    "Select them all, or take another output_mode.",
  );
}

function fail({ spec, plan }: SinkChoice, reason: string, hint: string): SfcrimeError {
  return new SfcrimeError("CONFIG", `The query ${plan.name} cannot have the sink ${spec.kind}: ${reason}`, {
    hint,
  });
}
