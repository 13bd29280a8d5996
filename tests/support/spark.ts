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

/** What a short run saves most by: the better compiler and parallel collectors cost more than they bring. */
const SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable";
const ARCHIVE = "spark.jsa";
const TYPICAL_SCRIPT = new URL("typical_spark.py", import.meta.url).pathname;

/** Spark's classes as Java keeps them in memory; Java passes over an archive that is not its own. */
async function classArchive(): Promise<string> {
  const python = await sparkPython();
  const directory = await installOnce(`pyspark-${SPARK_VERSION}-classes`, async (fresh) => {
    const options = `${SHORT_RUN} -XX:ArchiveClassesAtExit=${join(fresh, ARCHIVE)}`;
    await runTool(python, ["-B", TYPICAL_SCRIPT], { env: { SPARK_SUBMIT_OPTS: options } });
  });
  return join(directory, ARCHIVE);
}

/** What the environment of a script with PySpark needs for a start in a third of the processor's time. */
export async function sparkEnvironment(): Promise<Record<string, string>> {
  return { SPARK_SUBMIT_OPTS: `${SHORT_RUN} -XX:SharedArchiveFile=${await classArchive()}` };
}

/** Runs a Python script with PySpark to its end and gives what it printed; fails when it does not end well. */
export async function runSpark(script: string, args: readonly string[] = []): Promise<string> {
  return await runTool(await sparkPython(), [script, ...args], { env: await sparkEnvironment() });
}

if (import.meta.main) {
  const [script, ...args] = Deno.args;
  await Deno.stdout.write(new TextEncoder().encode(await runSpark(script!, args)));
}
