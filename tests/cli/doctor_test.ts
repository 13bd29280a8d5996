/** `doctor` on the embedded broker: each thing that may be wrong is made wrong. */
import { deepEqual, equal, match } from "assert";
import { join } from "node:path";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { openEmbeddedBroker } from "../support/brokers.ts";
import { findingsOf, problemsOf, says } from "../support/doctor_findings.ts";
import type { RunResult } from "../support/program.ts";
import { runInProcess } from "../support/program_in_process.ts";
import { Workplace } from "../support/workplace.ts";

const ANALYZE = ["analyze", "by_type", "--sink", "ndjson", "--checkpoint", "kept"];

/** A place with some calls in its topic. */
async function filled(): Promise<Workplace> {
  const place = new Workplace();
  await place.succeedInProcess(["produce", "--limit", "50"]);
  return place;
}

const doctor = (place: Workplace, ...flags: string[]) => place.runInProcess(["doctor", "--json", ...flags]);

Deno.test("Where nothing is wrong, each area is looked at and well, as text and as JSON", async () => {
  await using place = await filled();
  await place.succeedInProcess([...ANALYZE, "--trigger", "available-now"]);
  const result = await doctor(place, "--checkpoint", "kept", "--write");
  deepEqual([result.code, problemsOf(result)], [0, []]);
  const findings = findingsOf(result);
  const areas = [...new Set(findings.map(({ area }) => area))];
  deepEqual(areas, ["configuration", "broker", "topics", "checkpoints", "disk", "engines"]);
  for (
    const said of [
      /\d queries$/,
      /The embedded broker, \S+, [\d.]+ KiB$/,
      /^A record was written within .* and read within/,
      new RegExp(`^Topic ${place.topic}: 1 partition, 50 offsets, [\\d.]+ KiB, records from \\d{4}-`),
      new RegExp(`^All of the last 50 records of ${place.topic} fit \\[stream\\.calls\\]$`),
      /^by_type: not running, batch 0, 0 offsets behind \(kept\/by_type\)$/,
      /^[\d.]+ \wiB of [\d.]+ \wiB free for \.sfcrime, kept\/by_type/,
    ]
  ) equal(findings.filter(({ text }) => said.test(text)).length, 1, String(said));
  const text = await place.runInProcess(["doctor", "--checkpoint", "kept"]);
  equal(text.code, 0);
  match(
    text.stdout,
    /^Configuration\n {2}ok {7}.*\nBroker\n {2}ok {7}[^]*\n\n0 failures, 0 warnings, \d+ ok\n$/,
  );
  // What was written is gone.
  equal((await place.succeedInProcess(["topic", "list", "--names"])).stdout, `${place.topic}\n`);
});

Deno.test("A topic that somebody named and is not there is a failure, the default one is a warning", async () => {
  await using place = new Workplace();
  const named = await doctor(place);
  equal(named.code, 1);
  match(named.stderr, /1 check failed\./);
  says(problemsOf(named)[0], {
    text: /Topic \S+ does not exist \(--topic\)\./,
    advice: /sfcrime topic create/,
  });
  const result = await runInProcess(["doctor", "--json"], { cwd: place.directory });
  equal(result.code, 0);
  deepEqual(problemsOf(result).map(({ level, text }) => [level, text]), [
    ["warning", "Topic sf-police-calls, the default, does not exist yet."],
  ]);
});

Deno.test("Records that do not fit are counted, with the place of the first; most of them are a failure", async () => {
  await using place = await filled();
  const append = async (values: readonly string[]) => {
    const broker = openEmbeddedBroker(join(place.directory, ".sfcrime", "broker.db"));
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const records = RecordsBuilder.of(
      values.map((value) => ({ key: null, value: new TextEncoder().encode(value), timestampMs: 0 })),
    );
    await appender.append(place.topic, [{ partition: 0, records }]);
    await appender.close();
    await broker.close();
  };
  await append(["no JSON", '{"call_date_time": "not a time"}', "[1]"]);
  const some = await doctor(place);
  equal(some.code, 0);
  const [finding] = problemsOf(some);
  equal(finding!.level, "warning");
  says(finding, {
    text:
      /^3 of the last 53 records of \S+ do not fit \[stream\.calls\]: 2 cannot be parsed, 1 have fields of other types; the first is at offset 50 of \S+-0\.$/,
    advice: /^sfcrime consume .* --partition 0 --from 50/,
  });
  await append(Array.from({ length: 100 }, (_, n) => `line ${n}`));
  const most = await doctor(place);
  equal(most.code, 1);
  says(problemsOf(most)[0], { text: /^103 of the last 153 records/, advice: /sfcrime topic schema/ });
});

Deno.test("Checkpoints are held, damaged, or of records that the broker no longer has", async () => {
  await using place = await filled();
  const checkpoints = async () => {
    const { stdout } = await doctor(place, "--checkpoint", "kept");
    return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
      .filter(({ area }) => area === "checkpoints");
  };
  const running = place.start([...ANALYZE, "--trigger", "100ms"]);
  await running.until(({ stderr }) => /by_type batch 0: 50 records/.test(stderr));
  match(
    (await checkpoints())[0].text,
    new RegExp(
      `^by_type: held by process ${running.pid} on ${Deno.hostname()} since \\d{4}-[\\d :-]+ UTC, batch 0, 0 offsets behind`,
    ),
  );
  // What it has noted stays behind, but nobody holds the lock.
  running.kill("SIGKILL");
  await running.ended();
  match((await checkpoints())[0].text, /^by_type: not running, batch 0/);

  await place.succeedInProcess(["topic", "delete", place.topic, "--yes"]);
  await place.succeedInProcess(["produce", "--limit", "5"]);
  const [replaced] = await checkpoints();
  equal(replaced.level, "failure");
  says(replaced, {
    text: /^by_type has read topic \S+, which was deleted and created again\.$/,
    advice: /sfcrime state delete by_type.*fail_on_data_loss/,
  });

  const file = join(place.directory, "kept", "by_type", "checkpoint.db");
  await Deno.writeTextFile(file, "no database".repeat(1_000));
  // SQLite would take the pages of the log that the killed run has left.
  await Deno.remove(`${file}-wal`);
  const [damaged] = await checkpoints();
  equal(damaged.level, "failure");
  match(damaged.text, /is not a SQLite database/);
});

Deno.test({
  name:
    "A disk without room, or that cannot be written, is a failure for each place on it, and the report goes on",
  // Only root may mount a file system of its own size.
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    await using place = new Workplace();
    const mount = `mkdir small && mount -t tmpfs -o size=200000 tmpfs small || exit 99
      trap 'umount small' EXIT`;
    const examine = ["doctor", "--json", "--write", "--data-dir", "small"];
    const full = await place.bash(`${mount}; "$@"`, examine);
    equal(full.code, 1);
    const ofDisk = (result: RunResult) => problemsOf(result).filter(({ area }) => area === "disk");
    equal(ofDisk(full).length, 1);
    says(ofDisk(full)[0], { text: /^0 B of 196\.0 KiB free for small\.$/, advice: /^Free up some space/ });
    equal(findingsOf(full).at(-1)!.area, "engines");

    await Deno.remove(join(place.directory, "small"));
    const readOnly = await place.bash(`${mount}; mount -o remount,ro small; "$@"`, examine);
    equal(readOnly.code, 1);
    says(ofDisk(readOnly)[1], {
      text: /^Cannot write to \S+\/small\/: Read-only file system\.$/,
      advice: /mounted read-only/,
    });
  },
});

Deno.test("Files with secrets that all users can read are named, with what is in them", async () => {
  await using place = new Workplace();
  const [config, token] = ["app.cfg", "token"].map((name) => join(place.directory, name)) as [string, string];
  await Deno.writeTextFile(config, "[registry]\nusername = ada\npassword = open sesame\n");
  await Deno.writeTextFile(token, "a token that nobody can guess\n");
  const examine = async () => {
    const env = { SFCRIME_UI_TOKEN_FILE: token };
    const result = await place.runInProcess(["doctor", "--json"], { env });
    return problemsOf(result).filter(({ area }) => area === "configuration");
  };
  await Deno.chmod(config, 0o644);
  await Deno.chmod(token, 0o604);
  const open = await examine();
  deepEqual(open.map(({ level, text, advice }) => [level, text, advice]), [
    [
      "warning",
      "All users of this machine can read app.cfg, which has secrets: password.",
      "chmod o-r app.cfg",
    ],
    [
      "warning",
      `All users of this machine can read ${token}, which has secrets: token_file.`,
      `chmod o-r ${token}`,
    ],
  ]);
  await Deno.chmod(config, 0o640);
  await Deno.chmod(token, 0o600);
  deepEqual(await examine(), []);
});

Deno.test("Settings and queries that are wrong are failures, and nothing is then looked at by wrong settings", async () => {
  await using place = await filled();
  const result = await doctor(place, "-X", "analyze.trigger=soon");
  equal(result.code, 1);
  deepEqual(findingsOf(result).map(({ area, level }) => [area, level]), [["configuration", "failure"]]);
  match(findingsOf(result)[0]!.text, /analyze\.trigger = "soon"/);
  const query = await doctor(place, "-X", "query.by_type.sql=SELECT nothing FROM calls");
  equal(query.code, 1);
  equal(problemsOf(query).length, 1);
  equal(findingsOf(query).some(({ area }) => area === "engines"), true);
});

Deno.test("Java and Spark are found by their files, by their variables and in the PATH, and too old ones are named", async () => {
  await using place = await filled();
  const install = async (version: string, spark: string) => {
    const [java, home] = [`java-${version}`, `spark-${spark}`].map((name) => join(place.directory, name));
    for (
      const [file, text] of [
        [join(java!, "bin", "java"), ""],
        [join(java!, "release"), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`],
        [join(home!, "bin", "spark-submit"), ""],
        [join(home!, "jars", `spark-core_2.13-${spark}.jar`), ""],
      ] as const
    ) {
      await Deno.mkdir(join(file, ".."), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    return { java: java!, spark: home! };
  };
  const engines = async (env: Record<string, string>) => {
    const result = await place.runInProcess(["doctor", "--json"], { env });
    return findingsOf(result).filter(({ area }) => area === "engines").map((
      { level, text },
    ) => [level, text]);
  };
  const good = await install("17.0.13", "4.0.0");
  const old = await install("11.0.2", "3.5.1");
  const found = [["ok", `Java 17.0.13 in ${good.java}`], ["ok", `Spark 4.0.0 in ${good.spark}`]];
  deepEqual(await engines({ JAVA_HOME: good.java, SPARK_HOME: good.spark }), found);
  deepEqual(
    await engines({ PATH: ["/nowhere", join(good.java, "bin"), join(good.spark, "bin")].join(":") }),
    found,
  );
  deepEqual((await engines({ JAVA_HOME: old.java, SPARK_HOME: old.spark })).map(([level]) => level), [
    "warning",
    "warning",
  ]);
  deepEqual(await engines({ SPARK_HOME: good.spark }), [
    ["warning", "Spark is there, but no Java was found."],
    found[1]!,
  ]);
  deepEqual((await engines({})).map(([level]) => level), ["ok", "ok"]);
});
