/** Plans an analysis and checks its settings for conflicts, before a broker is contacted. */
import { SfcrimeError } from "../base/errors.ts";
import { STDOUT } from "../base/files/output.ts";
import { logger } from "../base/log.ts";
import { Problems } from "../base/problems.ts";
import { settingsWithoutEffect, specificApplies } from "../config/effective.ts";
import { newTopicsOf } from "../config/new_topics.ts";
import type { CheckedSettings, Settings } from "../config/settings.ts";
import { topicFilter } from "../config/values/topic_selection.ts";
import { requireSinkPlace } from "../sinks/sink_places.ts";
import { type PlannedAnalysis, type PlannedQuery, planValid, selectionsOf } from "./plan_analysis.ts";
import { rateLimitsOf } from "./rate_limits.ts";

const log = logger("analyze");

/**
 * Plans queries with `planAnalysis`, and checks them against the other settings. Warns about settings without
 * effect.
 *
 * @param checked What is known to be invalid: it is reported with all that is found here.
 * @throws {SfcrimeError} CONFIG or USAGE, and whatever `planAnalysis` throws: everything at once.
 */
export async function planChecked(
  settings: Settings,
  names: readonly string[],
  { error, invalid }: Omit<CheckedSettings, "settings"> = { error: undefined, invalid: [] },
): Promise<PlannedAnalysis> {
  const problems = new Problems();
  if (error !== undefined) problems.add(error);
  problems.attemptSync(() => rateLimitsOf(settings));
  problems.attemptSync(() => newTopicsOf(settings));
  const planned = await planValid(settings, names, { problems, invalid });
  for (const query of planned.queries) {
    problems.attemptSync(() => requireUnreadTopic(settings, query, planned));
    problems.attemptSync(() => requireUnreadLateRows(settings, query, planned));
    problems.attemptSync(() => requireSinkPlace(query.sink, sinkSetting(settings, query).place));
  }
  requireOwnCheckpoints(settings, planned, problems);
  problems.attemptSync(() => requireStdoutForOne(settings, planned));
  problems.refuse();
  const idle = settingsWithoutEffect(settings);
  if (idle.length > 0) log.warn(`These settings have no effect yet: ${idle.join(", ")}.`);
  return planned;
}

/** A query that reads its own rows would never end. */
function requireUnreadTopic(
  settings: Settings,
  { plan, sink }: PlannedQuery,
  planned: PlannedAnalysis,
): void {
  if (sink.kind !== "kafka" || !isRead(sink.topic, plan, planned)) return;
  const { place } = sinkSetting(settings, { plan });
  throw ownOutput(`${place}: query ${plan.name} would write to ${sink.topic}, which it reads.`);
}

/** The same for its late rows. */
function requireUnreadLateRows(settings: Settings, { plan }: PlannedQuery, planned: PlannedAnalysis): void {
  const { late_rows: lateRows } = settings.analyze;
  if (lateRows?.kind !== "kafka" || !isRead(lateRows.topic, plan, planned)) return;
  const place = settings.provenance.get("analyze.late_rows")!.place;
  throw ownOutput(`${place}: late rows of ${plan.name} would go to ${lateRows.topic}, which it reads.`);
}

function isRead(topic: string, plan: PlannedQuery["plan"], planned: PlannedAnalysis): boolean {
  return selectionsOf(plan, planned).some((selection) => topicFilter(selection)(topic));
}

function ownOutput(message: string): SfcrimeError {
  return new SfcrimeError("CONFIG", message, {
    hint: "The query would read its own output forever. Choose another topic.",
  });
}

/** The setting for the sink of a query, and its place. */
function sinkSetting(settings: Settings, { plan }: Pick<PlannedQuery, "plan">) {
  const own = `query.${plan.name}.sink`;
  const name = specificApplies(settings, own, "analyze.sink") ? own : "analyze.sink";
  return { name, place: settings.provenance.get(name)?.place ?? name };
}

/** A checkpoint belongs to a single query. */
function requireOwnCheckpoints(
  settings: Settings,
  { queries }: PlannedAnalysis,
  problems: Problems,
): void {
  const owners = new Map<string, string>();
  for (const { plan: { name } } of queries) {
    const own = `query.${name}.checkpoint`;
    const directory = settings.queries[name]?.checkpoint;
    if (directory === undefined || !specificApplies(settings, own, "analyze.checkpoint")) continue;
    const owner = owners.get(directory);
    if (owner !== undefined) {
      problems.add(
        new SfcrimeError(
          "CONFIG",
          `${settings.provenance.get(own)!.place}: ${directory} is already the checkpoint of ${owner}.`,
          { hint: `Choose another directory for ${name}.` },
        ),
      );
      continue;
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
