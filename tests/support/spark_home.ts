/**
 * Where a real Spark for tests is: PySpark in a virtual environment of its own, whose package has Spark's own programs.
 * It needs Python 3 with `venv`, and Java 17.
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

/** The directory that Spark calls `SPARK_HOME`. */
export async function sparkHome(): Promise<string> {
  const lib = join(await sparkPython(), "..", "..", "lib");
  const python = [...Deno.readDirSync(lib)].find(({ name }) => name.startsWith("python3"));
  if (python === undefined) throw new Error(`${lib} has no directory of Python's packages`);
  return join(lib, python.name, "site-packages", "pyspark");
}
