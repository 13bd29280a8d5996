"""Loads the classes of Spark that its servers, a batch and a stream need, for Java to keep when it ends: it is started
with `-XX:ArchiveClassesAtExit`, by `spark_java.ts`.

    python archive_spark_classes.py
"""

import pathlib
import tempfile

from pyspark.core.context import SparkContext
from pyspark.sql import SparkSession

CONF = {
    "spark.master": "local[1]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.connect.grpc.binding.port": "0",
}

COUNT = """SELECT window(at, '1 hour') AS hour, kind, count(*) AS n, max(id) AS last
    FROM calls WHERE kind IS NOT NULL GROUP BY 1, 2"""


def main():
    builder = SparkSession.builder
    for name, value in CONF.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        (directory / "in").mkdir()
        (directory / "in" / "calls.json").write_text('{"id":1,"kind":"a","at":"2018-01-01T00:00:00Z"}\n' * 3)
        reader = session.readStream.schema("id BIGINT, kind STRING, at TIMESTAMP")
        calls = reader.json(str(directory / "in")).withWatermark("at", "10 minutes")
        calls.createOrReplaceTempView("calls")
        writer = session.sql(COUNT).writeStream.format("parquet").option("path", str(directory / "out"))
        writer.option("checkpointLocation", str(directory / "checkpoint")).trigger(availableNow=True).start().awaitTermination()
        session.read.parquet(str(directory / "out")).orderBy("n").collect()
    session.stop()
    java = SparkContext._gateway.proc
    java.stdin.close()
    java.wait()


main()
