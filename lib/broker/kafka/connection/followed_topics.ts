/**
 * Makes a kafkajs cluster forget deleted topics. kafkajs keeps asking for them, and ignores any response in
 * which one is missing: leader changes of all topics would go unnoticed.
 */
import { UNKNOWN_TOPIC } from "./failures.ts";
import type { Cluster } from "../kafkajs/internals.ts";
import { metadataCall } from "../protocol/metadata.ts";

/** See the module's description. A topic that is created again must be followed again. */
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
