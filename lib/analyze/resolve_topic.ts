/**
 * What a look at a topic means for a query that reads it: pure, from what is known of the topic and what was found.
 *
 * An answer may be older than one before (see {@link Staleness}). A topic that seems to be gone or another one, a
 * partition that seems to be missing, and an end that lies lower than before are in doubt at first, and a loss if
 * that is still said after the time for it. Records that were deleted are a loss at once: they do not come back.
 */
import type { SfcrimeError } from "../base/errors.ts";
import type { PartitionOffsets, Staleness } from "../broker/broker.ts";
import { topicReplaced } from "../broker/failures.ts";
import { deletedUnread, movedBack, partitionGone } from "./topic_offsets.ts";

/** How far a topic has been read. */
export interface KnownTopic {
  readonly name: string;
  /** The broker's id of it; undefined where none was kept. */
  readonly id: string | undefined;
  /** The next offset to read of each partition. */
  readonly positions: PartitionOffsets;
  /** The highest end that each partition was seen to have, where that lies behind its position. */
  readonly ends: PartitionOffsets;
}

/** What a topic holds. */
export interface FoundTopic {
  readonly id: string;
  readonly starts: PartitionOffsets;
  readonly ends: PartitionOffsets;
}

/** A loss, and what follows where it is to be put up with. */
export interface Loss {
  readonly error: SfcrimeError;
  readonly whatFollows: string;
}

/** See the module's description. */
export type Resolution =
  /** Nothing is lost. `topic` is what is known now, with the ends to read up to. */
  | { readonly kind: "go-on"; readonly topic: KnownTopic }
  /** `doubt` is the loss that it would be. */
  | { readonly kind: "ask-again"; readonly doubt: SfcrimeError }
  /** `topic` is where to go on without what is lost. */
  | { readonly kind: "lost"; readonly losses: readonly Loss[]; readonly topic: KnownTopic }
  /** Another topic has the name, or none where `topic` is undefined. */
  | { readonly kind: "replaced"; readonly losses: readonly Loss[]; readonly topic: KnownTopic | undefined };

/** What is known of the answers, besides what they say. */
export interface ResolveOptions {
  /** For how long the answers have been in doubt. */
  readonly doubtfulMs: number;
  readonly staleness: Staleness;
}

/** Decides. `found` is undefined where there is no topic of that name, which then has to be known by its id. */
export function resolveTopic(
  { known, found }: { readonly known: KnownTopic; readonly found: FoundTopic | undefined },
  { doubtfulMs, staleness }: ResolveOptions,
): Resolution {
  const { name, id, positions } = known;
  if (found === undefined || (id !== undefined && found.id !== id)) {
    const error = topicReplaced(name, { before: id ?? "", now: found?.id, read: positions });
    if (doubtfulMs < staleness.topicsMs) return { kind: "ask-again", doubt: error };
    const loss = { error, whatFollows: "The new topic is read from its beginning." };
    const topic = found === undefined ? undefined : knownFrom(name, found, new Map());
    return { kind: "replaced", losses: [loss], topic };
  }
  const changes = [...positions.keys()].map((partition) => changeOf(partition, known, found));
  const doubt = changes.find(({ stale }) => stale !== undefined && doubtfulMs < staleness[stale])?.loss;
  if (doubt !== undefined) return { kind: "ask-again", doubt: doubt.error };
  const losses = changes.flatMap(({ loss }) => loss ?? []);
  const kept = changes.flatMap(({ at }) => at === undefined ? [] : [at]);
  const topic = knownFrom(name, found, new Map(kept));
  return losses.length === 0 ? { kind: "go-on", topic } : { kind: "lost", losses, topic };
}

/** What has become of a partition. */
interface Change {
  /** The partition, and the offset from which it is to be read; absent where there is nothing to read any more. */
  readonly at?: readonly [number, number];
  readonly loss?: Loss;
  /** What an answer that is too old would say in the same way. */
  readonly stale?: keyof Staleness;
}

function changeOf(
  partition: number,
  { name: topic, positions, ends }: KnownTopic,
  found: FoundTopic,
): Change {
  const from = positions.get(partition)!;
  const [start, end] = [found.starts.get(partition), found.ends.get(partition)];
  const goOnAt = (offset: number) => `Reading goes on at offset ${offset}.`;
  if (start === undefined || end === undefined) {
    const error = partitionGone({ topic, partition, from });
    return { loss: { error, whatFollows: "Reading goes on without it." }, stale: "topicsMs" };
  }
  if (from < start) {
    const error = deletedUnread({ topic, partition, from, to: start });
    return { at: [partition, start], loss: { error, whatFollows: goOnAt(start) } };
  }
  const seenEnd = Math.max(from, ends.get(partition) ?? 0);
  if (end >= seenEnd) return { at: [partition, from] };
  // What follows an end that was cut off is new; what lies before it was read.
  const to = Math.min(from, end);
  const error = movedBack({ topic, partition, from: seenEnd, to: end });
  return { at: [partition, to], loss: { error, whatFollows: goOnAt(to) }, stale: "endsMs" };
}

/** New partitions begin at their start. */
function knownFrom(name: string, { id, starts, ends }: FoundTopic, kept: PartitionOffsets): KnownTopic {
  const positions = new Map(
    [...ends.keys()].map((partition) => [partition, kept.get(partition) ?? starts.get(partition) ?? 0]),
  );
  // The first records may be gone since the end was asked for, and all others with them.
  const behind = [...ends].map(([partition, end]) =>
    [partition, Math.max(end, positions.get(partition)!)] as const
  );
  return { name, id, positions, ends: new Map(behind) };
}
