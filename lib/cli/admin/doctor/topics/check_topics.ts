/** The topics: whether they have leaders and replicas, and what there is in those that the settings name. */
import { formatSpan } from "../../../../base/text/duration.ts";
import { formatBytes, plural } from "../../../../base/text/format.ts";
import { didYouMean } from "../../../../base/text/nearest.ts";
import type { TopicListing } from "../../../../broker/admin/broker_admin.ts";
import type { Broker } from "../../../../broker/broker.ts";
import { topicFilter } from "../../../../config/values/topic_selection.ts";
import type { AnalysisPlan } from "../../../../plan/analysis_plan.ts";
import type { Context } from "../../../context.ts";
import { type AreaFinding, failure, failureOf, good, warning } from "../finding.ts";
import { checkRecords } from "./check_records.ts";
import { lastRecords, type SampledTopic } from "./sampled_topic.ts";

/** Records whose time is further ahead than this are a sign of a clock that is wrong. */
const AHEAD_MS_MAX = 60_000;

/** What to look at. */
export interface TopicCheck {
  readonly broker: Broker;
  readonly plan: AnalysisPlan | undefined;
  readonly signal: AbortSignal;
}

/** See the module's description. */
export async function checkTopics(context: Context, check: TopicCheck): Promise<readonly AreaFinding[]> {
  try {
    const topics = await (await check.broker.admin()).topics();
    const findings = [...checkReplicas(topics)];
    for (const wanted of wantedTopics(context, check, topics)) {
      if (check.signal.aborted) break;
      findings.push(...await checkTopic(context, check, wanted));
    }
    return findings;
  } catch (error) {
    return [failureOf(error)];
  }
}

function checkReplicas(topics: readonly TopicListing[]): AreaFinding[] {
  const own = topics.filter(({ isInternal }) => !isInternal);
  const partitions = topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ name: `${name}-${partition.partition}`, ...partition }))
  );
  const without = partitions.filter(({ leader }) => leader < 0);
  const behind = partitions.filter(({ leader, replicas, inSync }) =>
    leader >= 0 && inSync.length < replicas.length
  );
  return [
    ...without.length === 0 ? [] : [failure(
      `${plural(without.length, "partition")} without a leader: ${listed(without)}.`,
      "Start the servers that have their replicas.",
    )],
    ...behind.length === 0 ? [] : [warning(
      `${plural(behind.length, "partition")} with replicas that are not in sync: ${listed(behind)}.`,
      "See whether all servers run, and whether their disks and network keep up.",
    )],
    ...without.length + behind.length === 0
      ? [good(`${plural(own.length, "topic")}, all replicas in sync`)]
      : [],
  ];
}

const LISTED_MAX = 5;

function listed(partitions: readonly { readonly name: string }[]): string {
  const names = partitions.slice(0, LISTED_MAX).map(({ name }) => name).join(", ");
  return partitions.length > LISTED_MAX ? `${names}, …` : names;
}

/** A topic of the settings. */
interface WantedTopic {
  readonly name: string;
  readonly listing: TopicListing | undefined;
  /** Undefined if nobody named it: it is only the default. */
  readonly namedBy: string | undefined;
  /** The streams that read it. */
  readonly streams: readonly string[];
  readonly known: readonly string[];
}

function wantedTopics(
  { settings: { kafka, provenance } }: Context,
  { plan }: TopicCheck,
  topics: readonly TopicListing[],
): readonly WantedTopic[] {
  const { origin, place } = provenance.get("kafka.topic")!;
  const namedBy = new Map<string, string | undefined>([[
    kafka.topic,
    origin === "default" ? undefined : place,
  ]]);
  const streamsOf = new Map<string, string[]>();
  for (const [stream, { topics: selection }] of Object.entries(plan?.streams ?? {})) {
    const filter = topicFilter(selection);
    const found = selection.kind === "names"
      ? selection.topics
      : topics.map(({ name }) => name).filter((name) => filter(name));
    for (const name of found) {
      const isDefault = name === kafka.topic;
      if (!isDefault) namedBy.set(name, `[stream.${stream}]`);
      streamsOf.set(name, [...streamsOf.get(name) ?? [], stream]);
    }
  }
  const known = topics.map(({ name }) => name);
  return [...namedBy].map(([name, by]) => ({
    name,
    listing: topics.find((topic) => topic.name === name),
    namedBy: by,
    streams: streamsOf.get(name) ?? [],
    known,
  }));
}

async function checkTopic(
  context: Context,
  { broker, plan, signal }: TopicCheck,
  { name, listing, namedBy, streams, known }: WantedTopic,
): Promise<readonly AreaFinding[]> {
  if (listing === undefined) {
    const advice = `${
      didYouMean(name, known)
    } To create it: sfcrime topic create ${name}, or sfcrime produce.`
      .trim();
    return [
      namedBy === undefined
        ? warning(`Topic ${name}, the default, does not exist yet.`, advice)
        : failure(`Topic ${name} does not exist (${namedBy}).`, advice),
    ];
  }
  if (listing.partitions.some(({ leader }) => leader < 0)) return [];
  const sample = await lastRecords(broker, name, signal);
  const findings = [good(await contentText(broker, sample)), ...checkTimes(context, sample)];
  for (const stream of streams) {
    if (plan !== undefined && sample.records.length > 0) {
      findings.push(await checkRecords(context, plan, { stream, sample }));
    }
  }
  return findings;
}

/** `Topic calls: 3 partitions, 2,000 offsets, 1.2 MiB, 2018-12-31 … to 2018-12-31 …`. */
async function contentText(
  broker: Broker,
  { topic, offsets, partitions, times }: SampledTopic,
): Promise<string> {
  const sizes = await (await broker.admin()).partitionSizes(topic);
  const bytes = sizes && [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const config = await broker.topicConfig(topic);
  return [
    `Topic ${topic}: ${plural(partitions, "partition")}`,
    plural(offsets, "offset"),
    ...bytes === undefined ? [] : [formatBytes(bytes)],
    ...times === undefined ? [] : [`records from ${timeText(times.minMs)} to ${timeText(times.maxMs)}`],
    ...config === undefined ? ["its settings may not be seen"] : [],
  ].join(", ");
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function checkTimes({ io: { host } }: Context, { topic, times }: SampledTopic): AreaFinding[] {
  const aheadMs = times === undefined ? 0 : times.maxMs - host.nowMs();
  if (aheadMs <= AHEAD_MS_MAX) return [];
  return [warning(
    `Topic ${topic} has a record whose time is ${formatSpan(aheadMs)} ahead of this machine's clock.`,
    "The clock of this machine, or of a producer, is wrong: sfcrime doctor --write compares it with the broker's.",
  )];
}
