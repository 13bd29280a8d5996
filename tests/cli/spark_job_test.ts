/** `sfcrime spark-job`, without a Spark: what is written, and what a shell makes of it. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import type { JobPlan } from "../../lib/spark/job/write_job.ts";
import { run } from "../support/program.ts";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

const AT_KAFKA = ["-b", "kafka1:9092"];

/** Says what it was given, an argument for each line, and which Spark it is. */
const SPARK_SUBMIT = `#!/usr/bin/env bash
if [[ $* == --version ]]; then
  echo "WARNING: Using incubator modules: jdk.incubator.vector
   /___/ .__/\\_,_/_/ /_/\\_\\   version 3.5.6

Using Scala version 2.12.18, OpenJDK 64-Bit Server VM, 17.0.15" >&2
else
  echo "remote=\${SPARK_REMOTE-unset}"
  printf '%s\\n' "$@"
fi
`;

/** Writes a job, and says with which arguments its script calls spark-submit. */
async function submitted(args: readonly string[], more: readonly string[] = []): Promise<string[]> {
  await using place = await tempDir();
  await Deno.mkdir(join(place.path, "bin"));
  await Deno.chmod(await place.write("bin/spark-submit", SPARK_SUBMIT), 0o755);
  const job = join(place.path, `a "job" of $HOME's`);
  await succeedInProcess(["spark-job", job, "by_type", ...AT_KAFKA, ...args]);
  const { code, stdout, stderr } = await run([join(job, "submit.sh"), ...more], {
    executable: "/bin/bash",
    cwd: "/",
    env: { SPARK_HOME: place.path, SPARK_REMOTE: "sc://elsewhere" },
  });
  equal(code, 0, stderr);
  return stdout.replaceAll(job, "JOB").split("\n").slice(0, -1);
}

Deno.test("submit.sh gives spark-submit its options word by word, whatever is in them, and its own arguments after them", async () => {
  const jars = `/opt/it's/"a" $(touch x).jar,/opt/\`b\` c.jar`;
  deepEqual(
    await submitted(["--jars", jars, "--packages", "org.example:a b:1", "--master", "spark://a:1,b:2"], [
      ...["--conf", "spark.a=1 2", "--num-executors", "4"],
    ]),
    [
      "remote=unset",
      ...["--name", "sfcrime: by_type", "--master", "spark://a:1,b:2", "--deploy-mode", "client"],
      ...["--packages", "org.example:a b:1", "--jars", jars, "--files", "JOB/plan.json"],
      ...["--conf", "spark.a=1 2", "--num-executors", "4", "JOB/job.py", "plan.json"],
    ],
  );
});

Deno.test("By default, the connector is that of the Spark that submits the job", async () => {
  const words = await submitted(["--master", "yarn", "--deploy-mode", "cluster"]);
  deepEqual(words.slice(3, 9), [
    ...["--master", "yarn", "--deploy-mode", "cluster"],
    ...["--packages", "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.6"],
  ]);
});

Deno.test("Without Spark, submit.sh says what to set", async () => {
  await using place = await tempDir();
  await succeedInProcess(["spark-job", join(place.path, "job"), ...AT_KAFKA]);
  const env = { SPARK_HOME: join(place.path, "none") };
  const { code, stderr } = await run([join(place.path, "job", "submit.sh")], {
    executable: "/bin/bash",
    env,
  });
  equal(code, 127);
  match(stderr, /cannot find .*none\/bin\/spark-submit\. Set SPARK_HOME/);
});

async function planOf(directory: string): Promise<JobPlan> {
  return JSON.parse(await Deno.readTextFile(join(directory, "plan.json"))) as JobPlan;
}

Deno.test("A job goes into a new directory, an empty one, or that of a former job, and nowhere else", async () => {
  await using place = await tempDir();
  const job = join(place.path, "new", "job");
  const write = (directory: string, ...more: readonly string[]) =>
    runInProcess(["spark-job", directory, ...AT_KAFKA, ...more]);
  equal((await write(job)).code, 0);
  const modes = [...Deno.readDirSync(job)].map((
    { name },
  ) => [name, Deno.statSync(join(job, name)).mode! & 0o777]);
  deepEqual(modes.toSorted(), [
    ["job.py", 0o600],
    ["plan.json", 0o600],
    ["submit.sh", 0o700],
    ["table_0.ndjson", 0o600],
  ]);
  await Deno.writeTextFile(join(job, "notes.txt"), "of the user");
  const { code, stderr } = await write(job, "by_type", "-X", "spark.bootstrap_servers=inside:9092");
  equal(code, 0, stderr);
  deepEqual([...Deno.readDirSync(job)].map(({ name }) => name).toSorted(), [
    ...["job.py", "notes.txt", "plan.json", "submit.sh"],
  ]);
  const { queries } = await planOf(job);
  deepEqual(queries.map(({ name }) => name), ["by_type"]);
  equal(queries[0]!.streams[0]!.options["kafka.bootstrap.servers"], "inside:9092");
  const other = await place.write("other.txt", "");
  const refused = await write(place.path);
  equal(refused.code, 2);
  match(refused.stderr, /is not empty, and has no job that sfcrime has written/);
  equal(Deno.statSync(other).isFile, true);
  match((await write(join(place.path, "a,b"))).stderr, /a character that Spark cannot have in paths: ,/);
});

Deno.test("No file of a job has a password or a private key, and the log names the variables that have them", async () => {
  await using place = await tempDir();
  const [ca, certificate, key] = await Promise.all(
    ["CA", "CERTIFICATE", "PRIVATE KEY"].map((name) => place.write(`${name}.pem`, `text of ${name}`)),
  );
  const job = join(place.path, "job");
  const { stderr } = await succeedInProcess(["spark-job", job, ...AT_KAFKA], {
    env: {
      SFCRIME_KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
      SFCRIME_KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
      SFCRIME_KAFKA_SASL_USERNAME: "ada",
      SFCRIME_KAFKA_SASL_PASSWORD: "of-ada",
      SFCRIME_KAFKA_SSL_CA_LOCATION: ca!,
      SFCRIME_KAFKA_SSL_CERTIFICATE_LOCATION: certificate!,
      SFCRIME_KAFKA_SSL_KEY_LOCATION: key!,
      SFCRIME_KAFKA_SSL_KEY_PASSWORD: "of-the-key",
    },
  });
  for (const { name } of Deno.readDirSync(job)) {
    const text = await Deno.readTextFile(join(job, name));
    ok(!/of-ada|of-the-key|text of PRIVATE/.test(text), name);
  }
  const { secrets, queries } = await planOf(job);
  equal(queries[0]!.streams[0]!.options["kafka.ssl.truststore.certificates"], "text of CA");
  deepEqual(secrets, [
    {
      kind: "jaas",
      option: "kafka.sasl.jaas.config",
      variable: "SFCRIME_KAFKA_SASL_PASSWORD",
      login: 'org.apache.kafka.common.security.scram.ScramLoginModule required username="ada" password=',
    },
    {
      kind: "file",
      option: "kafka.ssl.keystore.key",
      variable: "SFCRIME_KAFKA_SSL_KEY_LOCATION",
      default: key!,
    },
    { kind: "text", option: "kafka.ssl.key.password", variable: "SFCRIME_KAFKA_SSL_KEY_PASSWORD" },
  ]);
  for (const { variable } of secrets) ok(stderr.includes(`The job reads ${variable} in the environment`));
});

Deno.test("What a job cannot do is refused before a file is written", async () => {
  await using place = await tempDir();
  const job = join(place.path, "job");
  const refused = async (args: readonly string[], message: RegExp) => {
    const { code, stderr } = await runInProcess(["spark-job", job, ...args]);
    equal(code, 2);
    match(stderr, message);
  };
  await refused([], /cannot read the embedded broker/);
  await refused([...AT_KAFKA, "nobody"], /Query nobody does not exist/);
  await refused([...AT_KAFKA, "--sink", "sqlite:rows.db"], /Spark does not write to sqlite:rows\.db/);
  await refused([...AT_KAFKA, "--sink", "json:rows"], /Spark needs a checkpoint for the sink json/);
  const groups = (count: string) =>
    `SELECT window(call_date_time, '1 hour') AS w, ${count} AS n FROM calls GROUP BY 1`;
  await refused(
    [
      ...[...AT_KAFKA, "by_type", "-X", "query.by_type.output_mode=append"],
      ...["-X", `query.by_type.sql=${groups("count(*)")} UNION ALL ${groups("count(*)")}`],
    ],
    /Query by_type: Spark loses groups that a UNION ALL has twice/,
  );
  await refused(
    [...AT_KAFKA, "-X", "analyze.late_rows=late.ndjson"],
    /late_rows\): not in a Spark job: Spark drops late rows/,
  );
  await refused([...AT_KAFKA, "--master", "sc://a:1"], /--master = "sc:.*expected local\[\*\], spark:/);
  await refused(
    [...AT_KAFKA, "--master", "spark://a:1", "--deploy-mode", "cluster"],
    /drivers of Python jobs on YARN and Kubernetes, not on spark:\/\/a:1/,
  );
  await refused(
    [...AT_KAFKA, "-X", "enable.ssl.certificate.verification=false", "-X", "security.protocol=SSL"],
    /Spark always verifies certificates/,
  );
  deepEqual([...Deno.readDirSync(place.path)], []);
});
