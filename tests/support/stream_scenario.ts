/**
 * A stream of records in batches, and queries over it: what is run here and on a real Spark, to compare. The
 * plan is made of settings, on the way that the program itself takes.
 */
import { join } from "node:path";
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import type { PlanRequest } from "../../lib/plan/plan_analysis.ts";
import type { WatermarkPolicy } from "../../lib/stream/time/watermark.ts";
import { planFrom } from "./plan_from.ts";

/** The value of a record: text, bytes in base64, or none. */
export type RecordValue = string | { readonly base64: string } | null;

/** A record with more than a value. */
export interface FullRecord {
  readonly value: RecordValue;
  readonly key?: RecordValue;
  /** What Kafka has as its time; 0 where it is absent. */
  readonly timestampMs?: number;
}

/** A record: its value, or more of it. */
export type ScenarioRecord = RecordValue | FullRecord;

/** The records of a batch, by stream. */
export type BatchRecords = Readonly<Record<string, readonly ScenarioRecord[]>>;

/** When batches run: as soon as there is one, or as the trigger of this name says. */
export type ScenarioTrigger = "processing-time" | "available-now" | "once";

/**
 * The records of a batch; or `"idle"`, a pause until the queries have nothing more to do; or the end of a run, and
 * the trigger of the next one, which goes on from the checkpoints and may have no batches. A crash is an end at which
 * the last batch is logged, but not committed.
 */
export type ScenarioBatch = BatchRecords | "idle" | `${"restart" | "crash"} ${ScenarioTrigger}`;

/** A query, by the keys of its section. */
export interface ScenarioQuery {
  readonly sql: string;
  readonly output_mode?: "append" | "update" | "complete";
  readonly watermark?: string;
  readonly deduplicate?: string;
}

/** A stream, by the keys of its section. JSON where no format is given. */
export interface ScenarioStream {
  readonly columns: string;
  readonly watermark?: string;
  readonly format?: "json" | "csv" | "text";
  readonly format_options?: string;
  readonly key_format?: "json" | "csv" | "text";
}

/** See the module's description. */
export interface Scenario {
  readonly name: string;
  readonly timeZone?: string;
  /** Which of several streams decides on the watermark. The slowest one where it is absent. */
  readonly watermarkPolicy?: WatermarkPolicy;
  /**
   * That of the first run; `processing-time` where it is absent. `available-now` needs batches of one size; `once`
   * takes all of a run together. Neither goes with pauses.
   */
  readonly trigger?: ScenarioTrigger;
  /** Records go to the partitions in turn. One where it is absent. */
  readonly partitions?: number;
  readonly streams: Readonly<Record<string, ScenarioStream>>;
  /** Not killed and resumed, as another one of its kind is. */
  readonly isLikeAnother?: true;
  /** Static tables; each row is a JSON text. */
  readonly tables?: Readonly<Record<string, { readonly columns: string; readonly rows: readonly string[] }>>;
  readonly queries: Readonly<Record<string, ScenarioQuery>>;
  /**
   * In every batch, each stream that a query reads has a record, or the query would run a batch less here. Only the
   * batch of a run that has just one may lack streams; not so the first batch of all.
   */
  readonly batches: readonly ScenarioBatch[];
}

/** A run of the queries, from their start to their end. */
export interface ScenarioRun {
  readonly trigger: ScenarioTrigger;
  readonly batches: readonly (BatchRecords | "idle")[];
  /** Whether its last batch is logged, but not committed. */
  readonly crashes: boolean;
}

/** A batch of a query, as an engine answered it. */
export interface BatchAnswer {
  /** In which run it was, from 1 on; absent in the first one, 0. */
  readonly run?: number;
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
  /** The columns that have sums of DOUBLEs in them which may be rounded otherwise; absent where that is not known. */
  readonly mergedSums?: readonly number[];
  /** Why it ended before its time. */
  readonly error?: string;
}

/** Answers by query. */
export type Answers = Readonly<Record<string, QueryAnswer>>;

/** A moment at which the queries of a scenario are killed, to go on in another process. */
export interface ScenarioKill {
  /** In which run. */
  readonly run: number;
  /** How many batches and pauses of this run the queries were shown. */
  readonly shown: number;
  /** How many batches each query has committed, and whether it has logged another one. */
  readonly queries: Readonly<Record<string, { readonly committed: number; readonly isLogged: boolean }>>;
}

/** The runs of a scenario: one, and another one for each restart. */
export function runsOf({ trigger = "processing-time", batches }: Scenario): ScenarioRun[] {
  const runs = [{ trigger, batches: [] as (BatchRecords | "idle")[], crashes: false }];
  for (const batch of batches) {
    const last = runs.at(-1)!;
    if (typeof batch === "object" || batch === "idle") {
      last.batches.push(batch);
      continue;
    }
    const [how, trigger] = batch.split(" ") as ["restart" | "crash", ScenarioTrigger];
    last.crashes = how === "crash";
    runs.push({ trigger, batches: [], crashes: false });
  }
  return runs;
}

/** How a scenario is planned, besides what stands in it. */
export interface ScenarioPlanning extends Pick<Scenario, "trigger">, Partial<PlanRequest> {
  /** Settings by `section.key`. */
  readonly more?: Readonly<Record<string, string>>;
}

/** The plan of a scenario. Its tables are written to the directory. */
export async function planScenario(
  scenario: Scenario,
  directory: string,
  { trigger = scenario.trigger ?? "processing-time", more = {}, ...request }: ScenarioPlanning = {},
): Promise<AnalysisPlan> {
  const values: Record<string, string> = {
    "analyze.time_zone": scenario.timeZone ?? "UTC",
    "analyze.trigger": trigger === "processing-time" ? "0" : trigger,
    "analyze.watermark_policy": scenario.watermarkPolicy ?? "min",
  };
  for (const [name, stream] of Object.entries(scenario.streams)) {
    const keys = { topic: name, watermark: "none", ...stream };
    for (const [key, value] of Object.entries(keys)) values[`stream.${name}.${key}`] = value;
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
  return await planFrom({ ...values, ...more }, { names: Object.keys(scenario.queries), ...request });
}

/** A record as it is sent. */
export interface SentRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly timestampMs: number;
}

function sentRecord(record: ScenarioRecord): SentRecord {
  const { value, key = null, timestampMs = 0 }: FullRecord =
    typeof record === "object" && record !== null && "value" in record ? record : { value: record };
  return { key: bytesOf(key), value: bytesOf(value), timestampMs };
}

function bytesOf(value: RecordValue): Uint8Array | null {
  if (value === null) return null;
  return typeof value === "string" ? new TextEncoder().encode(value) : Uint8Array.fromBase64(value.base64);
}

/** The records of a stream in one batch, by partition. */
export function byPartition(batch: BatchRecords, stream: string, partitions: number): SentRecord[][] {
  const parts: SentRecord[][] = Array.from({ length: partitions }, () => []);
  batch[stream]?.forEach((record, index) => parts[index % partitions]!.push(sentRecord(record)));
  return parts;
}
