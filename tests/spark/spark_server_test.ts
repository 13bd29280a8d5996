/** The Spark that the tests of a step share: what one of them leaves behind, or breaks, is not the next one's. */
import { equal, rejects } from "assert";
import { SparkConnection } from "../support/spark_server.ts";
import { tempDir } from "../support/temp_dir.ts";

const IN_SESSION = `import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.config("spark.sql.session.timeZone", sys.argv[1]).getOrCreate()
`;

Deno.test("Scripts that share a Spark have neither settings nor views in common, and none of them ends it", async () => {
  await using directory = await tempDir();
  await using spark = await SparkConnection.open();
  const leaving = await directory.write(
    "leaving.py",
    `${IN_SESSION}
spark.conf.set("spark.sql.shuffle.partitions", "7")
spark.sql("SELECT 1 AS one").createOrReplaceTempView("left")
print(spark.conf.get("spark.sql.session.timeZone"), spark.catalog.tableExists("left"))
spark.stop()
`,
  );
  const looking = await directory.write(
    "looking.py",
    `${IN_SESSION}
print(spark.conf.get("spark.sql.session.timeZone"), spark.catalog.tableExists("left"))
print(spark.conf.get("spark.sql.shuffle.partitions"))
`,
  );
  equal(await spark.ask({ script: leaving, args: ["Asia/Kathmandu"] }), "Asia/Kathmandu True\n");
  equal(await spark.ask({ script: looking, args: ["Europe/Berlin"] }), "Europe/Berlin False\n200\n");
});

Deno.test("A script that fails is told with Spark's words, and the next one has its answer", async () => {
  await using directory = await tempDir();
  await using spark = await SparkConnection.open();
  const script = await directory.write(
    "sql.py",
    `${IN_SESSION}print(spark.sql(sys.argv[2]).collect()[0][0])\n`,
  );
  await rejects(spark.ask({ script, args: ["UTC", "SELECT nothing"] }), /UNRESOLVED_COLUMN/);
  equal(await spark.ask({ script, args: ["UTC", "SELECT upper('é')"] }), "É\n");
});
