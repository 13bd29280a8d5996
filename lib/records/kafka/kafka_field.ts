/** What Kafka keeps of a record besides the fields of its value, by the names of Spark's source for Kafka. */

/** The fields of a record in Kafka, in Spark's order. */
export const KAFKA_FIELDS = [
  "key",
  "value",
  "topic",
  "partition",
  "offset",
  "timestamp",
  "timestampType",
  "headers",
] as const;

/** One of {@link KAFKA_FIELDS}. */
export type KafkaField = (typeof KAFKA_FIELDS)[number];

/** The field with a name, case-insensitively. */
export function kafkaFieldNamed(name: string): KafkaField | undefined {
  return KAFKA_FIELDS.find((field) => field.toLowerCase() === name.toLowerCase());
}
