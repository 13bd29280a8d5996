/** Settings that are valid, but contradict each other: found before a broker is contacted. */
import { resolve } from "node:path";
import { SfcrimeError } from "../../base/errors.ts";
import { STDOUT } from "../../base/files/output.ts";
import type { Problems } from "../../base/problems.ts";
import { specificApplies } from "../../config/effective.ts";
import type { Settings } from "../../config/settings.ts";
import { topicFilter } from "../../config/values/topic_selection.ts";
import { requireSinkPlace } from "../../sinks/sink_places.ts";
import type { PlannedQuery } from "../analysis_plan.ts";

/** Adds the conflicts between queries, and between a query and the other settings. */
export function addConflicts(settings: Settings, queries: readonly PlannedQuery[], problems: Problems): void {
  for (const query of queries) {
    problems.attemptSync(() => requireUnreadTopic(settings, query));
    problems.attemptSync(() => requireUnreadLateRows(settings, query));
    problems.attemptSync(() => requireSinkPlace(query.sink.spec, sinkPlace(settings, query)));
  }
  requireOwnCheckpoints(settings, queries, problems);
  problems.attemptSync(() => requireStdoutForOne(settings, queries));
}

/** A query that reads its own rows would never end. */
function requireUnreadTopic(settings: Settings, query: PlannedQuery): void {
  const { plan, sink: { spec } } = query;
  if (spec.kind !== "kafka" || !isRead(spec.topic, query)) return;
  const place = sinkPlace(settings, query);
  throw ownOutput(`${place}: query ${plan.name} would write to ${spec.topic}, which it reads.`);
}

/** The same for its late rows. */
function requireUnreadLateRows(settings: Settings, query: PlannedQuery): void {
  const { late_rows: lateRows } = settings.analyze;
  if (lateRows?.kind !== "kafka" || !isRead(lateRows.topic, query)) return;
  const place = settings.provenance.get("analyze.late_rows")!.place;
  throw ownOutput(`${place}: late rows of ${query.plan.name} would go to ${lateRows.topic}, which it reads.`);
}

function isRead(topic: string, { reads }: PlannedQuery): boolean {
  return reads.some((selection) => topicFilter(selection)(topic));
}

function ownOutput(message: string): SfcrimeError {
  return new SfcrimeError("CONFIG", message, {
    hint: "The query would read its own output forever. Choose another topic.",
  });
}

/** Where the sink of a query is set. */
function sinkPlace(settings: Settings, { plan }: PlannedQuery): string {
  const own = `query.${plan.name}.sink`;
  const name = specificApplies(settings, own, "analyze.sink") ? own : "analyze.sink";
  return settings.provenance.get(name)?.place ?? name;
}

/** A checkpoint belongs to a single query, however its path is written. */
function requireOwnCheckpoints(
  settings: Settings,
  queries: readonly PlannedQuery[],
  problems: Problems,
): void {
  const owners = new Map<string, string>();
  const keyOf = (name: string) => `query.${name}.checkpoint`;
  for (const { plan: { name }, checkpoint } of queries) {
    if (checkpoint === undefined) continue;
    const directory = resolve(checkpoint);
    const owner = owners.get(directory);
    if (owner === undefined) {
      owners.set(directory, name);
      continue;
    }
    // The other one may be in the directory for all checkpoints.
    const isSet = specificApplies(settings, keyOf(name), "analyze.checkpoint");
    const [query, other] = isSet ? [name, owner] : [owner, name];
    const { place, raw } = settings.provenance.get(keyOf(query))!;
    problems.add(
      new SfcrimeError("CONFIG", `${place}: ${raw} is already the checkpoint of ${other}.`, {
        hint: `Choose another directory for ${query}.`,
      }),
    );
  }
}

/** Rows and progress must not be mixed on stdout. */
function requireStdoutForOne(settings: Settings, queries: readonly PlannedQuery[]): void {
  if (settings.analyze.progress !== STDOUT) return;
  const printing = queries.find(({ sink: { spec } }) => spec.kind === "console" || spec.kind === "ndjson");
  if (printing === undefined) return;
  throw new SfcrimeError(
    "USAGE",
    `Cannot write progress to stdout: query ${printing.plan.name} writes its rows there.`,
    { hint: "Write progress to a file, or choose another --sink for the query." },
  );
}
