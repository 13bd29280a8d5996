"""Runs the queries of plan.json on Spark, as streaming queries, until they have ended.

    spark-submit --files plan.json,table_0.ndjson job.py plan.json

Written by `sfcrime spark-job`; submit.sh, beside it, submits it with the right options. SIGINT (Ctrl-C) and SIGTERM stop
the queries after their current batch. A query that fails ends the job.
"""

import json
import os
import pathlib
import signal
import sys
import threading
import time

from pyspark import SparkFiles
from pyspark.errors import PySparkException
from pyspark.java_gateway import ensure_callback_server_started
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming import StreamingQueryListener

POLL_SECONDS = 0.2


def main(plan_name):
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    try:
        plan = json.loads(shipped(plan_name).read_text(encoding="utf-8"))
        run(spark, with_secrets(plan))
    except (JobError, PySparkException) as error:
        log(spark, spark_message(error), level="ERROR")
        sys.exit(1)
    finally:
        spark.stop()


class JobError(Exception):
    """Why a job cannot go on, for people."""


def run(spark, plan):
    """Starts all queries, and waits until they have ended."""
    stopping = threading.Event()
    on_signals(spark, stopping.set)
    for name, value in plan["conf"].items():
        spark.conf.set(name, value)
    for table in plan["tables"]:
        table_rows(spark, table).createOrReplaceTempView(quoted(table["name"]))
    spark.streams.addListener(Progress(spark, plan.get("progress")))
    queries = []
    try:
        for query in plan["queries"]:
            queries.append(start(spark, query))
        follow(queries, stopping)
    finally:
        for query in queries:
            stop_after_batch(query)
    for query in queries:
        if (failure := query.exception()) is not None:
            raise JobError(f"Query {query.name} has failed: {spark_message(failure)}")


def follow(queries, stopping):
    """Waits until all queries have ended, one of them has failed, or somebody stops them."""
    while not stopping.is_set() and any(query.isActive for query in queries):
        if any(query.exception() is not None for query in queries):
            break
        stopping.wait(POLL_SECONDS)


def stop_after_batch(query):
    """Stops a query; Spark's own stop() interrupts a batch that is running, so its end is awaited first."""
    before = last_batch(query)
    while query.isActive and query.status["isTriggerActive"] and last_batch(query) == before:
        time.sleep(POLL_SECONDS)
    query.stop()


def last_batch(query):
    progress = query.lastProgress
    return None if progress is None else progress["batchId"]


def start(spark, query):
    """Starts a query. Its streams are views while it is started, as another query may have other watermarks."""
    for stream in query["streams"]:
        stream_rows(spark, stream).createOrReplaceTempView(quoted(stream["name"]))
    sink = query["sink"]
    rows = stepped(spark.sql(query["sql"]), sink["steps"])
    writer = rows.writeStream.queryName(query["name"]).outputMode(query["outputMode"])
    writer = writer.trigger(**query["trigger"]).options(**sink["options"])
    if sink["partitionBy"]:
        writer = writer.partitionBy(*sink["partitionBy"])
    if sink["format"] == "ndjson":
        return writer.foreachBatch(printing(query)).start()
    return writer.format(sink["format"]).start()


def stream_rows(spark, stream):
    records = spark.readStream.format("kafka").options(**stream["options"]).load()
    rows = stepped(records, stream["steps"])
    if "watermark" in stream:
        rows = rows.withWatermark(stream["watermark"]["column"], stream["watermark"]["delay"])
    if "deduplicate" in stream:
        rows = rows.dropDuplicatesWithinWatermark(stream["deduplicate"])
    return rows


def table_rows(spark, table):
    """A static table, from a file with one JSON object for each row."""
    lines = shipped(table["file"]).read_text(encoding="utf-8").split("\n")[:-1]
    return stepped(spark.createDataFrame([(line,) for line in lines], "value STRING"), table["steps"]).cache()


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


def stepped(rows, steps):
    for expressions in steps:
        rows = rows.selectExpr(*expressions)
    return rows


def printing(query):
    """Prints the rows of a batch on stdout, a JSON object each; with several queries, of which one they are."""

    def print_rows(rows, batch_id):
        tags = [F.lit(query["name"]).alias("query"), F.lit(batch_id).alias("batchId")] if query["withBatch"] else []
        lines = rows.select(F.to_json(F.struct("*", *tags), {"ignoreNullFields": "false"})).collect()
        print("".join(f"{line}\n" for (line,) in lines), end="", flush=True)

    return print_rows


def shipped(name):
    """A file that was submitted with the job. Where it is depends on the cluster."""
    places = [pathlib.Path(SparkFiles.get(name)), pathlib.Path(__file__).parent / name, pathlib.Path(name)]
    for place in places:
        if place.exists():
            return place
    raise JobError(f"{name} was not submitted with it: add it to spark-submit's --files.")


def with_secrets(plan):
    """The plan with passwords and keys for Kafka, which come from the environment of this process."""
    options = {secret["option"]: secret_value(secret) for secret in plan["secrets"]}
    for query in plan["queries"]:
        for stream in query["streams"]:
            stream["options"].update(options)
        if query["sink"]["format"] == "kafka":
            query["sink"]["options"].update(options)
    return plan


def secret_value(secret):
    value = os.environ.get(secret["variable"], secret.get("default"))
    if value is None:
        raise JobError(f"{secret['variable']} is not set in the environment of Spark's driver.")
    if secret["kind"] == "file":
        return read_key(secret, pathlib.Path(value))
    if secret["kind"] == "jaas":
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{secret["login"]}"{quoted}";'
    return value


def read_key(secret, path):
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise JobError(f"Cannot read the private key: {error}. {secret['variable']} may have another path.") from error


class OnSignal:
    """What Java calls when a signal comes."""

    def __init__(self, action):
        self.action = action

    def handle(self, _signal):
        self.action()

    class Java:
        implements = ["sun.misc.SignalHandler"]


def on_signals(spark, action):
    """Does something at SIGINT and SIGTERM. The driver's JVM gets them, and would end at once by itself."""
    gateway = spark.sparkContext._gateway
    ensure_callback_server_started(gateway)
    handler = OnSignal(action)
    for name in ("INT", "TERM"):
        gateway.jvm.sun.misc.Signal.handle(gateway.jvm.sun.misc.Signal(name), handler)
        signal.signal(getattr(signal, f"SIG{name}"), signal.SIG_IGN)


class Progress(StreamingQueryListener):
    """Logs each batch, and writes what Spark says of it to a file, if there is one."""

    def __init__(self, spark, path):
        self.spark = spark
        self.names = {}
        self.file = None if path is None else sys.stdout if path == "-" else open(path, "a", encoding="utf-8")

    def onQueryStarted(self, event):
        self.names[event.runId] = event.name
        self.log(f"Query {event.name} has started: id {event.id}, run {event.runId}")

    def onQueryProgress(self, event):
        progress = event.progress
        seconds = progress.batchDuration / 1000
        self.log(f"{progress.name} batch {progress.batchId}: {progress.numInputRows} records in {seconds:.1f} s")
        if self.file is not None:
            self.file.write(f"{json.dumps(json.loads(progress.json))}\n")
            self.file.flush()

    def onQueryIdle(self, event):
        pass

    def onQueryTerminated(self, event):
        name = self.names.pop(event.runId)
        self.log(f"Query {name} has {'ended' if event.exception is None else 'failed'}")

    def log(self, message):
        log(self.spark, message)


def spark_message(error):
    """What Spark says of an error, without the plan of the query, which is in its log."""
    return str(error).split("\n=== Streaming Query ===", maxsplit=1)[0]


def log(spark, message, level="INFO"):
    """Logs on the stderr of the driver's JVM: that of Python comes out on its stdout, among rows that are printed."""
    spark.sparkContext._jvm.System.err.println(f"{time.strftime('%y/%m/%d %H:%M:%S')} {level} sfcrime: {message}")


if __name__ == "__main__":
    main(sys.argv[1])
