/** Queries that go on from a checkpoint to another sink: nobody is left to believe that it has all rows. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { rowsOfFiles, rowsOfTable } from "../support/crash.ts";
import { Workplace } from "../support/workplace.ts";

const CONFIG = `
[query.ids]
sql = SELECT crime_id FROM calls
[query.types]
sql = SELECT original_crime_type_name AS type, count(*) AS n FROM calls GROUP BY original_crime_type_name
output_mode = complete
`;

/** A place with ten calls, and what a run of a query with a sink says. */
async function prepare() {
  const place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "test.cfg"), CONFIG);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  const analyze = async (query: string, sink: string) => {
    const words = ["analyze", query, "--config", "test.cfg", "--trigger", "available-now", "--sink", sink];
    return (await place.succeedInProcess([...words, "--checkpoint", "kept"])).stderr;
  };
  return { place, analyze };
}

Deno.test("A new sink is said to have none of the earlier rows, with where they went and where the query goes on", async () => {
  const { place, analyze } = await prepare();
  await using _place = place;
  const first = await analyze("ids", "kafka:copies");
  equal(/is new|no new records/.test(first), false, first);

  const second = await analyze("ids", "json:out");
  match(
    second,
    new RegExp(
      `ids resumes at batch 1, from offset 10 of ${place.topic}-0\\. Its sink, the json files in out, is new; it ` +
        "lacks the rows of batch 0, which went to the topic copies\\. To get all rows there, restart the query",
    ),
  );
  match(second, /ids: no new records/);
  deepEqual(await rowsOfFiles(join(place.directory, "out")), []);

  await place.succeedInProcess(["produce", "--limit", "3"]);
  const third = await analyze("ids", "json:out");
  equal(/is new|no new records/.test(third), false, third);
  equal((await rowsOfFiles(join(place.directory, "out"))).length, 3);

  await place.succeedInProcess(["produce", "--limit", "1"]);
  match(
    await analyze("ids", "kafka:copies"),
    /the topic copies, has rows up to batch 0; it lacks the rows of batch 1, which went to the json files/,
  );
  await Deno.remove(join(place.directory, "out"), { recursive: true });
  await analyze("ids", "sqlite:out.db");
  await Deno.remove(join(place.directory, "out.db"));
  match(
    await analyze("ids", "sqlite:out.db"),
    /the table ids in out\.db, is new; the rows of batches 0 to 2, which were written there, are gone\. To get all rows there/,
  );
});

Deno.test("A new sink of complete mode is said to get the whole result with the next records, and gets it", async () => {
  const { place, analyze } = await prepare();
  await using _place = place;
  await analyze("types", "none");
  const second = await analyze("types", "sqlite:out.db");
  match(
    second,
    /the table types in out\.db, is new; it gets the full result with the next batch that has records/,
  );
  match(second, /types: no new records/);
  await place.succeedInProcess(["produce", "--limit", "10"]);
  await analyze("types", "sqlite:out.db");
  const rows = rowsOfTable(join(place.directory, "out.db"), "types").map((row) =>
    JSON.parse(row) as { n: number }
  );
  equal(rows.reduce((sum, { n }) => sum + n, 0), 20);
});

Deno.test("A sink that was moved together with its checkpoint has all rows, and nothing is said", async () => {
  const { place, analyze } = await prepare();
  await using _place = place;
  await analyze("ids", "json:out");
  await Deno.rename(join(place.directory, "out"), join(place.directory, "moved"));
  equal((await analyze("ids", "json:moved")).includes("Its sink"), false);
});
