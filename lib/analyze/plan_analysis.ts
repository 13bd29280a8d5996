/**
 * From settings to the checked plans of the queries that are to run. Nothing is opened here but the static
 * tables' files, so whatever is wrong is found before any broker is touched.
 */
import { SfcrimeError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { ownHolds } from "../config/effective.ts";
import type { QuerySettings } from "../config/sections.ts";
import type { Settings } from "../config/settings.ts";
import type { SinkSpec, TriggerSpec, WatermarkSpec } from "../config/values.ts";
import type { Row } from "../records/data_type.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { checkSink } from "../sinks/check_sink.ts";
import { analyzeQuery } from "../sql/analyze.ts";
import { type Catalog, parseColumns, type SourceColumn, type StreamSource } from "../sql/catalog.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { BUILT_IN_RADIO_CODES, loadTable } from "./tables.ts";

/** A query with all that holds for it. */
export interface PlannedQuery {
  readonly plan: QueryPlan;
  readonly trigger: TriggerSpec;
  readonly sink: SinkSpec;
  /** The columns by whose values the files of a sink are divided. */
  readonly partitionBy: readonly string[];
  /** Whether a topic is told of groups that are gone. */
  readonly tombstones: boolean;
}

/** The queries of a run, and what they read. */
export interface PlannedAnalysis {
  readonly queries: readonly PlannedQuery[];
  /** Which topic each stream reads. */
  readonly topics: Readonly<Record<string, string>>;
  /** The rows of the static tables that the queries join. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
}

/** The table whose file `[spark] input_file` may name. */
const RADIO_CODE = "radio_code";

/**
 * Plans queries.
 *
 * @param names The queries to run; all of them where none is named.
 * @throws {SfcrimeError} USAGE for an unknown query, CONFIG, SQL, FILE_MISSING or INPUT for what is wrong in
 * their declarations.
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
      const holds = (key: string) => ownHolds(settings, `query.${name}.${key}`, `analyze.${key}`);
      const planned = {
        plan,
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
    topics: Object.fromEntries(
      Object.entries(settings.streams).map(([name, { topic }]) => [name, topic ?? settings.kafka.topic]),
    ),
    tables: Object.fromEntries(
      await Promise.all(
        [...used].map(async (name) => [name, await loadDeclaredTable(settings, name)] as const),
      ),
    ),
  };
}

/** Names that are separated by commas. */
function namesIn(text: string | undefined): string[] {
  return (text ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function chosenQueries(settings: Settings, names: readonly string[]): readonly string[] {
  const known = Object.keys(settings.queries);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new SfcrimeError("USAGE", `There is no query ${name}.`, { hint: didYouMean(name, known) });
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
      hint: "Keep one of the two.",
    });
  }
  if (sql !== undefined) return sql;
  if (file === undefined) {
    throw new SfcrimeError("CONFIG", `${place("sql")}: query ${name} has no statement.`, {
      hint: "Set sql, or sql_file to the path of a file that holds it.",
    });
  }
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    throw new SfcrimeError("FILE_MISSING", `${place("sql_file")}: ${file} cannot be read.`, { cause });
  }
}

function declaredStreams(settings: Settings): Map<string, StreamSource> {
  return new Map(
    Object.entries(settings.streams).map(([name, { columns, watermark }]) => {
      if (columns === undefined) {
        throw new SfcrimeError("CONFIG", `[stream.${name}] has no columns.`, {
          hint: "Declare them, for example columns = id STRING, at TIMESTAMP.",
        });
      }
      const source = parseColumns(columns, columnsPlace(settings, `stream.${name}`));
      const general = settings.analyze.watermark;
      const holding = ownHolds(settings, `stream.${name}.watermark`, "analyze.watermark")
        ? watermark
        : holdsColumn(source, general)
        ? general
        : undefined;
      return [name, { columns: source, watermark: holding === "none" ? undefined : holding }];
    }),
  );
}

function columnsPlace(settings: Settings, section: string): string {
  const place = settings.provenance.get(`${section}.columns`)?.place ?? "";
  return `${place}: [${section}] columns`;
}

/** The watermark of `[analyze]` is for the streams that have its column. */
function holdsColumn(columns: readonly SourceColumn[], watermark: WatermarkSpec | "none"): boolean {
  return watermark !== "none" &&
    columns.some(({ name }) => name.toLowerCase() === watermark.column.toLowerCase());
}

/** A watermark that somebody has set must be of use to a stream, or its column is mistyped. */
function requireKnownWatermark(settings: Settings, streams: ReadonlyMap<string, StreamSource>): void {
  const { watermark } = settings.analyze;
  const provenance = settings.provenance.get("analyze.watermark");
  if (watermark === "none" || provenance === undefined || provenance.origin === "default") return;
  const columns = [...streams.values()].flatMap((stream) => stream.columns);
  if (holdsColumn(columns, watermark)) return;
  const times = columns.filter(({ type }) => type === "TIMESTAMP").map(({ name }) => name);
  throw new SfcrimeError(
    "CONFIG",
    `${provenance.place}: no stream has a column ${watermark.column} for the watermark.`,
    {
      hint: didYouMean(watermark.column, times),
    },
  );
}

/**
 * The streams as a query with `deduplicate` sees them: it is done on every stream that has the columns, before
 * anything else.
 */
function withDeduplication(
  settings: Settings,
  query: string,
  streams: ReadonlyMap<string, StreamSource>,
): ReadonlyMap<string, StreamSource> {
  const { deduplicate } = settings.queries[query]!;
  if (deduplicate === undefined) return streams;
  const names = namesIn(deduplicate);
  const fail = (message: string, hint?: string) =>
    new SfcrimeError(
      "CONFIG",
      `${settings.provenance.get(`query.${query}.deduplicate`)!.place}: [query.${query}] deduplicate = ` +
        `${JSON.stringify(deduplicate)}: ${message}`,
      hint === undefined ? {} : { hint },
    );
  const columnOf = ({ columns }: StreamSource, name: string) =>
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name;
  const found = [...streams].filter(([, source]) => names.every((name) => columnOf(source, name)));
  if (names.length === 0 || found.length === 0) {
    const known = [...streams.values()].flatMap(({ columns }) => columns.map(({ name }) => name));
    const unknown = names.find((name) => !known.some((other) => other.toLowerCase() === name.toLowerCase()));
    throw fail(
      `no stream has ${names.length === 0 ? "such columns" : unknown ?? "all of these columns"}.`,
      unknown === undefined ? undefined : didYouMean(unknown, known),
    );
  }
  const deduplicated = new Map(streams);
  for (const [name, source] of found) {
    if (source.watermark === undefined) {
      throw fail(`the stream ${name} has no watermark, so every key would be remembered for ever.`);
    }
    deduplicated.set(name, { ...source, deduplicate: names.map((column) => columnOf(source, column)!) });
  }
  return deduplicated;
}

/** The streams as a query sees them: its own watermark is for all that it reads. */
function withWatermarks(
  settings: Settings,
  query: string,
  streams: ReadonlyMap<string, StreamSource>,
): ReadonlyMap<string, StreamSource> {
  if (!ownHolds(settings, `query.${query}.watermark`, "analyze.watermark")) return streams;
  const own = settings.queries[query]!.watermark;
  return new Map([...streams].map(([name, source]) => [
    name,
    { ...source, watermark: own === "none" ? undefined : own },
  ]));
}

function tableColumns(settings: Settings, name: string): SourceColumn[] {
  const { columns } = settings.tables[name]!;
  if (columns !== undefined) return parseColumns(columns, columnsPlace(settings, `table.${name}`));
  throw new SfcrimeError("CONFIG", `[table.${name}] has no columns.`, {
    hint: "Declare them, for example columns = code STRING, description STRING.",
  });
}

function joinedTables({ branches }: QueryPlan): string[] {
  return branches.flatMap(({ steps }) => steps.flatMap((step) => step.kind === "join" ? [step.table] : []));
}

async function loadDeclaredTable(settings: Settings, name: string): Promise<Row[]> {
  const declared = settings.tables[name]!.path;
  const path = declared ??
    (name === RADIO_CODE ? settings.spark.input_file ?? BUILT_IN_RADIO_CODES : undefined);
  if (path === undefined) {
    throw new SfcrimeError("CONFIG", `[table.${name}] has no path.`, { hint: "Set it to the table's file." });
  }
  const zone = timeZoneOf(settings.analyze.time_zone) ?? UTC;
  return await loadTable({ name: `Table ${name}`, path, columns: tableColumns(settings, name), zone });
}

/** The topics that a query reads. */
export function topicsOf({ branches }: QueryPlan, { topics }: PlannedAnalysis): string[] {
  return [...new Set(branches.map(({ stream }) => topics[stream]!))].sort();
}
