/**
 * Plans the queries of the settings. Only the files of static tables are opened here, so errors are found
 * before a broker is contacted.
 */
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { decodeText } from "../base/utf8_text.ts";
import { specificApplies } from "../config/effective.ts";
import type { QuerySettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import { distinctSelections, type TopicSelection } from "../config/topic_selection.ts";
import type { SinkSpec, TriggerSpec } from "../config/values.ts";
import { checkSink } from "../sinks/check_sink.ts";
import { analyzeQuery } from "../sql/analyze.ts";
import type { Catalog } from "../sql/catalog.ts";
import type { QueryPlan } from "../sql/plan.ts";
import {
  declaredStreams,
  namesIn,
  requireKnownWatermark,
  type StreamReading,
  streamReadings,
  withDeduplication,
  withWatermarks,
} from "./declared_streams.ts";
import { declaredTable, loadDeclaredTable, type LoadedTable, tableColumns } from "./declared_tables.ts";

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
  const streams = declaredStreams(settings);
  requireKnownWatermark(settings, streams);
  const tables = new Map(
    Object.keys(settings.tables).map((name) => [name, { columns: tableColumns(settings, name) }]),
  );
  const queries = await Promise.all(
    chosenQueries(settings, names).map(async (name): Promise<PlannedQuery> => {
      const query = settings.queries[name]!;
      const own = withWatermarks(settings, name, streams);
      const catalog: Catalog = { streams: withDeduplication(settings, name, own), tables };
      const plan = analyzeQuery({
        name,
        sql: await sqlOf(settings, name, query),
        outputMode: query.output_mode,
        timeZone: settings.analyze.time_zone,
        catalog,
      });
      const { trigger, sink } = settings.analyze;
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
    }),
  );
  const used = new Set(queries.flatMap(({ plan }) => joinedTables(plan)));
  return {
    queries,
    streams: streamReadings(settings),
    tables: Object.fromEntries(
      await Promise.all(
        [...used].map(async (name) =>
          [name, await loadDeclaredTable(declaredTable(settings, name))] as const
        ),
      ),
    ),
  };
}

function chosenQueries(settings: Settings, names: readonly string[]): readonly string[] {
  const known = Object.keys(settings.queries);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new SfcrimeError("USAGE", `Query ${name} does not exist.`, { hint: didYouMean(name, known) });
  }
  return names.length > 0 ? [...new Set(names)] : known;
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
