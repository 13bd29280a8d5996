"""Starts each query of cases.json on a real Spark, and again from its checkpoint as it was changed.

    deno run --allow-all tests/support/spark.ts tests/golden/recovery/make.py

An answer is what the second run gave: its rows as JSON, sorted, or the class of the error by which it was refused.
"""

import json
import pathlib
import re
import tempfile

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.functions import struct, to_json

HERE = pathlib.Path(__file__).parent


def run(spark, columns, directory, query):
    stream = spark.readStream.schema(columns).json(str(directory / "in"))
    if "watermark" in query:
        stream = stream.withWatermark(*query["watermark"].split(" ", 1))
    if "deduplicate" in query:
        stream = stream.dropDuplicatesWithinWatermark(re.split(", *", query["deduplicate"]))
    stream.createOrReplaceTempView("t")
    rows = []

    def take(batch, _id):
        text = to_json(struct("*"), {"ignoreNullFields": "false"})
        rows.extend(row[0] for row in batch.select(text).collect())

    writer = spark.sql(query["sql"]).writeStream.outputMode(query.get("mode", "update")).foreachBatch(take)
    started = writer.option("checkpointLocation", str(directory / "checkpoint")).trigger(availableNow=True).start()
    started.awaitTermination()
    return sorted(rows)


def answer(spark, scenario, case, directory):
    (directory / "in").mkdir()
    for name, query in (("before", case["then"]), ("after", case["now"])):
        lines = "".join(json.dumps(row) + "\n" for row in scenario[name])
        (directory / "in" / f"{name}.json").write_text(lines)
        try:
            rows = run(spark, scenario["columns"], directory, query)
        except PySparkException as error:
            if name == "before":
                raise
            classes = re.findall(r"\[([A-Z_]+)\]", str(error))
            return {"refused": next(found for found in classes if found != "STREAM_FAILED")}
    return {"rows": rows}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    scenario = json.loads((HERE / "cases.json").read_text())
    answers = {}
    for case in scenario["cases"]:
        with tempfile.TemporaryDirectory() as directory:
            answers[case["title"]] = answer(spark, scenario, case, pathlib.Path(directory))
    text = json.dumps(answers, indent=2, ensure_ascii=False)
    (HERE / "answers.json").write_text(text + "\n")


main()
