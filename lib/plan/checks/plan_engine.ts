/**
 * What runs the queries: this program, a Spark cluster, or a job for one. What only this program has is refused for a
 * cluster before anything starts, or a warning says that it has no effect there; `docs/spark.md` lists all of it.
 */
import { connectServer } from "./connect_server.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { Problems } from "../../base/problems.ts";
import { keyOf, type Settings } from "../../config/settings.ts";
import { WITH_SCHEMAS } from "../../config/values/record_format.ts";
import { isDurable } from "../../config/values/values.ts";
import { repeatsGroups } from "./repeated_groups.ts";
import type { ConnectEngine, EnginePlan, JobEngine, PlannedQuery } from "../analysis_plan.ts";

const log = logger("analyze");

/** A setting that a cluster does not have. */
export interface LocalSetting {
  /** `section.key`, or `query.key` for one of each query. */
  readonly setting: string;
  /** Whether setting it is an error: the answers would be others, or less would be kept. */
  readonly isRefused: boolean;
  readonly reason: string;
  /** The values that a cluster does not have; by default, none. */
  readonly values?: readonly string[];
  /** Set if Spark Connect has it: only a job has not. */
  readonly isJobOnly?: true;
}

/** What runs the queries. */
export type EngineKind = EnginePlan["kind"];

/** The settings that only the local engine has. */
export const LOCAL_SETTINGS: readonly LocalSetting[] = [
  { setting: "analyze.late_rows", isRefused: true, reason: "Spark drops late rows, and does not say which" },
  {
    setting: "analyze.idle_timeout",
    isRefused: true,
    reason: "in Spark, a silent stream holds the watermark back",
  },
  { setting: "analyze.max_event_time_ahead", isRefused: true, reason: "Spark takes every event time" },
  {
    setting: "analyze.flush_at_end",
    isRefused: true,
    reason: "Spark never emits groups that are still open",
  },
  {
    setting: "spark.max_rate_per_partition",
    isRefused: true,
    reason: "Spark has a limit for all partitions together: max_offsets_per_trigger",
  },
  { setting: "query.tombstones", isRefused: true, reason: "Spark does not say which groups it has removed" },
  {
    setting: "stream.corrupt_record",
    isRefused: true,
    reason: "Spark's from_json does not keep the text of a record",
  },
  {
    setting: "stream.format",
    values: WITH_SCHEMAS,
    isRefused: true,
    reason: "Spark's readers of Avro and Protobuf do not ask a schema registry",
  },
  {
    setting: "stream.key_format",
    values: WITH_SCHEMAS,
    isRefused: true,
    reason: "Spark's readers of Avro and Protobuf do not ask a schema registry",
  },
  { setting: "table.reload", isRefused: true, reason: "tables are sent to the cluster once, at the start" },
  { setting: "analyze.workers", isRefused: false, reason: "the cluster has executors of its own" },
  { setting: "analyze.state_memory_mb", isRefused: false, reason: "the executors' own limits apply" },
  {
    setting: "ui.enabled",
    isRefused: false,
    reason: "the job runs without this program; Spark's own page is on port 4040 of its driver",
    isJobOnly: true,
  },
];

/** What an engine is planned from. */
export interface EngineRequest {
  readonly kind: EngineKind;
  readonly queries: readonly PlannedQuery[];
  readonly problems: Problems;
}

/** Plans the engine, and adds what the settings ask of a cluster in vain. */
export function planEngine(settings: Settings, request: EngineRequest): EnginePlan {
  const { kind, queries, problems } = request;
  if (kind === "local") return { kind };
  const where = kind === "spark" ? "with --engine spark" : "in a Spark job";
  for (const { place, local } of localSettingsOf(settings, kind)) {
    if (local.isRefused) {
      problems.add(
        new SfcrimeError("CONFIG", `${place}: not ${where}: ${local.reason}.`, {
          hint: "Leave it out, or run the query with --engine local.",
        }),
      );
    } else log.warn(`${place} has no effect ${where}: ${local.reason}.`);
  }
  for (const query of queries) problems.attemptSync(() => requireOnCluster(settings, { query, kind }));
  const servers = problems.attemptSync(() => serversOf(settings));
  const engine = problems.attemptSync(() => kind === "spark" ? connectOf(settings) : jobOf(settings));
  // One that is missing is among the problems.
  return servers === undefined || engine === undefined ? { kind: "local" } : { ...engine, servers };
}

/** @throws {SfcrimeError} USAGE if there is no server. */
function connectOf(settings: Settings): Omit<ConnectEngine, "servers"> {
  const remote = connectServer(settings);
  if (remote !== undefined) return { kind: "spark", remote };
  throw new SfcrimeError("USAGE", "No Spark Connect server is set for --engine spark.", {
    hint: "Add --remote sc://HOST:15002, or set [spark] remote or SPARK_REMOTE.",
  });
}

/** @throws {SfcrimeError} CONFIG if the master does not take a driver that is to run there. */
function jobOf(
  { spark: { master, deploy_mode: deployMode, jars, packages } }: Settings,
): Omit<JobEngine, "servers"> {
  if (deployMode === "client" || /^(yarn$|k8s:)/.test(master)) {
    return { kind: "spark-job", master, deployMode, jars, packages };
  }
  throw new SfcrimeError(
    "CONFIG",
    `Spark runs the drivers of Python jobs on YARN and Kubernetes, not on ${master}.`,
    {
      hint: "Use --deploy-mode client, or --master yarn or k8s://https://HOST:PORT.",
    },
  );
}

/** The settings that are set, and that such an engine does not have, with their places. */
function localSettingsOf(
  { provenance }: Settings,
  kind: EngineKind,
): { place: string; local: LocalSetting }[] {
  return [...provenance].flatMap(([name, { origin, place, raw }]) => {
    if (origin === "default" || /^(false|none)$/i.test(raw)) return [];
    const [section] = name.split(".", 1);
    const key = keyOf(name);
    const local = LOCAL_SETTINGS.find(({ setting }) => setting === name || setting === `${section}.${key}`);
    const applies = local !== undefined && (kind === "spark-job" || local.isJobOnly !== true) &&
      local.values?.includes(raw.toLowerCase()) !== false;
    return applies ? [{ place: `${place} (${key})`, local }] : [];
  });
}

/** @throws {SfcrimeError} CONFIG if a cluster cannot write the rows of a query, or cannot go on with it. */
function requireOnCluster(
  { provenance }: Settings,
  { query: { plan, sink: { spec } }, kind }: {
    readonly query: PlannedQuery;
    readonly kind: EngineKind;
  },
): void {
  const { name, outputMode } = plan;
  if (repeatsGroups(plan) && outputMode !== "complete") {
    throw new SfcrimeError(
      "CONFIG",
      `Query ${name}: Spark loses groups that a UNION ALL has twice: the second ones never leave its state.`,
      {
        hint: "Group once, and repeat the rows of the groups: CROSS JOIN VALUES (1), (2).",
      },
    );
  }
  if (spec.kind === "sqlite") {
    throw new SfcrimeError("CONFIG", `Query ${name}: Spark does not write to sqlite:${spec.path}.`, {
      hint: "Use console, ndjson, json:PATH, csv:PATH, parquet:PATH, kafka:TOPIC or none.",
    });
  }
  const hasCheckpoint = [`query.${name}.checkpoint`, "analyze.checkpoint"].some((key) =>
    (provenance.get(key)?.raw ?? "") !== ""
  );
  const comesHere = kind === "spark" && !isDurable(spec) && spec.kind !== "none";
  if (hasCheckpoint && comesHere && outputMode !== "complete") {
    throw new SfcrimeError("CONFIG", `Query ${name}: Spark cannot resume a query whose rows come here.`, {
      hint:
        "Leave out --checkpoint, or let the cluster write the rows: --sink kafka:TOPIC, json:PATH, csv:PATH or parquet:PATH.",
    });
  }
  if (!isDurable(spec) || hasCheckpoint) return;
  throw new SfcrimeError("CONFIG", `Query ${name}: Spark needs a checkpoint for the sink ${spec.kind}.`, {
    hint:
      "Add --checkpoint with a directory that all machines of the cluster reach, such as hdfs:// or s3a://.",
  });
}

/** @throws {SfcrimeError} USAGE on the embedded broker. */
function serversOf({ kafka, spark }: Settings): readonly string[] {
  const servers = spark.bootstrap_servers ?? kafka.bootstrap_servers;
  if (servers !== undefined) return servers;
  throw new SfcrimeError(
    "USAGE",
    "A Spark cluster cannot read the embedded broker, a file of this machine.",
    {
      hint: "Add --bootstrap-server HOST:PORT.",
    },
  );
}
