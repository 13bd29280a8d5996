/**
 * A stream of records in batches, and queries over it: what is run here and on a real Spark, to compare. The
 * plan is made of settings, on the way that the program itself takes.
 */
import { join } from "node:path";
import { planAnalysis, type PlannedAnalysis } from "../../lib/analyze/plan_analysis.ts";
import { loadSettings, type Settings } from "../../lib/config/settings.ts";
import type { WatermarkPolicy } from "../../lib/stream/watermark.ts";

/** The value of a record: text, bytes in base64, or none. */
export type RecordValue = string | { readonly base64: string } | null;

/** The records of a batch, by stream; `"idle"` is a pause in which the queries have nothing more to do. */
export type ScenarioBatch = Readonly<Record<string, readonly RecordValue[]>> | "idle";

/** A query, by the keys of its section. */
export interface ScenarioQuery {
  readonly sql: string;
  readonly output_mode?: "append" | "update" | "complete";
  readonly watermark?: string;
  readonly deduplicate?: string;
}

/** See the module's description. */
export interface Scenario {
  readonly name: string;
  readonly timeZone?: string;
  /** Which of several streams decides on the watermark. The slowest one where it is absent. */
  readonly watermarkPolicy?: WatermarkPolicy;
  /**
   * Where it is absent, a batch runs as soon as there is one. `available-now` needs batches of one size; `once` takes
   * all of them together. Neither goes with pauses.
   */
  readonly trigger?: "available-now" | "once";
  /** Records go to the partitions in turn. One where it is absent. */
  readonly partitions?: number;
  readonly streams: Readonly<Record<string, { readonly columns: string; readonly watermark?: string }>>;
  /** Static tables; each row is a JSON text. */
  readonly tables?: Readonly<Record<string, { readonly columns: string; readonly rows: readonly string[] }>>;
  readonly queries: Readonly<Record<string, ScenarioQuery>>;
  /** In every batch, each stream that a query reads has a record, or the query would run a batch less here. */
  readonly batches: readonly ScenarioBatch[];
}

/** A batch of a query, as an engine answered it. */
export interface BatchAnswer {
  /** The watermark that the batch ran with; null where the query has none. */
  readonly watermark: string | null;
  /** Each as JSON, its columns named c0, c1 … */
  readonly rows: readonly string[];
  readonly state: readonly StateAnswer[];
}

/** Spark's metrics of a stateful operator. */
export interface StateAnswer {
  readonly numRowsTotal: number;
  readonly numRowsUpdated: number;
  readonly numRowsRemoved: number;
  readonly numRowsDroppedByWatermark: number;
}

/** What became of a query. */
export interface QueryAnswer {
  /** Name and type of each column. */
  readonly columns: readonly string[];
  readonly batches: readonly BatchAnswer[];
  /** Why it ended before its time. */
  readonly error?: string;
}

/** Answers by query. */
export type Answers = Readonly<Record<string, QueryAnswer>>;

/** A scenario's settings and plans. Its tables are written to the directory. */
export async function planScenario(
  scenario: Scenario,
  directory: string,
): Promise<{ readonly settings: Settings; readonly planned: PlannedAnalysis }> {
  const values: Record<string, string> = {
    "analyze.time_zone": scenario.timeZone ?? "UTC",
    "analyze.trigger": scenario.trigger ?? "0",
    "analyze.watermark_policy": scenario.watermarkPolicy ?? "min",
  };
  for (const [name, { columns, watermark = "none" }] of Object.entries(scenario.streams)) {
    values[`stream.${name}.topic`] = name;
    values[`stream.${name}.columns`] = columns;
    values[`stream.${name}.watermark`] = watermark;
  }
  for (const [name, { columns, rows }] of Object.entries(scenario.tables ?? {})) {
    const path = join(directory, `${name}.ndjson`);
    await Deno.writeTextFile(path, rows.map((row) => `${row}\n`).join(""));
    values[`table.${name}.path`] = path;
    values[`table.${name}.columns`] = columns;
  }
  for (const [name, query] of Object.entries(scenario.queries)) {
    for (const [key, value] of Object.entries(query)) values[`query.${name}.${key}`] = value;
  }
  const settings = loadSettings({
    flags: Object.entries(values).map(([setting, value]) => ({ setting, flag: setting, value })),
    properties: [],
    environment: {},
    file: undefined,
  });
  return { settings, planned: await planAnalysis(settings, Object.keys(scenario.queries)) };
}

/** The bytes of a record's value. */
export function valueBytes(value: RecordValue): Uint8Array | null {
  if (value === null) return null;
  return typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.fromBase64(value.base64);
}

/** The records of a stream in one batch, by partition. */
export function byPartition(
  batch: Exclude<ScenarioBatch, "idle">,
  stream: string,
  partitions: number,
): (Uint8Array | null)[][] {
  const parts: (Uint8Array | null)[][] = Array.from({ length: partitions }, () => []);
  batch[stream]?.forEach((value, index) => parts[index % partitions]!.push(valueBytes(value)));
  return parts;
}
