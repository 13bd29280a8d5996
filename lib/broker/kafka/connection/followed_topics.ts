/**
 * What a kafkajs cluster asks about the topics that it follows, and not about others.
 */
import { UNKNOWN_TOPIC } from "./failures.ts";
import type { Cluster } from "../kafkajs/internals.ts";
import { metadataCall, serversCall } from "../protocol/metadata.ts";
import { sendTo } from "./send_to.ts";

/** See the module's description; before the cluster connects. */
export function askAboutFollowedTopics(cluster: Cluster): void {
  askAboutNoOthers(cluster);
  forgetMissingTopics(cluster);
}

/**
 * A cluster that follows no topic asks about the servers alone. kafkajs asks about all topics then, and fails if any
 * of them has a partition without a leader: no coordinator and no controller would be found.
 */
function askAboutNoOthers({ brokerPool }: Cluster): void {
  const { createBroker } = brokerPool;
  brokerPool.createBroker = (options) => {
    const node = createBroker(options);
    const ask = node.metadata.bind(node);
    node.metadata = (topics = []) => topics.length > 0 ? ask(topics) : sendTo(node, serversCall());
    return node;
  };
}

/**
 * Forgets deleted topics. kafkajs keeps asking for them, and ignores any response in which one is missing: leader
 * changes of all topics would go unnoticed. A topic that is created again must be followed again.
 */
function forgetMissingTopics(cluster: Cluster): void {
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
