/** What a topic is made of, and offsets in it. */

/** A topic, as described by its broker. */
export interface TopicDescription {
  readonly name: string;
  /** Differs for a topic of the same name that is created later. */
  readonly id: string;
  readonly partitions: readonly PartitionDescription[];
}

/** A partition; the servers are node IDs of Kafka, and just 0 on the embedded broker. */
export interface PartitionDescription {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** Offsets by partition. */
export type PartitionOffsets = ReadonlyMap<number, number>;

/** Offsets by topic and partition. */
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>;
