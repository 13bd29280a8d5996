"""Has Spark load the classes that tests use: JSON is read, as a table and as a stream, which is counted in windows."""

import pathlib
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, s STRING, n INT"
ROW = '{"t":"2018-12-31T23:57:00","s":"a","n":1}'


def typed(rows):
    return rows.select(F.from_json("value", SCHEMA).alias("r")).select("r.*")


def main():
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    typed(spark.createDataFrame([(ROW,)], "value STRING")).cache().createOrReplaceTempView("t")
    spark.sql("SELECT to_json(struct(upper(s), n + 1)) FROM t ORDER BY n").collect()
    with tempfile.TemporaryDirectory() as scratch:
        (pathlib.Path(scratch) / "in").mkdir()
        (pathlib.Path(scratch) / "in" / "one").write_text(ROW)
        lines = spark.readStream.text(f"{scratch}/in")
        counts = typed(lines).withWatermark("t", "1 minute").groupBy(F.window("t", "1 hour"), "s").count()
        writer = counts.writeStream.outputMode("update").option("checkpointLocation", f"{scratch}/checkpoint")
        writer.foreachBatch(lambda rows, _: rows.collect()).trigger(availableNow=True).start().awaitTermination()
        for kind in ("json", "csv", "parquet"):
            spark.table("t").write.format(kind).save(f"{scratch}/{kind}")
            spark.read.format(kind).load(f"{scratch}/{kind}").collect()
    spark.stop()


main()
