/** What a run of `produce` has done, in the log; also after a failure. */
import { formatDuration } from "../../base/text/duration.ts";
import { formatBytes, formatCount, formatRate, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { DeadLetters } from "../../produce/broken/dead_letters.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import type { ProduceSummary } from "../../produce/produce_options.ts";
import type { InputPosition } from "../../records/splitting/input_item.ts";

const log = logger("produce");

/** What the run was about. */
export interface ReportedTarget {
  readonly topic: string;
  readonly input: InputSource;
  readonly deadLetters: DeadLetters;
  /** The field by which records were sorted; undefined where they kept their order. */
  readonly order: string | undefined;
  /** Whether the broker confirms what it has stored. */
  readonly isConfirmed: boolean;
  /** The records of a dry run by partition; undefined for a run that sends them. */
  readonly dryCounts: ReadonlyMap<number, number> | undefined;
}

/** Logs the summary of a run. */
export function reportRun(summary: ProduceSummary, target: ReportedTarget): void {
  const { broken, schemaProblems, stopped } = summary;
  if (target.dryCounts === undefined) reportSent(summary, target);
  else reportDryRun(summary, { ...target, dryCounts: target.dryCounts });
  const isDry = target.dryCounts !== undefined;
  if (broken > 0) {
    const where = target.deadLetters.count > 0 ? `; see ${target.deadLetters.path}` : "";
    log.warn(`${plural(broken, "broken record")} not sent${where}.`);
  }
  if (schemaProblems > 0) {
    const verb = schemaProblems === 1 ? "does" : "do";
    const sent = isDry ? "" : " (sent anyway)";
    log.warn(`${plural(schemaProblems, "record")} ${verb} not match the calls schema${sent}.`);
  }
  if (stopped && !isDry) log.info(stopText(summary, target));
}

function reportSent(
  { sent, sentBytes, sentBefore, elapsedMs, broken, schemaProblems, transactions }: ProduceSummary,
  { topic, input, isConfirmed }: ReportedTarget,
): void {
  const unconfirmed = isConfirmed ? "" : ", unconfirmed (acks = 0),";
  const { committed, abortedRecords = 0 } = transactions ?? {};
  const how = committed === undefined
    ? `sent${unconfirmed} to ${topic}`
    : `in ${plural(committed, "transaction")} committed to ${topic}`;
  log.info(
    `${plural(sent, "record")} (${formatBytes(sentBytes)}) ${how} in ${formatDuration(elapsedMs)}: ${
      formatRate(sent, elapsedMs)
    } records/s`,
    { sent, sentBytes, elapsedMs, broken, schemaProblems, ...transactions },
  );
  if (abortedRecords > 0) {
    const were = abortedRecords === 1 ? "was" : "were";
    log.warn(`${plural(abortedRecords, "record")} of the last transaction ${were} not committed.`);
  }
  if (sentBefore === 0) return;
  const all = plural(sentBefore + sent, "record");
  log.info(`${all} of ${input.name} are in ${topic}, ${formatCount(sentBefore)} of them from before`);
}

function reportDryRun(
  { sent, sentBytes }: ProduceSummary,
  { topic, dryCounts }: { readonly topic: string; readonly dryCounts: ReadonlyMap<number, number> },
): void {
  const places = [...dryCounts].sort(([left], [right]) => left - right)
    .map(([partition, count]) => `${formatCount(count)} to partition ${partition}`);
  log.info(
    `Dry run: ${plural(sent, "record")} (${formatBytes(sentBytes)}) would be sent to ${topic}${
      places.length === 0 ? "" : `: ${places.join(", ")}`
    }`,
  );
}

function stopText({ sent, last, transactions }: ProduceSummary, { input, order }: ReportedTarget): string {
  if (input.continuation !== undefined && transactions === undefined) return `Stopped: ${input.continuation}`;
  if (last === undefined) {
    return `Stopped before the first ${transactions === undefined ? "record" : "transaction was committed"}.`;
  }
  const place = placeText(input, last);
  return order === undefined
    ? `Stopped after ${place}.`
    : `Stopped after ${plural(sent, "record")} in order of ${order}; the last one was ${place}.`;
}

function placeText(input: InputSource, { record, line, offset }: InputPosition): string {
  const place = input.placeOf({ record });
  const of = place.name === input.name ? "" : ` of ${place.name}`;
  return `record ${place.record}${of} (line ${line}, byte ${offset})`;
}
