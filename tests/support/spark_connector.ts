/** Spark's connector for Kafka, as jars from Maven Central; see `spark_home.ts` for Spark itself. */
import { join } from "node:path";
import { installOnce, runTool } from "./cache.ts";
import { SPARK_VERSION } from "./spark_home.ts";

const NOTHING_ELSE =
  "<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>";

function dependency(coordinates: string): string {
  const [groupId, artifactId, version] = coordinates.split(":");
  const isSparks = groupId === "org.apache.spark";
  // What Spark's own artifacts lead to is either in PySpark already or stands in the list below.
  return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId>` +
    `<version>${version}</version>${isSparks ? NOTHING_ELSE : ""}</dependency>`;
}

const DEPENDENCIES = [
  `org.apache.spark:spark-sql-kafka-0-10_2.13:${SPARK_VERSION}`,
  `org.apache.spark:spark-token-provider-kafka-0-10_2.13:${SPARK_VERSION}`,
  "org.apache.kafka:kafka-clients:3.9.0",
  "org.apache.commons:commons-pool2:2.12.0",
];

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>spark-connector</artifactId><version>1</version>
<dependencies>${DEPENDENCIES.map(dependency).join("\n")}</dependencies></project>`;

/** The jars, as `spark.jars` takes them. */
export async function sparkConnectorJars(): Promise<string> {
  const directory = await installOnce(`spark-connector-${SPARK_VERSION}`, async (fresh) => {
    await Deno.writeTextFile(join(fresh, "pom.xml"), POM);
    const args = ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"];
    await runTool("mvn", [...args, `-DoutputDirectory=${fresh}`], { cwd: fresh });
  });
  return [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".jar"))
    .map(({ name }) => join(directory, name)).toSorted().join(",");
}
