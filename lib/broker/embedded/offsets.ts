/** The committed offsets of groups on the embedded broker. */
import type { CommittedOffset } from "../writing/appender.ts";
import type { EmbeddedStore } from "./store.ts";

/** The committed offsets of a group in a topic. */
export function committed(store: EmbeddedStore, group: string, topicId: number): Map<number, number> {
  const rows = store.all<{ partition: number; next_offset: number }>(
    "SELECT partition, next_offset FROM group_offsets WHERE group_name = ? AND topic_id = ? ORDER BY partition",
    group,
    topicId,
  );
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]));
}

/** A partition in a group. */
export interface GroupPartition {
  readonly group: string;
  readonly topicId: number;
  readonly partition: number;
}

/** The committed offset of a group in a partition; undefined if there is none. */
export function committedAt(
  store: EmbeddedStore,
  { group, topicId, partition }: GroupPartition,
): CommittedOffset | undefined {
  return store.get<CommittedOffset>(
    `SELECT next_offset AS offset, metadata FROM group_offsets
     WHERE group_name = ? AND topic_id = ? AND partition = ?`,
    group,
    topicId,
    partition,
  );
}

/** Commits an offset of a group; called in a transaction. */
export function commit(
  store: EmbeddedStore,
  { group, topicId, partition }: GroupPartition,
  { offset, metadata = null }: Pick<CommittedOffset, "offset"> & Partial<CommittedOffset>,
): void {
  store.run(
    `INSERT INTO group_offsets (group_name, topic_id, partition, next_offset, metadata) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset, metadata = excluded.metadata`,
    group,
    topicId,
    partition,
    offset,
    metadata,
  );
}
