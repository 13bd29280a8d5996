/** The settings of topics that a command creates: what is refused before a broker is asked, and what has no effect. */
import { deepEqual, doesNotMatch, equal, match } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

const CREATING = [["produce", "--limit", "1"], ["analyze", "--sink", "none"], ["topic", "create", "t"]];

Deno.test("Two values for how long records are kept are an error, unless one of them has precedence", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  for (const args of CREATING) {
    const { code, stderr } = await runInProcess(
      [...args, "--retention", "7d", "--topic-config", "retention.ms=1000", "--topic-config", "segment.ms=1"],
      options,
    );
    equal(code, 2);
    equal(
      stderr,
      "sfcrime: --retention and retention.ms of --topic-config both say how long records are kept.\n" +
        "  Keep one of them.\n",
    );
  }
  await directory.write("app.cfg", "[kafka]\nretention = 7d\ntopic_config = retention.ms=1000\n");
  for (const args of [...CREATING, ["config", "check"]]) {
    const { code, stderr } = await runInProcess(args, options);
    equal(code, 2);
    match(
      stderr,
      /^sfcrime: app\.cfg:2 and retention\.ms of app\.cfg:3 both say how long records are kept\.$/m,
    );
  }
  deepEqual([...Deno.readDirSync(directory.path)].map(({ name }) => name), ["app.cfg"]);
  await directory.write("app.cfg", "[kafka]\nretention = 7d\n");
  await succeedInProcess(["produce", "--limit", "1", "--topic-config", "retention.ms=1000"], options);
});

Deno.test("A setting of a topic that is no NAME=VALUE, or stands there twice, is an error", async () => {
  await using directory = await tempDir();
  for (const values of [["retention"], ["=1"], ["a b=1"], ["a=1", "a=2"]]) {
    const flags = values.flatMap((value) => ["--topic-config", value]);
    const { code, stderr } = await runInProcess(["topic", "create", "t", ...flags], { cwd: directory.path });
    equal(code, 2);
    match(stderr, /^sfcrime: --topic-config = ".*": expected NAME=VALUE, such as cleanup\.policy=compact, /);
  }
});

Deno.test("The embedded broker keeps all records, and says of settings of topics that they have no effect", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const settings = [
    "--retention",
    "7d",
    "--topic-config",
    "cleanup.policy=compact",
    "--topic-config",
    "segment.ms=1",
  ];
  const { stderr } = await succeedInProcess(["produce", "--limit", "1", ...settings], options);
  match(stderr, /^Created topic sf-police-calls \(1 partition, keeps records forever\)$/m);
  match(
    stderr,
    new RegExp(
      "^warning: The embedded broker keeps all records and has no topic configuration: --retention 7d and " +
        "--topic-config cleanup\\.policy=compact --topic-config segment\\.ms=1 have no effect\\.$",
      "m",
    ),
  );
  const again = await succeedInProcess(["produce", "--limit", "1", "--retention", "7d"], options);
  match(
    again.stderr,
    /^warning: Topic sf-police-calls already exists: --retention 7d has no effect on it\.$/m,
  );

  await directory.write("app.cfg", "[kafka]\nretention = 7d\n");
  const created = await succeedInProcess(["topic", "create", "t"], options);
  match(created.stderr, /: \[kafka\] retention \(app\.cfg:2\) has no effect\.$/m);
  // What a file says for all topics is no news at each run.
  doesNotMatch((await succeedInProcess(["produce", "--limit", "1"], options)).stderr, /warning/);
  await directory.write("app.cfg", "[kafka]\nretention = forever\n");
  doesNotMatch((await succeedInProcess(["topic", "create", "other"], options)).stderr, /warning/);
  const compacted = await succeedInProcess(
    ["topic", "create", "x", "--topic-config", "cleanup.policy=compact"],
    options,
  );
  match(compacted.stderr, /topic configuration: --topic-config cleanup\.policy=compact has no effect\.$/m);
});
