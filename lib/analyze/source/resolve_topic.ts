/**
 * Decides what has become of a topic that a query reads: a pure function of what is known about the topic and
 * what was found.
 *
 * A response may be older than an earlier one (see {@link Staleness}). A topic that seems to be gone or
 * recreated, a partition that seems to be missing, and an end offset that is lower than before are in doubt
 * at first, and a loss if that is still reported after a time. Deleted records are a loss immediately: they
 * do not come back.
 */
import type { SfcrimeError } from "../../base/errors.ts";
import type { PartitionOffsets, Staleness } from "../../broker/broker.ts";
import { topicReplaced } from "../../broker/failures.ts";
import { deletedUnread, movedBack, partitionGone } from "./topic_offsets.ts";

/** How far a topic has been read. */
export interface KnownTopic {
  readonly name: string;
  /** The broker's id of the topic; undefined if unknown. */
  readonly id: string | undefined;
  /** The next offset to read in each partition. */
  readonly positions: PartitionOffsets;
  /** The highest end offset seen for each partition, if it is after its position. */
  readonly ends: PartitionOffsets;
}

/** The state of a topic. */
export interface FoundTopic {
  readonly id: string;
  readonly starts: PartitionOffsets;
  readonly ends: PartitionOffsets;
}

/** A loss, and what happens next if it is tolerated. */
export interface Loss {
  readonly error: SfcrimeError;
  readonly consequence: string;
}

/** See the module's description. */
export type Resolution =
  /** Nothing is lost. `topic` is the new state, with the end offsets to read up to. */
  | { readonly kind: "go-on"; readonly topic: KnownTopic }
  /** `doubt` is the loss that it may be. */
  | { readonly kind: "ask-again"; readonly doubt: SfcrimeError }
  /** `topic` is the state to resume with, without what is lost. */
  | { readonly kind: "lost"; readonly losses: readonly Loss[]; readonly topic: KnownTopic }
  /** Another topic has this name, or none if `topic` is undefined. */
  | { readonly kind: "replaced"; readonly losses: readonly Loss[]; readonly topic: KnownTopic | undefined };

/** Properties of the responses. */
export interface ResolveOptions {
  /** How long the responses have been in doubt. */
  readonly doubtfulMs: number;
  readonly staleness: Staleness;
}

/**
 * Makes the decision. `found` is undefined if there is no topic with this name; its id must then be known.
 */
export function resolveTopic(
  { known, found }: { readonly known: KnownTopic; readonly found: FoundTopic | undefined },
  { doubtfulMs, staleness }: ResolveOptions,
): Resolution {
  const { name, id, positions } = known;
  if (found === undefined || (id !== undefined && found.id !== id)) {
    const error = topicReplaced(name, { before: id ?? "", now: found?.id, read: positions });
    if (doubtfulMs < staleness.topicsMs) return { kind: "ask-again", doubt: error };
    const consequence = found === undefined
      ? "If it is created again, the new topic is read from the beginning."
      : "Reading the new topic from the beginning.";
    const loss = { error, consequence };
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

/** A change of a partition. */
interface Change {
  /** The partition, and the offset to resume at; absent if the partition is gone. */
  readonly at?: readonly [number, number];
  readonly loss?: Loss;
  /** The kind of staleness that could cause the same response. */
  readonly stale?: keyof Staleness;
}

function changeOf(
  partition: number,
  { name: topic, positions, ends }: KnownTopic,
  found: FoundTopic,
): Change {
  const from = positions.get(partition)!;
  const [start, end] = [found.starts.get(partition), found.ends.get(partition)];
  const resumingAt = (offset: number) => `Resuming at offset ${offset}.`;
  if (start === undefined || end === undefined) {
    const error = partitionGone({ topic, partition, from });
    return { loss: { error, consequence: "Continuing without it." }, stale: "topicsMs" };
  }
  if (from < start) {
    const error = deletedUnread({ topic, partition, from, to: start });
    return { at: [partition, start], loss: { error, consequence: resumingAt(start) } };
  }
  const seenEnd = Math.max(from, ends.get(partition) ?? 0);
  if (end >= seenEnd) return { at: [partition, from] };
  // After a truncation, records after the new end are new, and those before it were read.
  const to = Math.min(from, end);
  const error = movedBack({ topic, partition, from: seenEnd, to: end });
  return { at: [partition, to], loss: { error, consequence: resumingAt(to) }, stale: "endsMs" };
}

/** New partitions are read from their start. */
function knownFrom(name: string, { id, starts, ends }: FoundTopic, kept: PartitionOffsets): KnownTopic {
  const positions = new Map(
    [...ends.keys()].map((partition) => [partition, kept.get(partition) ?? starts.get(partition) ?? 0]),
  );
  // Records may have been deleted since the end was requested, even all of them.
  const behind = [...ends].map(([partition, end]) =>
    [partition, Math.max(end, positions.get(partition)!)] as const
  );
  return { name, id, positions, ends: new Map(behind) };
}
