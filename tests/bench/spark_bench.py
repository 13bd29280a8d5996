"""One query over calls in Kafka, on Spark local[2], once over all that is there.

Rows are written as NDJSON into a new directory, by Spark itself: through Python they would take longer. How
many groups are in state is said on stderr.

python spark_bench.py JARS SERVERS TOPIC by_type|nested|windows|by_address|by_id ROWS
python spark_bench.py JARS SERVERS TOPIC dispatched ROWS TOPIC_OF_DISPATCHES
"""

import sys
import tempfile

from pyspark.sql import SparkSession, functions as F

SCHEMA = """crime_id STRING, original_crime_type_name STRING, report_date TIMESTAMP, call_date TIMESTAMP,
offense_date TIMESTAMP, call_time STRING, call_date_time TIMESTAMP, disposition STRING, address STRING,
city STRING, state STRING, agency_id STRING, address_type STRING, common_location STRING"""

UNITS = """at TIMESTAMP, unit STRUCT<id: STRING, status: STRING, crew: INT,
call: STRUCT<id: STRING, type: STRING, disposition: STRING, place: STRUCT<address: STRING, lat: DOUBLE, lon: DOUBLE>>>, speeds ARRAY<INT>"""

DISPATCH_SCHEMA = "crime_id STRING, unit STRING, dispatched_at TIMESTAMP"

QUERIES = {
    "by_type": (
        "complete",
        "SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY original_crime_type_name "
        "ORDER BY count DESC",
    ),
    "nested": (
        "complete",
        "SELECT unit.call.type AS original_crime_type_name, count(*) AS count FROM units GROUP BY 1 "
        "ORDER BY count DESC",
    ),
    "windows": (
        "update",
        "SELECT window(call_date_time, '10 minutes', '5 minutes') AS window, original_crime_type_name, "
        "count(*) AS count FROM calls GROUP BY 1, 2",
    ),
    "by_address": (
        "update",
        "SELECT address, original_crime_type_name, count(*) AS count FROM calls "
        "GROUP BY address, original_crime_type_name HAVING count(*) > 1",
    ),
    "by_id": ("update", "SELECT crime_id, count(*) AS count FROM calls GROUP BY crime_id"),
    "dispatched": (
        "append",
        "SELECT c.crime_id, original_crime_type_name, unit, dispatched_at FROM calls c JOIN dispatches d "
        "ON c.crime_id = d.crime_id "
        "AND dispatched_at BETWEEN call_date_time AND call_date_time + INTERVAL 1 HOUR",
    ),
}


def read_stream(spark, servers, topic, schema, watermark):
    values = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", servers)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .load()
    )
    records = values.select(F.from_json(F.col("value").cast("string"), schema).alias("record"))
    return records.select("record.*").withWatermark(watermark, "10 minutes")


def main():
    jars, servers, topic, name, rows_path, *others = sys.argv[1:]
    output_mode, sql = QUERIES[name]
    builder = SparkSession.builder.master("local[2]").appName("bench").config("spark.jars", jars)
    for key, value in [
        ("spark.ui.enabled", "false"),
        ("spark.ui.showConsoleProgress", "false"),
        ("spark.driver.host", "127.0.0.1"),
        ("spark.driver.bindAddress", "127.0.0.1"),
        ("spark.sql.session.timeZone", "UTC"),
        # Better than what Spark does by default on two cores: as many state partitions, and memory for all groups.
        ("spark.sql.shuffle.partitions", "2"),
        ("spark.driver.memory", "4g"),
    ]:
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    stream, schema, time = ("units", UNITS, "at") if name == "nested" else ("calls", SCHEMA, "call_date_time")
    read_stream(spark, servers, topic, schema, time).createOrReplaceTempView(stream)
    for other in others:
        dispatches = read_stream(spark, servers, other, DISPATCH_SCHEMA, "dispatched_at")
        dispatches.createOrReplaceTempView("dispatches")
    with tempfile.TemporaryDirectory(prefix="sfcrime-bench-") as checkpoint:
        writer = spark.sql(sql).writeStream.outputMode(output_mode).trigger(availableNow=True)
        if name == "by_id":
            writer = writer.format("noop")
        else:
            writer = writer.foreachBatch(lambda rows, _: rows.write.mode("append").json(rows_path))
        query = writer.option("checkpointLocation", checkpoint).start()
        query.awaitTermination()
        groups = query.recentProgress[0]["stateOperators"][0]["numRowsTotal"]
        sys.stderr.write(f"{groups} groups in state\n")
        spark.stop()


if __name__ == "__main__":
    main()
