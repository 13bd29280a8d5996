/** What the answers to long polls say about the end offsets of topics. */
import type { TopicOffsets } from "../../broker.ts";
import type { FetchedPartition } from "../protocol/fetch.ts";

/** The topics that were polled. */
export interface PolledTopics {
  /** The positions that were polled. */
  readonly positions: TopicOffsets;
  /** The IDs of the topics, by name. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * The end offsets after a report of some partitions; the others are at their position. Undefined if the report is
 * not about these topics, or not certain: a server that does not know topics by their IDs may mean another topic,
 * one that ends before a position may be out of date, and records before a position may be deleted.
 */
export function reportedEnds(
  reported: readonly FetchedPartition[],
  { positions, ids }: PolledTopics,
): TopicOffsets | undefined {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const ends = new Map([...positions].map(([name, partitions]) => [name, new Map(partitions)]));
  for (const { topic, partition, errorCode, endOffset, logStartOffset } of reported) {
    const known = ends.get(names.get(topic) ?? "");
    const position = known?.get(partition);
    if (known === undefined || position === undefined || errorCode !== 0) return undefined;
    if (endOffset < position || logStartOffset > position) return undefined;
    known.set(partition, endOffset);
  }
  return ends;
}
