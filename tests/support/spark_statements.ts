/** Spark's own SQL query tests, with Spark's answers: a part of an artifact of its tests in Maven Central. */
import { installOnce, runTool } from "./cache.ts";
import { SPARK_VERSION } from "./spark_home.ts";

const ARTIFACT = `org.apache.spark:spark-sql_2.13:${SPARK_VERSION}:jar:tests`;
const PARTS = "sql-tests/inputs/**,sql-tests/results/**,test-data/postgresql/*";

/** The directory with `sql-tests` and `test-data`; downloaded when it is first asked for. */
export async function sparkStatements(): Promise<string> {
  return await installOnce(`spark-statements-${SPARK_VERSION}`, async (fresh) => {
    const args = [
      "-q",
      "-B",
      "dependency:unpack",
      `-Dartifact=${ARTIFACT}`,
      `-Dmdep.unpack.includes=${PARTS}`,
    ];
    const places = [`-DoutputDirectory=${fresh}`, `-DmarkersDirectory=${fresh}`];
    await runTool("mvn", [...args, ...places], { cwd: fresh });
  });
}
