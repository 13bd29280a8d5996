/** Spark's connector for Kafka, as jars from Maven Central; see `spark_home.ts` for Spark itself. */
import { join } from "node:path";
import { mavenJars } from "./maven_jars.ts";
import { SPARK_VERSION } from "./spark_home.ts";

/** What Spark's own artifacts lead to is either in PySpark already or among the others. */
const ARTIFACTS = [
  { coordinates: `org.apache.spark:spark-sql-kafka-0-10_2.13:${SPARK_VERSION}`, alone: true },
  { coordinates: `org.apache.spark:spark-token-provider-kafka-0-10_2.13:${SPARK_VERSION}`, alone: true },
  { coordinates: "org.apache.kafka:kafka-clients:3.9.0" },
  { coordinates: "org.apache.commons:commons-pool2:2.12.0" },
];

/** The jars, as `spark.jars` takes them. */
export async function sparkConnectorJars(): Promise<string> {
  const directory = await mavenJars(`spark-connector-${SPARK_VERSION}`, ARTIFACTS);
  return [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".jar"))
    .map(({ name }) => join(directory, name)).toSorted().join(",");
}
