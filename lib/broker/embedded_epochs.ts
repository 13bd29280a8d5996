/**
 * The epochs of the embedded broker's logs. Whoever opens the file and appends to a partition begins an epoch there,
 * of a random name. A file that was restored from a copy has not got the epochs that came after the copy was made,
 * and those that it gets from then on are others: so whoever has read a log, and remembers the epoch of the last
 * record, sees that it is not the same one any more, also when it has grown longer than before.
 */
import type { LogEpoch, OffsetRange } from "./broker.ts";
import { topicOf } from "./embedded_log.ts";
import type { EmbeddedStore } from "./embedded_store.ts";

/** A place in a log. */
interface LogPlace {
  readonly topicId: number;
  readonly partition: number;
  readonly offset: number;
}

/** Begins the epoch of an opening of the file in a partition, once; to be called in the transaction that appends. */
export function beginEpoch(store: EmbeddedStore, { topicId, partition, offset }: LogPlace): void {
  const key = `${topicId}-${partition}`;
  if (store.inEpoch.has(key)) return;
  store.run(
    "INSERT INTO epochs (topic_id, partition, start_offset, epoch) VALUES (?, ?, ?, ?)",
    topicId,
    partition,
    offset,
    store.epoch,
  );
  store.inEpoch.add(key);
}

/** The epochs of the records of a range; records from before there were epochs have none. */
export function epochsIn(store: EmbeddedStore, { topic, partition, from, to }: OffsetRange): LogEpoch[] {
  const { id } = topicOf(store, topic);
  return store.all<LogEpoch>(
    `SELECT start_offset AS start, epoch AS id FROM epochs
     WHERE topic_id = ? AND partition = ? AND start_offset < ?
       AND start_offset >= coalesce(
         (SELECT max(start_offset) FROM epochs WHERE topic_id = ? AND partition = ? AND start_offset <= ?), 0)
     ORDER BY start_offset`,
    id,
    partition,
    to,
    id,
    partition,
    from,
  );
}
