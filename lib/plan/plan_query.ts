/** Plans a query of the settings: its statement, its streams and tables, and what it runs with. */
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { decodeText } from "../base/text/utf8_text.ts";
import type { CheckpointEngine } from "../checkpoint/moving/committed_offsets.ts";
import { specificApplies } from "../config/effective.ts";
import type { QuerySettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import { distinctSelections } from "../config/values/topic_selection.ts";
import type { SinkSpec } from "../config/values/values.ts";
import { checkSink } from "../sinks/check_sink.ts";
import { analyzeQuery, parseQuery } from "../sql/analyze.ts";
import type { Catalog } from "../sql/catalog.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { declaredTablesOf } from "../sql/planning/plan_sources.ts";
import { foldConstant } from "../stream/expression.ts";
import type { Declarations, PlannedQuery } from "./analysis_plan.ts";
import { checkpointDirectory } from "./checkpoints/checkpoint_places.ts";
import type { DeclaredSources, Planning } from "./declared_sources.ts";
import { namesIn, withDeduplication, withWatermarks } from "./declared_streams.ts";
import { startingPointOf } from "./checkpoints/starting_point.ts";

const BYTES_PER_MIB = 2 ** 20;

/** The general settings that queries are planned with; of the section alone it is unknown which key was meant. */
const PLANNED_WITH = ["analyze", "analyze.watermark", "analyze.time_zone"];

/** What a query is planned with. */
export interface QueryPlanning {
  readonly sources: DeclaredSources;
  readonly invalid: Planning["invalid"];
  readonly dataDir: string;
  readonly withBatch: boolean;
  /** What runs it. */
  readonly engine: CheckpointEngine;
}

/**
 * Plans a query. One that depends on what is invalid is only parsed; the result is then undefined.
 *
 * @throws {SfcrimeError} CONFIG, SQL, FILE_MISSING
 */
export async function planQuery(
  settings: Settings,
  name: string,
  { sources, invalid, dataDir, withBatch, engine }: QueryPlanning,
): Promise<PlannedQuery | undefined> {
  const query = settings.queries[name]!;
  const section = `query.${name}`;
  const hasInvalid = invalid.some((setting) => setting === section || setting.startsWith(`${section}.`));
  // The key of the statement may be what was mistyped.
  if (hasInvalid && query.sql === undefined && query.sql_file === undefined) return undefined;
  const sql = await sqlOf(settings, name, query);
  const place = placeOfText(settings, name);
  const isUnplanned = hasInvalid || PLANNED_WITH.some((setting) => invalid.includes(setting));
  if (isUnplanned || sources.leftOut.size > 0) {
    const read = parseQuery({ name, sql, ...place });
    if (isUnplanned || [...read].some((source) => sources.leftOut.has(source))) return undefined;
  }
  const own = withWatermarks(settings, name, sources.streams);
  const catalog: Catalog = { streams: withDeduplication(settings, name, own), tables: sources.tables };
  const { analyze } = settings;
  const plan = analyzeQuery({
    name,
    sql,
    ...place,
    outputMode: query.output_mode,
    timeZone: analyze.time_zone,
    catalog,
    fold: foldConstant,
  });
  const holds = (key: string) => specificApplies(settings, `query.${name}.${key}`, `analyze.${key}`);
  const sink = {
    spec: query.ui_only ? noSink(settings, name) : holds("sink") ? query.sink! : analyze.sink,
    hasOthers: false,
    withBatch,
    partitionBy: namesIn(query.partition_by),
    tombstones: query.tombstones,
  };
  checkSink({ ...sink, plan });
  const reads = distinctSelections(plan.branches.map(({ stream }) => sources.readings[stream]!.topics));
  const checkpoint = checkpointDirectory(settings, name, { sink: sink.spec, dataDir });
  return {
    plan,
    declared: declarationsOf(plan, catalog),
    reads,
    trigger: holds("trigger") ? query.trigger! : analyze.trigger,
    sink,
    isUiOnly: query.ui_only,
    checkpoint,
    start: await startingPointOf(settings, { name, reads, checkpoint, engine }),
    watermarks: { policy: analyze.watermark_policy, idleTimeoutMs: analyze.idle_timeout ?? Infinity },
    eventTimeAheadMsMax: analyze.max_event_time_ahead,
    stateBytesMax: analyze.state_memory_mb * BYTES_PER_MIB,
    flushAtEnd: analyze.flush_at_end,
  };
}

/** Nobody knows the name of a query whose text is on the command line. */
function placeOfText({ provenance }: Settings, name: string): { readonly place?: string } {
  const given = provenance.get(`query.${name}.sql`);
  return given?.origin === "flag" ? { place: given.place } : {};
}

/** @throws {SfcrimeError} CONFIG if it has one. */
function noSink({ queries, provenance }: Settings, name: string): SinkSpec {
  if (queries[name]!.sink !== undefined) {
    const { place } = provenance.get(`query.${name}.sink`)!;
    throw new SfcrimeError("CONFIG", `${place}: query ${name} is ui_only, so its rows go to no sink.`, {
      hint: "Remove sink or ui_only.",
    });
  }
  return { kind: "none" };
}

async function sqlOf(
  settings: Settings,
  name: string,
  { sql, sql_file: file }: QuerySettings,
): Promise<string> {
  const place = (key: string) => settings.provenance.get(`query.${name}.${key}`)?.place ?? `[query.${name}]`;
  if (sql !== undefined && file !== undefined) {
    throw new SfcrimeError("CONFIG", `${place("sql_file")}: query ${name} has both sql and sql_file.`, {
      hint: "Remove one of the two.",
    });
  }
  if (sql !== undefined) return sql;
  if (file === undefined) {
    throw new SfcrimeError("CONFIG", `[query.${name}] has no SQL statement.`, {
      hint: "Set sql, or sql_file to the path of a file with the statement.",
    });
  }
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(file);
  } catch (cause) {
    throw new SfcrimeError(
      "FILE_MISSING",
      `${place("sql_file")}: cannot read ${file}: ${messageOf(cause)}.`,
      { cause },
    );
  }
  return decodeText(bytes, { code: "CONFIG", place: (line) => `${file}:${line}` });
}

function declarationsOf(plan: QueryPlan, { streams, tables }: Catalog): Declarations {
  return {
    streams: only(streams, plan.branches.map(({ stream }) => stream)),
    tables: only(tables, declaredTablesOf(plan)),
  };
}

function only<T>(sources: ReadonlyMap<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries([...sources].filter(([name]) => names.includes(name)));
}
