"""Reads the topic t once for each case, and prints what was read as JSON; see make.ts.

An answer is the records, as partition and offset, or the words of the error by which the query ended.
"""

import json
import sys

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

jars, cases = sys.argv[1], json.loads(sys.argv[2])


def answer(spark, options):
    rows = []

    def take(batch, _id):
        rows.extend(f"{row.partition}: {row.offset}" for row in batch.select("partition", "offset").collect())

    stream = spark.readStream.format("kafka").option("subscribe", "t")
    for name, value in options.items():
        stream = stream.option(name, value)
    try:
        stream.load().writeStream.foreachBatch(take).trigger(availableNow=True).start().awaitTermination()
    except PySparkException as error:
        return {"error": str(error).splitlines()[0].split("terminated with exception: ")[-1]}
    return {"records": sorted(rows)}


spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.jars", jars)
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")
print(json.dumps({case["name"]: answer(spark, case["options"]) for case in cases}))
