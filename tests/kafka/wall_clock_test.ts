/** What a member of a Kafka group does when the wall clock is set. */
import { Kafka, logLevel } from "kafkajs";
// The hooks of kafkajs are installed by it.
import "../../lib/broker/kafka_connection.ts";
import { sharedKafka } from "../support/kafka.ts";
import { setWallClock } from "../support/wall_clock.ts";
import { Workplace } from "../support/workplace.ts";

Deno.test("A member of a group goes on with its heartbeats when the wall clock is set back", async () => {
  const { servers } = await sharedKafka();
  await using place = new Workplace(servers);
  await place.succeed(["topic", "create", place.topic]);
  const consumer = new Kafka({ brokers: [...servers], logLevel: logLevel.NOTHING })
    .consumer({ groupId: `${place.topic}-group`, heartbeatInterval: 100 });
  const joined = Promise.withResolvers<void>();
  consumer.on("consumer.group_join", () => joined.resolve());
  await consumer.connect();
  await consumer.subscribe({ topic: place.topic });
  await consumer.run({ eachBatch: () => Promise.resolve() });
  await joined.promise;
  const setRight = setWallClock(-3_600_000);
  try {
    const beaten = Promise.withResolvers<void>();
    consumer.on("consumer.heartbeat", () => beaten.resolve());
    await beaten.promise;
  } finally {
    setRight();
    await consumer.disconnect();
  }
});
