/**
 * A topic as a stream, without a section of its own: its format and columns are those of its last records, and the time
 * that Kafka keeps of them is a column where it is asked for.
 */
import { SAMPLED_RECORDS } from "../../base/bounds.ts";
import { Problems } from "../../base/problems.ts";
import type { Broker } from "../../broker/broker.ts";
import type { FlagValue } from "../../config/gather.ts";
import type { Settings } from "../../config/settings.ts";
import { hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import { requireFormat, sampleTopic } from "../../consume/topic_sample.ts";
import { recordColumns } from "../../plan/schemas/record_columns.ts";
import { streamFormats } from "../../plan/schemas/stream_formats.ts";
import { WHOLE_TYPES } from "../../plan/schemas/whole_types.ts";
import type { Column } from "../../records/data_type.ts";
import type { RegistryHost, SchemaRegistry } from "../../registry/schema_registry.ts";
import { type CheckedContext, interruptible } from "../context.ts";
import { columnsText, KAFKA_TIME } from "../admin/topic/schema_text.ts";

/** The settings of a stream, whose columns are in them unless they are those of a schema. */
export interface TopicStream {
  readonly settings: readonly FlagValue[];
  readonly hasSchema: boolean;
}

/** Looks at the last records of a topic. @throws {SfcrimeError} INPUT, REGISTRY, REGISTRY_UNREACHABLE */
export async function topicStream(
  topic: string,
  { context, broker, registry, needsTime }: {
    readonly context: CheckedContext;
    readonly broker: Broker;
    readonly registry: SchemaRegistry | undefined;
    /** Whether it has a column {@link KAFKA_TIME}. */
    readonly needsTime: boolean;
  },
): Promise<TopicStream> {
  const { settings, io } = context;
  const sample = await interruptible(
    io,
    (signal) => sampleTopic(topic, { broker, count: SAMPLED_RECORDS, registry, signal }),
  );
  const given = givenOf(topic, settings);
  const format = given.format ??
    (given.columns ? sample.format ?? "json" : requireFormat(topic, sample));
  const set = (key: string, value: string) => ({ setting: `stream.${topic}.${key}`, flag: "--sql", value });
  const named = [
    set("topic", topic),
    ...given.format !== undefined || format === "json" ? [] : [set("format", format)],
  ];
  if (given.columns) return { settings: named, hasSchema: false };
  const whole = WHOLE_TYPES[format];
  const columns = format === "json"
    ? eventTimeAsTimestamp(sample.values.schema.columns, settings)
    : whole !== undefined && needsTime
    ? [{ name: "value", type: whole }]
    : undefined;
  return columns === undefined ? { settings: named, hasSchema: hasSchemas(format) } : {
    settings: [...named, set("columns", needsTime ? timedText(columns) : columnsText(columns))],
    hasSchema: false,
  };
}

/** What is set for a topic: its format, which bytes may not tell, and whether it has columns. */
function givenOf(
  topic: string,
  { streams, provenance }: Settings,
): { readonly format: RecordFormat | undefined; readonly columns: boolean } {
  const isGiven = (key: string) => provenance.get(`stream.${topic}.${key}`)?.origin === "flag";
  return { format: isGiven("format") ? streams[topic]!.format : undefined, columns: isGiven("columns") };
}

/** The columns of streams whose schemas have them, with {@link KAFKA_TIME}. @throws {SfcrimeError} */
export async function withKafkaTime(
  settings: Settings,
  streams: readonly string[],
  host: RegistryHost,
): Promise<FlagValue[]> {
  const problems = new Problems();
  const formats = await streamFormats(settings, streams, { problems, host });
  problems.refuse();
  return streams.map((stream) => ({
    setting: `stream.${stream}.columns`,
    flag: "--sql",
    value: timedText(recordColumns(settings, stream, formats.get(stream))),
  }));
}

/** The declaration of columns, with {@link KAFKA_TIME} unless one has that name. */
function timedText(columns: readonly Column[]): string {
  const text = columnsText(columns);
  const hasOwn = columns.some(({ name }) => name.toLowerCase() === KAFKA_TIME);
  return hasOwn ? text : `${text}, ${KAFKA_TIME} TIMESTAMP METADATA`;
}

/** The event time is what the records have as text. */
function eventTimeAsTimestamp(columns: readonly Column[], { analyze: { watermark } }: Settings): Column[] {
  return columns.map(({ name, type }) =>
    watermark !== "none" && name.toLowerCase() === watermark.column.toLowerCase() && type === "STRING"
      ? { name, type: "TIMESTAMP" }
      : { name, type }
  );
}
