/**
 * Assigns partitions to the members of a consumer group in the same way as Kafka's own assignors: a partition
 * goes only to members that have subscribed to its topic. Members of other programs identify an assignor by
 * its name, so both match Java's in name and result.
 */

/** A member and its subscribed topics. */
export interface GroupMember {
  readonly id: string;
  readonly topics: readonly string[];
}

/** The number of partitions of each topic; topics that do not exist have none. */
export type PartitionCounts = ReadonlyMap<string, number>;

/** The partitions of each member, by topic. Members without any are included. */
export type Assignment = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

/** Assigns all partitions of all subscribed topics. */
export type Assignor = (members: readonly GroupMember[], counts: PartitionCounts) => Assignment;

/** The assignors by their protocol names, the preferred one first. */
export const ASSIGNORS: Readonly<Record<string, Assignor>> = {
  range: assignRanges,
  roundrobin: assignInTurn,
};

/** `RangeAssignor`: each topic separately, in ranges whose sizes differ by at most one partition. */
function assignRanges(members: readonly GroupMember[], counts: PartitionCounts): Assignment {
  const draft = new Draft(members);
  for (const topic of draft.topics) {
    const readers = draft.members.filter(({ topics }) => topics.includes(topic));
    const count = counts.get(topic) ?? 0;
    let next = 0;
    for (const [index, reader] of readers.entries()) {
      const share = Math.floor(count / readers.length) + (index < count % readers.length ? 1 : 0);
      for (const end = next + share; next < end; next++) draft.give(reader, topic, next);
    }
  }
  return draft.assignment;
}

/**
 * `RoundRobinAssignor`: all partitions of all topics in turn, each to the next member that subscribed to its
 * topic.
 */
function assignInTurn(members: readonly GroupMember[], counts: PartitionCounts): Assignment {
  const draft = new Draft(members);
  let turn = 0;
  for (const topic of draft.topics) {
    for (let partition = 0; partition < (counts.get(topic) ?? 0); partition++) {
      while (!draft.members[turn % draft.members.length]!.topics.includes(topic)) turn++;
      draft.give(draft.members[turn++ % draft.members.length]!, topic, partition);
    }
  }
  return draft.assignment;
}

/** An assignment in progress, with members and topics in the same order as in Java. */
class Draft {
  readonly members: readonly GroupMember[];
  readonly topics: readonly string[];
  readonly assignment: ReadonlyMap<string, Map<string, number[]>>;

  constructor(members: readonly GroupMember[]) {
    this.members = members.toSorted((left, right) => left.id < right.id ? -1 : 1);
    this.topics = [...new Set(members.flatMap(({ topics }) => topics))].sort();
    this.assignment = new Map(this.members.map(({ id }) => [id, new Map()]));
  }

  give({ id }: GroupMember, topic: string, partition: number): void {
    const topics = this.assignment.get(id)!;
    const partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, [partition]);
    else partitions.push(partition);
  }
}
