/** Checkpoints and sinks that were restored with each other or without, on the embedded broker. */
import { deepEqual, equal } from "assert";
import { DatabaseSync } from "node:sqlite";
import {
  allRestoredLaw,
  anotherBatchLaw,
  copiedCheckpointLaw,
  restoredBrokerLaw,
  restoredCheckpointLaw,
  restoredCompleteLaw,
  RestoredPlace,
  restoredSinkLaw,
  restoredTogetherLaw,
} from "../support/restored.ts";

for (const kind of ["json", "parquet", "sqlite", "kafka"] as const) {
  Deno.test(`${kind}: a checkpoint that was restored without its sink is refused, and can go on after it`, () =>
    restoredCheckpointLaw(kind));
}

for (const kind of ["json", "sqlite"] as const) {
  Deno.test(`${kind}: in complete mode, a checkpoint that was restored without its sink is refused`, () =>
    restoredCompleteLaw(kind));

  Deno.test(`${kind}: a checkpoint and a sink that are restored together go on and miss nothing`, () =>
    restoredTogetherLaw(kind));
}

Deno.test("kafka: a copy of a checkpoint is refused, and the run that writes to its topic goes on", () =>
  copiedCheckpointLaw("kafka"));

Deno.test("A batch of the same number that has read something else is refused", () =>
  anotherBatchLaw("sqlite"));

Deno.test("A sink that was restored without its checkpoint is said to lack rows", () =>
  restoredSinkLaw("json"));

Deno.test("An embedded broker that was restored without the checkpoint is a loss of data, however long it is again", () =>
  restoredBrokerLaw());

for (const kind of ["json", "kafka"] as const) {
  Deno.test(`${kind}: broker, checkpoint and sink that are restored together go on and miss nothing`, () =>
    allRestoredLaw(kind));
}

Deno.test("A sink of an older version, which has kept no offsets, goes on and keeps them from then on", async () => {
  await using files = await RestoredPlace.open("ids", "json");
  await files.produce();
  await files.succeed();
  const path = files.at("out/_manifest.ndjson");
  const lines = async () =>
    (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => JSON.parse(line));
  const [header, line] = await lines();
  delete line.offsets;
  await Deno.writeTextFile(path, `${JSON.stringify(header)}\n${JSON.stringify(line)}\n`);
  await files.produce();
  await files.succeed();
  equal((await files.rows()).length, 20);
  deepEqual((await lines())[2].offsets, {
    from: { [files.place.topic]: { "0": 10 } },
    to: { [files.place.topic]: { "0": 20 } },
  });

  await using table = await RestoredPlace.open("ids", "sqlite");
  await table.produce();
  await table.succeed();
  const database = new DatabaseSync(table.at("out"));
  database.exec("ALTER TABLE sfcrime_batches DROP COLUMN offsets");
  database.close();
  await table.produce();
  await table.succeed();
  equal((await table.rows()).length, 20);
});
