"""Runs the queries of a plan document on a real Spark, as streaming queries.

    spark-submit scenario_job.py PLAN.json

`plan_document.ts` says what a document holds. The records of a stream come from Kafka, or from files of which each
line is a record: its value and key in base64 (`!` is none), its time in milliseconds, its partition and its offset.
Files are read as `DIRECTORY/SEGMENT/STREAM/FILE`, in the order of their times, `filesPerTrigger` of them a batch. A segment becomes visible as a whole, once the
queries have nothing to do with those before it; so a batch without data may run between two segments. What an
earlier document has made visible stays so: a query with a checkpoint goes on behind it.
"""

import contextlib
import gzip
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import time

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException, StreamingQueryException
from pyspark.sql import DataFrame, SparkSession, functions as F

NO_VALUE = "!"
PROGRESS_SECONDS = 0.1
FILES_READ = ("ready", "*")
# What Spark refuses, and what it fails on without a word of its own.
SPARK_ERRORS = (PySparkException, Py4JError)


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def stepped(rows, steps):
    for expressions in steps:
        rows = rows.selectExpr(*expressions)
    return rows


def kafka_records(spark, source, stream):
    reader = spark.readStream.format("kafka")
    for name, value in (source["options"] | stream["topics"] | stream["start"]).items():
        reader = reader.option(name, value)
    return reader.load()


def file_records(spark, source, stream):
    files = os.path.join(source["directory"], *FILES_READ, stream["name"])
    lines = spark.readStream.option("maxFilesPerTrigger", source["filesPerTrigger"]).text(files)
    parts = [F.split_part("value", F.lit(" "), F.lit(number)) for number in range(1, 6)]
    value, key = (F.when(part != NO_VALUE, F.unbase64(part)) for part in parts[:2])
    time, partition, offset = (part.cast("bigint") for part in parts[2:])
    return lines.select(
        key.alias("key"),
        value.alias("value"),
        F.lit(stream["topics"]["subscribe"]).alias("topic"),
        partition.cast("int").alias("partition"),
        offset.alias("offset"),
        F.timestamp_millis(time).alias("timestamp"),
        F.lit(0).alias("timestampType"),
    )


RECORDS = {"kafka": kafka_records, "files": file_records}


def stream_rows(spark, source, stream):
    rows = stepped(RECORDS[source["kind"]](spark, source, stream), stream["steps"])
    watermark = stream.get("watermark")
    if watermark is not None:
        rows = rows.withWatermark(watermark["column"], f"{watermark['delayMs']} milliseconds")
    keys = stream.get("deduplicate")
    return rows if keys is None else rows.dropDuplicatesWithinWatermark(keys)


def elements(text):
    """The texts of the elements of a JSON array, or of JSON values that follow each other."""
    decoder = json.JSONDecoder()
    skipped = " \t\r\n,"
    at = len(text) - len(text.lstrip())
    at, end = (at + 1, text.rindex("]")) if text.startswith("[", at) else (at, len(text))
    while True:
        while at < end and text[at] in skipped:
            at += 1
        if at >= end:
            return
        _, after = decoder.raw_decode(text, at)
        yield text[at:after]
        at = after


def texts(spark, values):
    """Rows of a column `value`. The session makes them by itself, without a process of Python's."""
    strings = spark._jvm.org.apache.spark.sql.Encoders.STRING()
    return DataFrame(spark._jsparkSession.createDataset(values, strings).toDF(), spark)


def table_rows(spark, table):
    content = pathlib.Path(table["path"]).read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    rows = stepped(texts(spark, list(elements(content.decode()))), table["steps"]).cache()
    # Its size is known from the first batch on: by that, Spark decides where to join it.
    rows.count()
    return rows


def rows_as_json(rows, *tags):
    whole = F.to_json(F.struct("*", *tags), {"ignoreNullFields": "false"})
    return [row[0] for row in rows.select(whole).collect()]


class Collector:
    """Writes what each batch gave, and what Spark says of it, to a file; for those who compare."""

    def __init__(self, directory, query):
        self.path = os.path.join(directory, f"{query}.ndjson")
        open(self.path, "w").close()

    def add(self, kind, **line):
        with open(self.path, "a") as file:
            file.write(json.dumps({"kind": kind, **line}) + "\n")

    def batch(self, rows, batch_id):
        columns = [f"{field.name} {field.dataType.simpleString()}" for field in rows.schema.fields]
        # Columns go by number: two of them may have one name.
        numbered = rows.toDF(*(f"c{number}" for number in range(len(columns))))
        self.add("batch", batchId=batch_id, columns=columns, rows=rows_as_json(numbered))


def print_rows(query):
    def printed(rows, batch_id):
        tags = F.lit(query).alias("query"), F.lit(batch_id).alias("batchId")
        print("".join(f"{text}\n" for text in rows_as_json(rows, *tags)), end="", flush=True)

    return printed


def with_sink(writer, query, collector):
    sink = query["sink"]
    kind = sink["kind"]
    if kind == "collect":
        return writer.foreachBatch(collector.batch)
    if kind == "ndjson":
        return writer.foreachBatch(print_rows(query["name"]))
    if kind == "none":
        return writer.format("noop")
    if kind == "kafka":
        for name, value in sink["options"].items():
            writer = writer.option(name, value)
        return writer.format("kafka").option("topic", sink["topic"])
    if kind in ("json", "csv", "parquet"):
        writer = writer.partitionBy(*sink["partitionBy"]) if sink["partitionBy"] else writer
        return writer.format(kind).option("path", sink["path"])
    return writer.format("console")


def with_trigger(writer, trigger):
    if trigger["kind"] == "processing-time":
        return writer.trigger(processingTime=f"{trigger['intervalMs']} milliseconds")
    return writer.trigger(once=True) if trigger["kind"] == "once" else writer.trigger(availableNow=True)


class Run:
    """The queries of one document."""

    def __init__(self, spark, document, scratch):
        self.spark = spark
        self.document = document
        self.scratch = scratch
        self.segments = []
        self.running = []

    def start(self):
        for name, value in self.document["conf"].items():
            if name.startswith("spark.sql."):
                self.spark.conf.set(name, value)
        for table in self.document["tables"]:
            table_rows(self.spark, table).createOrReplaceTempView(quoted(table["name"]))
        self.take_segments()
        for query in self.document["queries"]:
            self.start_query(query)

    def take_segments(self):
        source = self.document["source"]
        if source["kind"] != "files":
            return
        directory = pathlib.Path(source["directory"])
        self.segments = sorted(path for path in directory.iterdir() if path.name != FILES_READ[0])
        (directory / FILES_READ[0]).mkdir(exist_ok=True)
        self.show_segment()

    def show_segment(self):
        segment = self.segments.pop(0)
        segment.rename(segment.parent / FILES_READ[0] / segment.name)

    def start_query(self, query):
        sink = query["sink"]
        collector = Collector(sink["directory"], query["name"]) if sink["kind"] == "collect" else None
        try:
            for stream in query["streams"]:
                rows = stream_rows(self.spark, self.document["source"], stream)
                rows.createOrReplaceTempView(quoted(stream["name"]))
            result = self.spark.sql(query["sql"])
            if sink["kind"] == "kafka":
                result = result.select(F.to_json(F.struct("*"), {"ignoreNullFields": "false"}).alias("value"))
            checkpoint = query.get("checkpoint") or os.path.join(self.scratch, query["name"])
            writer = result.writeStream.queryName(query["name"]).outputMode(query["outputMode"])
            writer = writer.option("checkpointLocation", checkpoint)
            trigger = {"kind": "processing-time", "intervalMs": 0} if self.segments else query["trigger"]
            started = with_trigger(with_sink(writer, query, collector), trigger).start()
            self.running.append((query["name"], collector, started))
        except SPARK_ERRORS as error:
            if collector is None:
                raise
            collector.add("error", error=str(error))

    def finish(self, stopping):
        if self.document["source"]["kind"] == "files":
            self.work_through_segments()
        seen = {}
        while True:
            active = [query for _, _, query in self.running if query.isActive]
            for name, collector, query in self.running:
                # Asking takes longer than a batch; what is collected can wait.
                if collector is None or not active:
                    seen[name] = self.report(query, collector, seen.get(name, -1))
            if not active:
                return
            if stopping.is_set():
                for query in active:
                    query.stop()
            else:
                time.sleep(PROGRESS_SECONDS)

    def work_through_segments(self):
        if not self.segments:
            return
        while True:
            for _, _, query in self.running:
                with contextlib.suppress(StreamingQueryException):  # Reported with the query that it ended.
                    if query.isActive:
                        query.processAllAvailable()
            if not self.segments:
                break
            self.show_segment()
        for _, _, query in self.running:
            query.stop()

    def report(self, query, collector, seen):
        for progress in query.recentProgress:
            if progress["batchId"] <= seen or "addBatch" not in progress["durationMs"]:
                continue
            seen = progress["batchId"]
            if collector is not None:
                collector.add("progress", progress=json.loads(progress.json))
            elif self.document["progress"]:
                print(json.dumps(json.loads(progress.json)), file=sys.stderr, flush=True)
        error = query.exception()
        if error is not None:
            if collector is None:
                raise error
            collector.add("error", error=str(error))
        return seen


def session(document):
    builder = SparkSession.builder.appName("sfcrime")
    for name, value in document["conf"].items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def run(spark, document, stopping):
    with tempfile.TemporaryDirectory(prefix="sfcrime-spark-", dir=document.get("scratch")) as scratch:
        whole = Run(spark, document, scratch)
        try:
            whole.start()
            whole.finish(stopping)
        finally:
            for _, _, query in whole.running:
                query.stop()
            spark.catalog.clearCache()


def main():
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    spark = session(document)
    spark.sparkContext.setLogLevel(document.get("logLevel", "WARN"))
    run(spark, document, stopping)


if __name__ == "__main__":
    main()
