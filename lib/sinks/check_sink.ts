/** Checks whether a sink supports a query, before anything is opened. */
import { SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { typeName } from "../records/data_type.ts";
import { holds, isNested } from "../sql/functions/coercion.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { aggregatesOf, resultGroups } from "../sql/planning/plan_sources.ts";
import type { SinkPlan } from "./make_sink.ts";
import { groupKeyOf } from "./rows/group_key.ts";
import { partitioningBy } from "./files/partitioning.ts";
import { PROGRESS_TABLE } from "./sink_places.ts";

/** A query, and its sink. */
export interface SinkChoice extends Pick<SinkPlan, "spec" | "partitionBy" | "tombstones"> {
  readonly plan: QueryPlan;
}

/** @throws {SfcrimeError} CONFIG */
export function checkSink(choice: SinkChoice): void {
  const { spec, plan, partitionBy } = choice;
  switch (spec.kind) {
    case "json":
    case "csv":
    case "parquet":
      requireDistinctColumns(choice);
      if (spec.kind === "csv") requireFlatColumns(choice);
      requireStorable(choice);
      if (partitionBy.length > 0) partitioningBy(partitionBy, plan.output, timeZoneOf(plan.timeZone) ?? UTC);
      return;
    case "sqlite":
      requireDistinctColumns(choice);
      requireTableName(plan.name);
      if (plan.outputMode === "update") requireGroupKey(choice, "in update mode");
      return;
    case "kafka":
      if (!choice.tombstones) return;
      if (plan.outputMode !== "update" || resultGroups(plan)?.aggregate.eviction === undefined) {
        throw fail(
          choice,
          "tombstones need update mode and groups that a watermark closes.",
          "Set output_mode = update and a watermark, and group by a window over its column, or remove tombstones.",
        );
      }
      requireGroupKey(choice, "to send tombstones");
  }
}

function requireDistinctColumns(choice: SinkChoice): void {
  const seen = new Set<string>();
  for (const { name } of choice.plan.output) {
    if (seen.has(name.toLowerCase())) {
      throw fail(choice, `duplicate column name ${name} in its result.`, "Rename one of them with AS.");
    }
    seen.add(name.toLowerCase());
  }
}

/** As Spark, which has no text of structures in CSV. */
function requireFlatColumns(choice: SinkChoice): void {
  const structure = choice.plan.output.find(({ type }) => isNested(type));
  if (structure === undefined) return;
  const { name, type } = structure;
  const part = typeof type !== "string" && type.kind === "STRUCT" ? type.fields[0]?.name : undefined;
  throw fail(
    choice,
    `CSV has no column of type ${typeName(type)}, as ${name} is.`,
    `Select ${
      part === undefined ? "" : `its fields, such as ${name}.${part}, or `
    }to_json(${name}), or use json or parquet.`,
  );
}

/** Spark's files have no intervals of the calendar either. */
function requireStorable(choice: SinkChoice): void {
  const column = choice.plan.output.find(({ type }) => holds(type, (part) => part === "INTERVAL"));
  if (column === undefined) return;
  throw fail(
    choice,
    `column ${column.name} is ${typeName(column.type)}, and files cannot have an INTERVAL without fields.`,
    "CAST it to STRING.",
  );
}

function requireTableName(name: string): void {
  if (name.toLowerCase() !== PROGRESS_TABLE && !/^sqlite_/i.test(name)) return;
  throw new SfcrimeError(
    "CONFIG",
    `Query ${name} cannot use the sink sqlite: that name is reserved for other tables.`,
    { hint: "Rename the query." },
  );
}

function requireGroupKey(choice: SinkChoice, when: string): void {
  const { plan } = choice;
  if (aggregatesOf(plan).length === 0 || groupKeyOf(plan) !== undefined) return;
  if (resultGroups(plan) === undefined) {
    throw fail(
      choice,
      `its rows are made of several groups, or several of a group: none has a key, which is required ${when}.`,
      "Join the table before GROUP BY, or choose another output_mode.",
    );
  }
  throw fail(
    choice,
    `not all GROUP BY columns are selected, which is required ${when}.`,
    "Select all of them, or choose another output_mode.",
  );
}

function fail({ spec, plan }: SinkChoice, reason: string, hint: string): SfcrimeError {
  return new SfcrimeError("CONFIG", `Query ${plan.name} cannot use the sink ${spec.kind}: ${reason}`, {
    hint,
  });
}
