/**
 * `--where` and `--select` of `consume`: the columns that they may name. Those that are declared for a stream of the topic
 * come first, then the other fields of its last records, then what Kafka keeps of each.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import { SAMPLED_RECORDS } from "../../base/bounds.ts";
import { SfcrimeError } from "../../base/errors.ts";
import type { Broker } from "../../broker/broker.ts";
import { zoneOf } from "../../config/effective.ts";
import { REFERENCE } from "../../config/reference/reference.ts";
import type { Settings } from "../../config/settings.ts";
import { topicFilter } from "../../config/values/topic_selection.ts";
import { sampleValues } from "../../consume/reading/value_sample.ts";
import type { RecordStage } from "../../consume/stages/record_stage.ts";
import { selectedRecords } from "../../consume/stages/selected.ts";
import { streamReading } from "../../plan/declared_streams.ts";
import { recordColumns } from "../../plan/schemas/record_columns.ts";
import type { DataType, Schema } from "../../records/data_type.ts";
import type { PartSample } from "../../records/inference/part_sample.ts";
import { KAFKA_FIELDS, type KafkaField } from "../../records/kafka/kafka_field.ts";
import type { SourceColumn } from "../../sql/catalog.ts";
import { RecordSelection, requireSelection } from "../../stream/decoding/record_selection.ts";
import type { Context } from "../context.ts";

/** What the command line has of it. */
export interface SelectionFlags {
  readonly where?: string;
  readonly select?: string;
}

/** What the columns are taken from. */
interface Place {
  readonly broker: Broker;
  readonly topics: readonly string[];
  /** What records pass through before the selection. */
  readonly stages: readonly RecordStage[];
  readonly signal: AbortSignal;
}

/** The stage of a selection, and the columns of what it prints, if any were asked for. */
export interface Selected {
  readonly stage: RecordStage;
  readonly output: Schema | undefined;
}

/** Makes the selection, once the broker can be asked for the columns. @throws {SfcrimeError} SQL, TOPIC_MISSING, CONFIG */
export type MakeSelection = (place: Place) => Promise<Selected>;

/**
 * Checks the flags as far as this is possible without the columns.
 *
 * @throws {SfcrimeError} SQL
 */
export function selectionOf(
  { settings, io }: Context,
  { where, select }: SelectionFlags,
): MakeSelection {
  const { kafka: { topic } } = settings;
  const zone = zoneOf(settings);
  requireSelection({ name: topic, where, select });
  return async ({ topics, ...place }) => {
    const sample = await sampleValues(topics, { ...place, count: SAMPLED_RECORDS });
    const columns = columnsOf(settings, sample, topics);
    try {
      const selection = new RecordSelection({
        name: topic,
        columns,
        where,
        select,
        zone,
        nowMs: io.host.nowMs(),
      });
      return { stage: selectedRecords(selection, zone), output: selection.output };
    } catch (error) {
      if (!(error instanceof SfcrimeError) || sample.records > 0) throw error;
      const { code, message } = error;
      throw new SfcrimeError(code, message, {
        hint: `${
          topics.length === 1 ? `Topic ${topics[0]} has` : "The topics have"
        } no records yet, so that the fields of their values are not known.`,
        cause: error,
      });
    }
  };
}

/** Of columns with the same name, the first. */
export function columnsOf(
  settings: Settings,
  sample: PartSample,
  topics: readonly string[] = [settings.kafka.topic],
): SourceColumn[] {
  const all = [
    ...topics.flatMap((topic) => declaredColumns(settings, topic)),
    ...sample.schema.columns.map(({ name, type }): SourceColumn => ({ name, field: name, type })),
    ...KAFKA_FIELDS.map((field): SourceColumn => ({
      name: field,
      field,
      type: KAFKA_TYPES[field],
      kafka: field,
    })),
  ];
  const byName = new Map<string, SourceColumn>();
  for (const column of all) getOrInsert(byName, column.name.toLowerCase(), () => column);
  return [...byName.values()];
}

/** What Kafka keeps of a record, as text where it is bytes. */
const KAFKA_TYPES: Readonly<Record<KafkaField, DataType>> = {
  key: "STRING",
  value: "STRING",
  topic: "STRING",
  partition: "INT",
  offset: "BIGINT",
  timestamp: "TIMESTAMP",
  timestampType: "INT",
  headers: {
    kind: "ARRAY",
    element: { kind: "STRUCT", fields: [{ name: "key", type: "STRING" }, { name: "value", type: "STRING" }] },
  },
};

/** The columns of the first stream whose records are JSON and in the topic. @throws {SfcrimeError} CONFIG */
function declaredColumns(settings: Settings, topic: string): readonly SourceColumn[] {
  const stream = Object.keys(settings.streams).find((name) => isOfTopic(settings, name, topic));
  if (stream === undefined) return [];
  const { corrupt_record: corrupt } = settings.streams[stream]!;
  return recordColumns(settings, stream).filter(({ keyField, name }) =>
    keyField === undefined && name.toLowerCase() !== corrupt?.toLowerCase()
  );
}

/** Whether a stream of JSON reads a topic; one that names none has that of the settings, but not that of a flag. */
function isOfTopic(settings: Settings, stream: string, topic: string): boolean {
  const { format, topic: topics, topic_pattern: pattern } = settings.streams[stream]!;
  if (format !== "json") return false;
  const isNamed = topics !== undefined || pattern !== undefined || topic === REFERENCE.kafka.topic.default ||
    settings.provenance.get("kafka.topic")?.origin !== "flag";
  return isNamed && topicFilter(streamReading(settings, stream).topics)(topic);
}
