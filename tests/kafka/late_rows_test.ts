import { deepEqual, equal, match } from "assert";
import { createTopic, sharedKafka } from "../support/kafka.ts";
import { adminOf } from "../support/kafka_admin.ts";
import { at, LATE_RUN, LatePlace, lateRows, RECORDS } from "../support/late_place.ts";
import { lines } from "../support/workplace.ts";

const { servers } = await sharedKafka();

Deno.test("--late-rows kafka:TOPIC puts late records where kcat reads them, with their places", async () => {
  await using place = new LatePlace(servers);
  await place.send(RECORDS);
  const topic = `${place.topic}-late`;
  await place.succeed([...LATE_RUN, "--late-rows", `kafka:${topic}`, "--workers", "2"]);
  const late = lines(await place.kcat(["-t", topic, "-C", "-e", "-q"]));
  deepEqual(late.toSorted(), lateRows(place.topic));
});

Deno.test("A late record that is too large for its topic ends the query, and is named by its place", async () => {
  await using place = new LatePlace(servers);
  await place.send([...RECORDS.slice(0, 4), at("11:02", "x".repeat(3_000)), at("11:50")]);
  const topic = `${place.topic}-late`;
  const configEntries = [{ name: "max.message.bytes", value: "2000" }];
  await adminOf(servers)((admin) => createTopic(admin, { topic, numPartitions: 1, configEntries }));
  const { code, stderr } = await place.run([...LATE_RUN, "--late-rows", `kafka:${topic}`]);
  equal(code, 1);
  const where = `The late record at offset 4 of ${place.topic}-0 is too large`;
  match(stderr, new RegExp(`${where}: it takes 3,\\d+ bytes, and topic ${topic} allows 2,000 \\(max`));
});
