/**
 * Restarts the servers of a cluster one after the other, as an upgrade does: each is ended in order and started
 * again, or frozen for longer than the others wait for it. The next one's turn comes when all replicas are in sync.
 */
import { SESSION_MS } from "./cluster.ts";
import type { TestKafka } from "./kafka.ts";
import { adminOf } from "./kafka_admin.ts";
import { whenTrue } from "./when_true.ts";

/** Long enough that a frozen server is left out, and has missed that it leads no more. */
const FROZEN_MS = 2 * SESSION_MS;
const IN_SYNC_MS_MAX = 120_000;

/** How the servers are restarted. */
export interface RollOptions {
  readonly restarts: number;
  /** Every how many restarts a server is frozen instead. */
  readonly freezeEach: number;
  /** Is told of each, before it begins. */
  readonly onRestart?: (index: number, how: "terminated" | "frozen") => void;
}

/** See the module's description. */
export async function rollCluster(
  cluster: TestKafka,
  { restarts, freezeEach, onRestart }: RollOptions,
): Promise<void> {
  for (let restart = 0; restart < restarts; restart++) {
    const index = restart % cluster.servers.length;
    if (restart % freezeEach === freezeEach - 1) {
      onRestart?.(index, "frozen");
      cluster.pause(index);
      await new Promise((resolve) => setTimeout(resolve, FROZEN_MS));
      cluster.resume(index);
    } else {
      onRestart?.(index, "terminated");
      await cluster.terminate(index);
      await cluster.restart(index);
    }
    await untilInSync(cluster.servers);
  }
}

/** Waits until each replica of each partition has all that its leader has. */
async function untilInSync(servers: readonly string[]): Promise<void> {
  let problem: unknown;
  await adminOf(servers)((admin) =>
    whenTrue(async () => {
      try {
        const { topics } = await admin.fetchTopicMetadata();
        const partitions = topics.flatMap((topic) => topic.partitions);
        return partitions.every(({ isr, replicas }) => isr.length === replicas.length);
      } catch (error) {
        // kafkajs has no metadata, and fails, while a server that it asks closes the connection.
        problem = error;
        return false;
      }
    }, {
      withinMs: IN_SYNC_MS_MAX,
      failure: () => `The replicas do not get in sync; the last error: ${problem}`,
    })
  );
}
