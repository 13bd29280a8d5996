/** The groups of the embedded broker, as whoever administers them sees them. */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import type { GroupMemberDescription } from "../admin/broker_admin.ts";
import { groupInUse } from "../admin/failures.ts";
import type { TopicOffsets } from "../broker.ts";
import { SESSION_MS } from "./group.ts";
import type { EmbeddedStore } from "./store.ts";

/** The names of all groups that have committed something, or have members; sorted. */
export function groupNames(store: EmbeddedStore): string[] {
  return store.all<{ name: string }>(
    `SELECT group_name AS name FROM group_offsets
     UNION SELECT group_name FROM group_members WHERE alive_until_ms BETWEEN ? AND ? ORDER BY 1`,
    ...sessionOf(store),
  ).map(({ name }) => name);
}

/** A member whose session has expired, or ends later than one can, by a clock that was changed, is not one any more. */
function sessionOf({ host }: EmbeddedStore): [fromMs: number, toMs: number] {
  const nowMs = host.nowMs();
  return [nowMs, nowMs + SESSION_MS];
}

/** The members of a group, each with the partitions that it reads. */
export function membersOf(store: EmbeddedStore, group: string): GroupMemberDescription[] {
  const members = store.all<{ member: string }>(
    `SELECT DISTINCT member FROM group_members
     WHERE group_name = ? AND alive_until_ms BETWEEN ? AND ? ORDER BY member`,
    group,
    ...sessionOf(store),
  );
  const leases = store.all<{ member: string; topic: string; partition: number }>(
    `SELECT member, name AS topic, partition FROM group_leases JOIN topics ON topics.id = topic_id
     WHERE group_name = ? ORDER BY name, partition`,
    group,
  );
  return members.map(({ member: memberId }) => {
    const assigned = new Map<string, number[]>();
    for (const { member, topic, partition } of leases) {
      if (member === memberId) getOrInsert(assigned, topic, (): number[] => []).push(partition);
    }
    return { memberId, clientId: "", host: "", assigned };
  });
}

/** What a group has committed in all topics, sorted by name. */
export function embeddedGroupOffsets(store: EmbeddedStore, group: string): TopicOffsets {
  const rows = store.all<{ topic: string; partition: number; offset: number }>(
    `SELECT name AS topic, partition, next_offset AS offset
     FROM group_offsets JOIN topics ON topics.id = topic_id
     WHERE group_name = ? ORDER BY name, partition`,
    group,
  );
  const topics = new Map<string, Map<number, number>>();
  for (const { topic, partition, offset } of rows) {
    getOrInsert(topics, topic, () => new Map<number, number>()).set(partition, offset);
  }
  return topics;
}

/** @throws {SfcrimeError} GROUP_IN_USE */
export function requireNoMembers(store: EmbeddedStore, group: string, what: "reset" | "deleted"): void {
  const { length } = membersOf(store, group);
  if (length > 0) throw groupInUse(group, what, length);
}

/** Deletes a group; false if there is none. @throws {SfcrimeError} GROUP_IN_USE */
export function deleteEmbeddedGroup(store: EmbeddedStore, group: string): boolean {
  if (!groupNames(store).includes(group)) return false;
  return store.transaction(() => {
    requireNoMembers(store, group, "deleted");
    for (const table of ["group_leases", "group_members", "group_offsets"]) {
      store.run(`DELETE FROM ${table} WHERE group_name = ?`, group);
    }
    return true;
  });
}
