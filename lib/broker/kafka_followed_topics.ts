/**
 * Makes a cluster of kafkajs forget topics that are gone. kafkajs goes on to ask for them, and takes nothing of an
 * answer in which one is missing: no change of a leader would be noticed any more, of no topic.
 */
import { UNKNOWN_TOPIC } from "./kafka_failures.ts";
import type { Cluster } from "./kafka_internals.ts";
import { metadataCall } from "./kafka_protocol.ts";

/** See the module's description. A topic that comes back has to be followed anew. */
export function forgetMissingTopics(cluster: Cluster): void {
  const refresh = cluster.refreshMetadata.bind(cluster);
  cluster.refreshMetadata = async () => {
    try {
      await refresh();
    } catch (error) {
      if ((error as { type?: string }).type !== UNKNOWN_TOPIC.type) throw error;
      const node = await cluster.brokerPool.findConnectedBroker();
      const found = await node.connectionPool.send(metadataCall([...cluster.targetTopics]));
      for (const { name, errorCode } of found) {
        if (errorCode === UNKNOWN_TOPIC.code) cluster.targetTopics.delete(name);
      }
      await refresh();
    }
  };
}
