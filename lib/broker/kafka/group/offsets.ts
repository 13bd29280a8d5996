/** The offsets that consumer groups have committed, for programs that are not members. */
import type { PartitionOffsets } from "../../broker.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { KafkaCoordinator } from "../connection/coordinators.ts";
import { commitCall, committedCall } from "./protocol.ts";

/** The offset that a group has committed in a partition. */
export interface GroupOffset {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | null;
}

/** The committed offsets of a group in some partitions of a topic; those without one are left out. */
export async function committedOffsets(
  connection: KafkaConnection,
  group: string,
  places: { readonly topic: string; readonly partitions: readonly number[] },
): Promise<GroupOffset[]> {
  const coordinator = new KafkaCoordinator(connection, { kind: "group", key: group });
  const { responses } = await coordinator.send(committedCall(group, places));
  return responses.flatMap(({ partitions }) => partitions)
    .map((committed) => ({ ...committed, offset: Number(committed.offset) }))
    .filter(({ offset }) => offset >= 0);
}

/** Commits offsets of a group without members. kafkajs's admin takes five seconds for the same. */
export async function commitOffsets(
  connection: KafkaConnection,
  group: string,
  { topic, offsets }: { readonly topic: string; readonly offsets: PartitionOffsets },
): Promise<void> {
  const coordinator = new KafkaCoordinator(connection, { kind: "group", key: group });
  // Without a generation, this is a commit by a non-member.
  await coordinator.send(commitCall({ group, memberId: "", generationId: -1 }, topic, offsets));
}
