/**
 * A real Spark for tests and for the scripts that make golden answers: PySpark in a virtual environment of its
 * own. It needs Python 3 with `venv`, and Java 17.
 *
 * `deno run --allow-all tests/support/spark.ts SCRIPT.py [ARGS…]` runs a script with it.
 */
import { join } from "node:path";
import { installOnce, runTool } from "./cache.ts";

export const SPARK_VERSION = "4.0.0";

/** The Python that has PySpark; installed when it is first asked for. */
export async function sparkPython(): Promise<string> {
  const directory = await installOnce(`pyspark-${SPARK_VERSION}`, async (fresh) => {
    await runTool("python3", ["-m", "venv", fresh]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"];
    await runTool(join(fresh, "bin", "python"), [...install, `pyspark==${SPARK_VERSION}`]);
  });
  return join(directory, "bin", "python");
}

const FILE_SYSTEM = "PlainLocalFileSystem";

/** The directory of our own class of files. */
async function fileSystem(): Promise<string> {
  const python = await sparkPython();
  const [script, source] = ["compile_java.py", `${FILE_SYSTEM}.java`].map((name) =>
    new URL(name, import.meta.url).pathname
  );
  return await installOnce(`pyspark-${SPARK_VERSION}-file-system`, async (fresh) => {
    await runTool(python, ["-B", script!, source!, fresh]);
  });
}

/**
 * A configuration in place of Hadoop's defaults, which is empty. Spark writes all of it, each entry compressed, for each
 * stateful operator of each batch: the defaults are more than a thousand, and those that matter are in Hadoop's code.
 */
const CONFIGURATION = new URL("spark_conf", import.meta.url).pathname;

/**
 * Flags of Java for a program that lives for seconds: the better compiler and parallel collectors cost more than they
 * bring, and a quarter of a start is the verification of classes. An archive of classes would take a minute to make.
 */
export const SHORT_LIFE: readonly string[] = [
  "-XX:TieredStopAtLevel=1",
  "-XX:+UseSerialGC",
  "-XX:+UnlockDiagnosticVMOptions",
  "-XX:-BytecodeVerificationRemote",
];

const JVM_OPTIONS = [
  ...SHORT_LIFE,
  // With room from the start, few collections are needed, and compiled code is not searched for what may go.
  "-XX:ReservedCodeCacheSize=240m",
  "-XX:MetaspaceSize=400m",
  "-Xms512m",
  "-Xmn256m",
  "-Xlog:disable",
  `-Dspark.hadoop.fs.file.impl=${FILE_SYSTEM}`,
];

/** What the environment of a script with PySpark needs to take less of the processor's time. */
export async function sparkEnvironment(): Promise<Record<string, string>> {
  return {
    SPARK_SUBMIT_OPTS: JVM_OPTIONS.join(" "),
    SPARK_CONF_DIR: CONFIGURATION,
    SPARK_DIST_CLASSPATH: await fileSystem(),
  };
}

/** Runs a Python script with PySpark to its end and gives what it printed; fails when it does not end well. */
export async function runSpark(script: string, args: readonly string[] = []): Promise<string> {
  return await runTool(await sparkPython(), [script, ...args], { env: await sparkEnvironment() });
}

if (import.meta.main) {
  const [script, ...args] = Deno.args;
  await Deno.stdout.write(new TextEncoder().encode(await runSpark(script!, args)));
}
