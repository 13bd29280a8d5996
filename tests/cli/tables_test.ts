/** Static tables from files of JSON and CSV, and those that change while a query runs. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { type RunningProgram } from "../support/program.ts";
import { lines, Workplace } from "../support/workplace.ts";

/** Calls by the name of their zone. */
function config(table: string): string {
  return `[stream.trips]
columns = id INT, zone INT
watermark = none
[table.zones]
${table}
columns = id INT AS zone, name STRING
[query.named]
sql = SELECT trips.id, name FROM trips LEFT JOIN zones USING (zone)
`;
}

async function write(place: Workplace, name: string, text: string): Promise<void> {
  // A file that takes the place of another is never seen half written.
  await Deno.writeTextFile(join(place.directory, `${name}.new`), text);
  await Deno.rename(join(place.directory, `${name}.new`), join(place.directory, name));
}

async function produce(place: Workplace, id: number, zone: number): Promise<void> {
  await place.succeedInProcess(["produce", "--input", "-", "--validate", "lenient"], {
    stdin: JSON.stringify({ id, zone }),
  });
}

for (
  const { format, text } of [
    { format: "json", text: '[{"id":1,"name":"North"},\n{"id":2,"name":null}]' },
    { format: "json", text: '{"id":1,"name":"North"}\n{"id":2}\n' },
    { format: "csv", text: "name,id\nNorth,1\n,2\n" },
  ]
) {
  Deno.test(`A table of ${format} is joined: ${text.slice(0, 8)}…`, async () => {
    await using place = new Workplace();
    await write(place, "app.cfg", config(`path = zones\nformat = ${format}`));
    await write(place, "zones", text);
    for (const zone of [1, 2, 3]) await produce(place, zone * 10, zone);
    const { stdout } = await place.succeedInProcess([
      "analyze",
      "--trigger",
      "available-now",
      "--sink",
      "ndjson",
    ]);
    deepEqual(lines(stdout).map((line) => JSON.parse(line)), [
      { id: 10, name: "North" },
      { id: 20, name: null },
      { id: 30, name: null },
    ]);
  });
}

function namesOf(program: RunningProgram): (string | null)[] {
  return lines(program.stdout).map((line) => (JSON.parse(line) as { name: string | null }).name);
}

Deno.test("A table with reload has the new rows in the batch after its file has changed, in all workers", async () => {
  await using place = new Workplace();
  await write(place, "app.cfg", config("path = zones.csv\nformat = csv\nreload = true"));
  await write(place, "zones.csv", "id,name\n1,North\n");
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "4"]);
  const program = place.start(["analyze", "--trigger", "0", "--sink", "ndjson", "--workers", "2"]);
  const given = async (count: number) => {
    for (let id = 0; id < 4; id++) await produce(place, id, 1);
    await program.until(({ stdout }) => lines(stdout).length >= count);
  };
  await given(4);
  await write(place, "zones.csv", "id,name\n1,South\n");
  await given(8);
  await write(place, "zones.csv", "id,name\none,East\n");
  await given(12);
  await write(place, "zones.csv", "id,name\n1,West\n");
  await given(16);
  program.kill("SIGINT");
  equal((await program.ended()).code, 0);
  const four = (name: string) => new Array<string>(4).fill(name);
  deepEqual(namesOf(program), [...four("North"), ...four("South"), ...four("South"), ...four("West")]);
  match(program.stderr, /line 2: id = "one" is not a valid INT\. .*Keeping the rows loaded before/);
});

Deno.test("A table without reload stays as it was when the run began", async () => {
  await using place = new Workplace();
  await write(place, "app.cfg", config("path = zones.csv\nformat = csv"));
  await write(place, "zones.csv", "id,name\n1,North\n");
  await produce(place, 1, 1);
  const program = place.start(["analyze", "--trigger", "0", "--sink", "ndjson"]);
  await program.until(({ stdout }) => lines(stdout).length >= 1);
  await write(place, "zones.csv", "id,name\n1,South\n");
  await produce(place, 2, 1);
  await program.until(({ stdout }) => lines(stdout).length >= 2);
  program.kill("SIGINT");
  await program.ended();
  deepEqual(namesOf(program), ["North", "North"]);
});
