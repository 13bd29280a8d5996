import { deepEqual } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { LATE_RUN, LatePlace, lateRows, RECORDS } from "../support/late_place.ts";
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
