/** `sfcrime topic list`. */
import type { Command } from "commander";
import type { TopicListing } from "../../../broker/admin/broker_admin.ts";
import { addJsonFlag, addRunFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { printable } from "../../../base/text/printable.ts";
import { printList, printText, withBroker } from "../output.ts";

interface Flags {
  readonly internal?: boolean;
  readonly names?: boolean;
  readonly json?: boolean;
}

/** Adds the command. */
export function addList(topic: Command, io: Io): void {
  const list = topic.command("list").description("List all topics, with their partitions and replicas.");
  addRunFlag(list, "--internal", "Also list Kafka's own topics, such as __consumer_offsets");
  addRunFlag(list, "--names", "Print the names only");
  addJsonFlag(list, "Print one JSON object per topic");
  list.action(async ({ internal = false, names = false, json }: Flags) => {
    await withBroker(list, io, {
      body: async (broker) => {
        const topics = (await (await broker.admin()).topics()).filter(({ isInternal }) =>
          internal || !isInternal
        );
        if (names && json !== true) {
          await printText(io, topics.map(({ name }) => `${printable(name)}\n`).join(""));
          return;
        }
        await printList(io, topics, {
          json,
          object: (topic) => ({
            topic: topic.name,
            id: topic.id,
            partitions: topic.partitions.length,
            replicas: replicasOf(topic),
            internal: topic.isInternal,
          }),
          columns: [
            { title: "TOPIC", cell: ({ name }) => name },
            { title: "PARTITIONS", cell: ({ partitions }) => partitions.length },
            { title: "REPLICAS", cell: replicasOf },
          ],
        });
      },
    });
  });
}

/** How many replicas each partition has; the fewest, if they differ. */
function replicasOf({ partitions }: TopicListing): number {
  return Math.min(...partitions.map(({ replicas }) => replicas.length));
}
