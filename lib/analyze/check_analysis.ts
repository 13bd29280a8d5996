/** Plans an analysis and checks its settings for conflicts, before a broker is contacted. */
import { SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import { settingsWithoutEffect, specificApplies } from "../config/effective.ts";
import { newTopicsOf } from "../config/new_topics.ts";
import type { Settings } from "../config/settings.ts";
import { topicFilter } from "../config/topic_selection.ts";
import { requireSinkPlace } from "../sinks/sink_places.ts";
import { planAnalysis, type PlannedAnalysis, type PlannedQuery, selectionsOf } from "./plan_analysis.ts";
import { STDOUT } from "./progress_file.ts";
import { rateLimitsOf } from "./rate_limits.ts";

const log = logger("analyze");

/**
 * Plans queries with `planAnalysis`, and checks them against the other settings. Warns about settings without
 * effect.
 *
 * @throws {SfcrimeError} CONFIG or USAGE, and whatever `planAnalysis` throws.
 */
export async function planChecked(settings: Settings, names: readonly string[]): Promise<PlannedAnalysis> {
  rateLimitsOf(settings);
  newTopicsOf(settings);
  const planned = await planAnalysis(settings, names);
  requireUnreadTopics(settings, planned);
  requireOwnCheckpoints(settings, planned);
  requireStdoutForOne(settings, planned);
  for (const query of planned.queries) requireSinkPlace(query.sink, sinkSetting(settings, query).place);
  const idle = settingsWithoutEffect(settings);
  if (idle.length > 0) log.warn(`These settings have no effect yet: ${idle.join(", ")}.`);
  return planned;
}

/** A query that reads its own rows would never end. */
function requireUnreadTopics(settings: Settings, planned: PlannedAnalysis): void {
  const { late_rows: lateRows } = settings.analyze;
  for (const { plan, sink } of planned.queries) {
    const isRead = (topic: string) =>
      selectionsOf(plan, planned).some((selection) => topicFilter(selection)(topic));
    const refuse = (setting: string, what: string, topic: string) => {
      const place = settings.provenance.get(setting)?.place ?? setting;
      throw new SfcrimeError("CONFIG", `${place}: ${what} to ${topic}, which it reads.`, {
        hint: "The query would read its own output forever. Choose another topic.",
      });
    };
    if (sink.kind === "kafka" && isRead(sink.topic)) {
      refuse(sinkSetting(settings, { plan }).name, `query ${plan.name} would write`, sink.topic);
    }
    if (lateRows?.kind === "kafka" && isRead(lateRows.topic)) {
      refuse("analyze.late_rows", `late rows of ${plan.name} would go`, lateRows.topic);
    }
  }
}

/** The setting for the sink of a query, and its place. */
function sinkSetting(settings: Settings, { plan }: Pick<PlannedQuery, "plan">) {
  const own = `query.${plan.name}.sink`;
  const name = specificApplies(settings, own, "analyze.sink") ? own : "analyze.sink";
  return { name, place: settings.provenance.get(name)?.place ?? name };
}

/** A checkpoint belongs to a single query. */
function requireOwnCheckpoints(settings: Settings, { queries }: PlannedAnalysis): void {
  const owners = new Map<string, string>();
  for (const { plan: { name } } of queries) {
    const own = `query.${name}.checkpoint`;
    const directory = settings.queries[name]?.checkpoint;
    if (directory === undefined || !specificApplies(settings, own, "analyze.checkpoint")) continue;
    const owner = owners.get(directory);
    if (owner !== undefined) {
      throw new SfcrimeError(
        "CONFIG",
        `${settings.provenance.get(own)!.place}: ${directory} is already the checkpoint of ${owner}.`,
        { hint: `Choose another directory for ${name}.` },
      );
    }
    owners.set(directory, name);
  }
}

/** Rows and progress must not be mixed on stdout. */
function requireStdoutForOne(settings: Settings, { queries }: PlannedAnalysis): void {
  if (settings.analyze.progress !== STDOUT) return;
  const printing = queries.find(({ sink }) => sink.kind === "console" || sink.kind === "ndjson");
  if (printing === undefined) return;
  throw new SfcrimeError(
    "USAGE",
    `Cannot write progress to stdout: query ${printing.plan.name} writes its rows there.`,
    { hint: "Write progress to a file, or choose another --sink for the query." },
  );
}
