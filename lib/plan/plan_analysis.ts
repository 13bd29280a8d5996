/**
 * Plans the queries of the settings. Only the files of static tables are opened here, so errors are found
 * before a broker is contacted.
 */
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/text/nearest.ts";
import { Problems } from "../base/problems.ts";
import { decodeText } from "../base/text/utf8_text.ts";
import { specificApplies } from "../config/effective.ts";
import type { QuerySettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import { distinctSelections, type TopicSelection } from "../config/values/topic_selection.ts";
import type { SinkSpec, TriggerSpec } from "../config/values/values.ts";
import { checkSink } from "../sinks/check_sink.ts";
import { analyzeQuery, parseQuery } from "../sql/analyze.ts";
import type { Catalog } from "../sql/catalog.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { type DeclaredSources, declaredSources, type Planning } from "./declared_sources.ts";
import { namesIn, type StreamReading, withDeduplication, withWatermarks } from "./declared_streams.ts";
import { declaredTable, loadDeclaredTable, type LoadedTable } from "./declared_tables.ts";

/** A query with its settings. */
export interface PlannedQuery {
  readonly plan: QueryPlan;
  /** The catalog that its statement was planned with. */
  readonly catalog: Catalog;
  readonly trigger: TriggerSpec;
  readonly sink: SinkSpec;
  /** The columns to partition the files of a sink by. */
  readonly partitionBy: readonly string[];
  /** Whether tombstones are written for groups that were removed. */
  readonly tombstones: boolean;
}

/** The queries of a run, and what they read. */
export interface PlannedAnalysis {
  readonly queries: readonly PlannedQuery[];
  /** The topics of each stream, and how its records are parsed. */
  readonly streams: Readonly<Record<string, StreamReading>>;
  /** The static tables that the queries join. */
  readonly tables: Readonly<Record<string, LoadedTable>>;
}

/**
 * Plans queries.
 *
 * @param names The queries to run; all of them if empty.
 * @throws {SfcrimeError} USAGE for an unknown query, CONFIG, SQL, FILE_MISSING or INPUT for errors in their
 * declarations.
 */
export async function planAnalysis(settings: Settings, names: readonly string[]): Promise<PlannedAnalysis> {
  const problems = new Problems();
  const planned = await planValid(settings, names, { problems, invalid: [] });
  problems.refuse();
  return planned;
}

/** The same, but errors are collected, and the queries and tables that they are in are left out. */
export async function planValid(
  settings: Settings,
  names: readonly string[],
  planning: Planning,
): Promise<PlannedAnalysis> {
  const { problems } = planning;
  const chosen = chosenQueries(settings, names, problems);
  const sources = declaredSources(settings, planning);
  const queries: PlannedQuery[] = [];
  for (const name of chosen) {
    const planned = await problems.attempt(() => planQuery(settings, name, { sources, planning }));
    if (planned !== undefined) queries.push(planned);
  }
  const tables: Record<string, LoadedTable> = {};
  for (const name of new Set(queries.flatMap(({ plan }) => joinedTables(plan)))) {
    const table = await problems.attempt(() => loadDeclaredTable(declaredTable(settings, name)));
    if (table !== undefined) tables[name] = table;
  }
  return { queries, streams: sources.readings, tables };
}

/** The general settings that queries are planned with; of the section alone it is unknown which key was meant. */
const PLANNED_WITH = ["analyze", "analyze.watermark", "analyze.time_zone"];

/** Plans a query. One that depends on what is invalid is only parsed; the result is then undefined. */
async function planQuery(
  settings: Settings,
  name: string,
  { sources, planning: { invalid } }: { readonly sources: DeclaredSources; readonly planning: Planning },
): Promise<PlannedQuery | undefined> {
  const query = settings.queries[name]!;
  const section = `query.${name}`;
  const hasInvalid = invalid.some((setting) => setting === section || setting.startsWith(`${section}.`));
  // The key of the statement may be what was mistyped.
  if (hasInvalid && query.sql === undefined && query.sql_file === undefined) return undefined;
  const sql = await sqlOf(settings, name, query);
  if (hasInvalid || sources.leftOut.size > 0 || PLANNED_WITH.some((setting) => invalid.includes(setting))) {
    const read = parseQuery({ name, sql });
    const isPlanned = !hasInvalid && !PLANNED_WITH.some((setting) => invalid.includes(setting)) &&
      [...read].every((source) => !sources.leftOut.has(source));
    if (!isPlanned) return undefined;
  }
  const own = withWatermarks(settings, name, sources.streams);
  const catalog: Catalog = { streams: withDeduplication(settings, name, own), tables: sources.tables };
  const { trigger, sink, time_zone: timeZone } = settings.analyze;
  const plan = analyzeQuery({ name, sql, outputMode: query.output_mode, timeZone, catalog });
  const holds = (key: string) => specificApplies(settings, `query.${name}.${key}`, `analyze.${key}`);
  const planned = {
    plan,
    catalog,
    trigger: holds("trigger") ? query.trigger! : trigger,
    sink: holds("sink") ? query.sink! : sink,
    partitionBy: namesIn(query.partition_by),
    tombstones: query.tombstones,
  };
  checkSink({ ...planned, spec: planned.sink });
  return planned;
}

function chosenQueries(
  settings: Settings,
  names: readonly string[],
  problems: Problems,
): readonly string[] {
  const known = Object.keys(settings.queries);
  const chosen = names.length > 0 ? [...new Set(names)] : known;
  return chosen.filter((name) => {
    if (known.includes(name)) return true;
    problems.add(
      new SfcrimeError("USAGE", `Query ${name} does not exist.`, { hint: didYouMean(name, known) }),
    );
    return false;
  });
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

function joinedTables({ branches }: QueryPlan): string[] {
  return branches.flatMap(({ steps }) => steps.flatMap((step) => step.kind === "join" ? [step.table] : []));
}

/** The topics that a query reads. */
export function selectionsOf(
  { branches }: QueryPlan,
  { streams }: Pick<PlannedAnalysis, "streams">,
): TopicSelection[] {
  return distinctSelections(branches.map(({ stream }) => streams[stream]!.topics));
}
