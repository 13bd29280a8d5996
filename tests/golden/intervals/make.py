"""Asks a real Spark what each text of cases.json is as an interval, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/intervals/make.py

`length` is what a watermark or window makes of the text, in milliseconds and microseconds, where a month has 31 days; `cast` is the text cast
to an INTERVAL, as months, days and microseconds. Null is no interval.
"""

import json
import pathlib

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
DAYS_PER_MONTH = 31


def lengths(jvm, text):
    utils = jvm.org.apache.spark.sql.catalyst.util.IntervalUtils
    units = jvm.java.util.concurrent.TimeUnit
    try:
        interval = utils.fromIntervalString(text)
        return [
            str(utils.getDuration(interval, unit, DAYS_PER_MONTH)) for unit in (units.MILLISECONDS, units.MICROSECONDS)
        ]
    except (PySparkException, Py4JJavaError):
        return None


def fields(spark, text):
    spark.createDataFrame([(text,)], "s STRING").createOrReplaceTempView("texts")
    row = spark.sql("SELECT CAST(CAST(s AS INTERVAL) AS STRING) AS text FROM texts").first()
    return row.text


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    texts = json.loads((HERE / "cases.json").read_text())
    answers = [{"text": text, "length": lengths(spark._jvm, text), "cast": fields(spark, text)} for text in texts]
    lines = ",\n".join(json.dumps(each) for each in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
