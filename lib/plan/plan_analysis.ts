/**
 * Makes the plan of an analysis from its settings, and checks all of it. Only files are opened here, and a schema
 * registry is asked where streams have schemas in it, so errors are found before a broker is contacted; they are
 * collected, and reported at once.
 */
import { resolve } from "node:path";
import { deepFreeze } from "../base/collections/deep_freeze.ts";
import { Problems } from "../base/problems.ts";
import { newTopicsOf } from "../config/new_topics.ts";
import type { CheckedSettings, Settings } from "../config/settings.ts";
import type { RegistryHost } from "../registry/schema_registry.ts";
import type { StreamFormats } from "../registry/formats/stream_format.ts";
import type { AnalysisPlan, PlannedQuery, ResumingPlan } from "./analysis_plan.ts";
import { chosenQueries } from "./chosen_queries.ts";
import { declaredSources } from "./declared_sources.ts";
import { declaredTable, loadDeclaredTable, type LoadedTable } from "./declared_tables.ts";
import { addConflicts } from "./checks/plan_conflicts.ts";
import { planQuery } from "./plan_query.ts";
import { type EngineKind, planEngine } from "./checks/plan_engine.ts";
import { planUi } from "./run/plan_ui.ts";
import { declaredTablesOf } from "../sql/planning/plan_sources.ts";
import { partsWithSchemas } from "./schemas/part_settings.ts";
import { registryAddress } from "./schemas/registry_settings.ts";
import { rateLimitsOf } from "./run/rate_limits.ts";
import { reportStart, requireReadTopics } from "./checkpoints/starting_point.ts";

/** What is to be planned, besides the settings; `error` and `invalid` are reported with all that is found. */
export interface PlanRequest extends Partial<Omit<CheckedSettings, "settings">>, Partial<ResumingPlan> {
  /** The queries to run; all of them by default. */
  readonly names?: readonly string[];
  /** Whether there are queries that run only with the dashboard; by default, if the settings enable it. */
  readonly hasUi?: boolean;
  /** The directory for the program's own files. */
  readonly dataDir: string;
  /** The number of workers by default. */
  readonly processorCount: number;
  /** What runs the queries, if not what the settings say. */
  readonly engine?: EngineKind;
  /** What a schema registry is asked with, if streams have schemas there. */
  readonly host?: RegistryHost;
  /** Whether rows of NDJSON include their query and batch even if there is only one query. */
  readonly withBatch?: boolean;
}

/**
 * Makes the plan, and warns about settings that the engine ignores.
 *
 * @throws {SfcrimeError} USAGE for an unknown query; CONFIG, SQL, FILE_MISSING or INPUT: everything at once.
 */
export async function planAnalysis(settings: Settings, request: PlanRequest): Promise<AnalysisPlan> {
  const { names = [], hasUi = settings.ui.enabled, dataDir, error, invalid = [], withBatch = false } =
    request;
  const kind = request.engine ?? settings.analyze.engine;
  const problems = new Problems();
  if (error !== undefined) problems.add(error);
  const limits = problems.attemptSync(() => rateLimitsOf(settings));
  const sinkTopics = problems.attemptSync(() => newTopicsOf(settings));
  const ui = problems.attemptSync(() => settings.ui.enabled ? planUi(settings) : undefined);
  const chosen = chosenQueries(settings, { names, hasUi, problems });
  const formats = await formatsOf(settings, chosen, { problems, host: request.host });
  const sources = declaredSources(settings, { problems, invalid, formats });
  const queries: PlannedQuery[] = [];
  const runsOn = kind === "local" ? kind : "spark";
  for (const name of chosen) {
    const planning = { sources, invalid, dataDir, withBatch, engine: runsOn } as const;
    const planned = await problems.attempt(() => planQuery(settings, name, planning));
    if (planned !== undefined) queries.push(planned);
  }
  const tables: Record<string, LoadedTable> = {};
  for (const name of new Set(queries.flatMap(({ plan }) => declaredTablesOf(plan)))) {
    const table = await problems.attempt(() => loadDeclaredTable(declaredTable(settings, name)));
    if (table !== undefined) tables[name] = table;
  }
  problems.attemptSync(() => requireReadTopics(settings, queries));
  addConflicts(settings, queries, problems);
  const engine = planEngine(settings, { kind, queries, problems });
  problems.refuse();
  for (const query of queries) await reportStart(query);
  const { analyze } = settings;
  return deepFreeze({
    queries: queries.map((query) => ({
      ...query,
      sink: { ...query.sink, hasOthers: hasOthers(query, queries) },
    })),
    streams: sources.readings,
    registry: [...formats.values()].some(({ key, value }) => key?.format.isFramed || value?.format.isFramed)
      ? problems.attemptSync(() => registryAddress(settings))
      : undefined,
    tables,
    timestampStrategy: analyze.starting_offsets_by_timestamp_strategy,
    limits: limits!,
    failOnDataLoss: analyze.fail_on_data_loss,
    engine,
    workerCount: analyze.workers ?? request.processorCount,
    sinkTopics: sinkTopics!,
    lateRows: analyze.late_rows,
    progress: analyze.progress,
    ui,
    resuming: {
      acceptChangedQuery: request.acceptChangedQuery ?? false,
      resumeAfterSink: request.resumeAfterSink ?? false,
    },
  });
}

/** The formats of the streams whose records have schemas, as far as a chosen query may read them. */
async function formatsOf(
  settings: Settings,
  chosen: readonly string[],
  { problems, host }: { readonly problems: Problems; readonly host: RegistryHost | undefined },
): Promise<ReadonlyMap<string, StreamFormats>> {
  const named = chosen.map((query) => settings.queries[query]!.sql?.toLowerCase());
  const read = Object.keys(settings.streams).flatMap((name) =>
    partsWithSchemas(settings, name).length > 0 &&
      named.some((sql) => sql === undefined || sql.includes(name.toLowerCase()))
      ? [name]
      : []
  );
  if (read.length === 0) return new Map();
  const { streamFormats } = await import("./schemas/stream_formats.ts");
  return await streamFormats(settings, read, { problems, host });
}

/** Whether other queries of the run have the same sink. */
function hasOthers(query: PlannedQuery, queries: readonly PlannedQuery[]): boolean {
  const place = sinkPlace(query);
  return queries.some((other) => other !== query && sinkPlace(other) === place);
}

/** Equal for equal sinks, and for files of any format in one directory. */
function sinkPlace({ sink: { spec } }: PlannedQuery): string {
  if (!("path" in spec)) return JSON.stringify(spec);
  return `${spec.kind === "sqlite" ? spec.kind : "files"}:${resolve(spec.path)}`;
}
