/** Files that the program keeps for itself hold people's data: they are for their owner, and are no links to others. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { Workplace } from "../support/workplace.ts";

/** The permissions of everything in a directory, by path. */
async function permissionsIn(directory: string, inside = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(join(directory, inside))) {
    const path = join(inside, name);
    found[path] = ((await Deno.stat(join(directory, path))).mode! & 0o777).toString(8);
    if (isDirectory) Object.assign(found, await permissionsIn(directory, path));
  }
  return found;
}

Deno.test("What the program keeps is for its owner alone; what a sink writes is for whoever the user lets read it", async () => {
  await using place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "calls.ndjson"), '{"crime_id":"1","city":"x"}\nbroken\n');
  const config = "[query.ids]\nsql = SELECT crime_id, city FROM calls\n";
  await Deno.writeTextFile(join(place.directory, "test.cfg"), config);
  const produce = ["produce", "--input", "calls.ndjson", "--dead-letter-file", "dead/letters.ndjson"];
  await place.bash(`umask 022; exec "$@"`, produce);
  const analyze = [
    "analyze",
    "ids",
    "--config",
    "test.cfg",
    "--trigger",
    "once",
    "--late-rows",
    "late.ndjson",
  ];
  const files = ["--progress", "progress.ndjson", "--sink", "json:out"];
  const running = await place.bash(`umask 022; exec "$@"`, [...analyze, ...files]);
  equal(running.code, 0, running.stderr);
  await place.succeed(["state", "export", "ids", "copy"]);
  const permissions = await permissionsIn(place.directory);
  for (const directory of [".sfcrime", ".sfcrime/checkpoints", ".sfcrime/checkpoints/ids", "copy", "dead"]) {
    equal(permissions[directory], "700", directory);
  }
  const own = [
    ".sfcrime/broker.db",
    ".sfcrime/broker.db-notify",
    ".sfcrime/checkpoints/ids/checkpoint.db",
    ".sfcrime/checkpoints/ids/writer.lock",
    "copy/checkpoint.db",
    "dead/letters.ndjson",
    "late.ndjson",
    "progress.ndjson",
  ];
  deepEqual(own.map((path) => [path, permissions[path]]), own.map((path) => [path, "600"]));
  for (const [path, mode] of Object.entries(permissions)) {
    if (path.startsWith(".sfcrime/")) equal(/^[67]00$/.test(mode), true, `${path} ${mode}`);
  }
  equal(permissions["out"], "755");
  equal(permissions["out/part-0-0.json"], "644");
});

Deno.test("A link in the place of a file of the program's own is refused, and nothing is written through it", async () => {
  await using place = new Workplace();
  await place.succeed(["produce", "--limit", "1"]);
  const target = join(place.directory, "target");
  await Deno.writeTextFile(target, "precious");
  const notification = join(place.directory, ".sfcrime/broker.db-notify");
  await Deno.remove(notification);
  await Deno.symlink(target, notification);
  const produced = await place.run(["produce", "--limit", "1"]);
  equal(produced.code, 1);
  match(
    produced.stderr,
    /broker\.db-notify is a symbolic link, not a file that sfcrime created\.\n {2}Remove the link/,
  );
  await Deno.remove(notification);

  const checkpoint = join(place.directory, "kept/by_type");
  await Deno.mkdir(checkpoint, { recursive: true });
  await Deno.symlink(target, join(checkpoint, "writer.lock"));
  const analyze = ["analyze", "by_type", "--trigger", "once", "--sink", "none", "--checkpoint", "kept"];
  const analyzed = await place.run(analyze);
  equal(analyzed.code, 1);
  match(analyzed.stderr, /writer\.lock is a symbolic link, not a file that sfcrime created/);
  equal(await Deno.readTextFile(target), "precious");
});
