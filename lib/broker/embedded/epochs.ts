/**
 * The epochs of the logs of the embedded broker. Each process that opens the file and appends to a partition
 * starts an epoch there, with a random name. A file that was restored from a copy lacks the epochs from after
 * the copy, and gets different ones from then on: so a reader that remembers the epoch of the last record
 * detects that the log is not the same one, even if it is longer than before.
 */
import type { LogEpoch, OffsetRange } from "../broker.ts";
import type { EmbeddedStore } from "./store.ts";

/** A position in a log. */
interface LogPlace {
  readonly topicId: number;
  readonly partition: number;
  readonly offset: number;
}

type LogRange = Omit<LogPlace, "offset"> & Pick<OffsetRange, "from" | "to">;

/** Starts the epoch of the open file in a partition, once; called in the transaction that appends. */
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

/** The epochs of the records of a range; records from before epochs were introduced have none. */
export function epochsIn(store: EmbeddedStore, { topicId, partition, from, to }: LogRange): LogEpoch[] {
  return store.all<LogEpoch>(
    `SELECT start_offset AS start, epoch AS id FROM epochs
     WHERE topic_id = ? AND partition = ? AND start_offset < ?
       AND start_offset >= coalesce(
         (SELECT max(start_offset) FROM epochs WHERE topic_id = ? AND partition = ? AND start_offset <= ?), 0)
     ORDER BY start_offset`,
    topicId,
    partition,
    to,
    topicId,
    partition,
    from,
  );
}
