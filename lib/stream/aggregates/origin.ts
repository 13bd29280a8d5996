/**
 * Where rows come from: a partition of a topic, as a branch of the query reads it. Rows of other operators have no
 * origin, which is the empty text.
 */

/** An origin as text. Names of topics have no spaces. */
export function originOf(
  branch: number,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): string {
  return `${branch} ${topic} ${partition}`;
}

/** The order in which rows are merged where it matters: by branch, topic and partition, as Spark's tasks are. */
export function compareOrigins(left: string, right: string): number {
  const [branch = "", topic = "", partition = ""] = left.split(" ");
  const [otherBranch = "", otherTopic = "", otherPartition = ""] = right.split(" ");
  return Number(branch) - Number(otherBranch) ||
    (topic < otherTopic ? -1 : topic > otherTopic ? 1 : Number(partition) - Number(otherPartition));
}
