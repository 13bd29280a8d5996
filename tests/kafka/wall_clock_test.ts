/** What a member of a Kafka group does when the wall clock is set. */
import { deepEqual } from "assert";
import { connectToKafka } from "../support/brokers.ts";
import { KafkaMembership } from "../../lib/broker/kafka/group/membership.ts";
import { sharedKafka } from "../support/kafka.ts";
import { setWallClock } from "../support/wall_clock.ts";
import { Workplace } from "../support/workplace.ts";

Deno.test("A member of a group goes on with its heartbeats when the wall clock is set back", async () => {
  const { servers } = await sharedKafka();
  await using place = new Workplace(servers);
  const { topic } = place;
  await place.succeed(["topic", "create", topic, "--partitions", "2"]);
  const connections = await Promise.all(
    ["first", "second"].map((clientId) =>
      connectToKafka({ kind: "kafka", servers, clientId, properties: {} })
    ),
  );
  const [first, second] = connections.map((connection) =>
    new KafkaMembership(connection, { group: `${topic}-group`, topics: [topic] })
  ) as [KafkaMembership, KafkaMembership];
  const { ended } = await first.join(2);
  const setRight = setWallClock(-3_600_000);
  try {
    const joining = second.join(2);
    // Only the answer to a heartbeat tells that another member has come.
    await new Promise((resolve) => ended.addEventListener("abort", resolve));
    const generations = await Promise.all([first.join(2), joining]);
    deepEqual(generations.flatMap(({ partitions }) => partitions.get(topic) ?? []).sort(), [0, 1]);
  } finally {
    setRight();
    await Promise.all([first.leave(), second.leave()]);
    await Promise.all(connections.map((connection) => connection.close()));
  }
});
