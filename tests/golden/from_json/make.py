"""Asks a real Spark what from_json makes of each text in cases.json, and writes answers.json.

    python make.py            needs pyspark and Java 17

A case is the text of a Kafka record's value. The answer holds, for the schema
`s STRING, t TIMESTAMP, i INT, l BIGINT, d DOUBLE, b BOOLEAN, day DATE`: each column as text (timestamps as
microseconds, dates as days), and whether the corrupt-record column was filled.
"""

import json
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
SCHEMA = "s STRING, t TIMESTAMP, i INT, l BIGINT, d DOUBLE, b BOOLEAN, day DATE"


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        # Otherwise Spark would parse the corrupt-record column alone, without the fields that make it so.
        .config("spark.sql.optimizer.enableJsonExpressionOptimization", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    cases = json.loads((HERE / "cases.json").read_text())
    rows = spark.createDataFrame(list(enumerate(cases)), "n INT, v STRING")
    parsed = rows.select(
        "n",
        F.from_json("v", SCHEMA).alias("r"),
        F.from_json("v", SCHEMA + ", _corrupt_record STRING").getField("_corrupt_record").isNotNull().alias("corrupt"),
    )
    answers = parsed.select(
        "n",
        "r.s",
        F.unix_micros("r.t").cast("string").alias("t"),
        F.col("r.i").cast("string").alias("i"),
        F.col("r.l").cast("string").alias("l"),
        F.col("r.d").cast("string").alias("d"),
        F.col("r.b").cast("string").alias("b"),
        F.unix_date("r.day").cast("string").alias("day"),
        "corrupt",
    ).orderBy("n")
    out = []
    for row in answers.collect():
        values = {name: row[name] for name in ("s", "t", "i", "l", "d", "b", "day") if row[name] is not None}
        out.append({"text": cases[row.n], "row": values, "corrupt": bool(row.corrupt)})
    lines = ",\n".join(json.dumps(answer, ensure_ascii=True) for answer in out)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(out)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
