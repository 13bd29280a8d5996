/** Where Spark's own programs are: in the package of PySpark. */
import { join } from "node:path";
import { sparkPython } from "./spark.ts";

/** The directory that Spark calls `SPARK_HOME`. */
export async function sparkHome(): Promise<string> {
  const lib = join(await sparkPython(), "..", "..", "lib");
  const python = [...Deno.readDirSync(lib)].find(({ name }) => name.startsWith("python3"));
  if (python === undefined) throw new Error(`${lib} has no directory of Python's packages`);
  return join(lib, python.name, "site-packages", "pyspark");
}
