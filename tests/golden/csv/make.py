"""Asks a real Spark what its CSV reader makes of each cell in cells.json, for each type, and writes answers.json.

    python make.py            needs pyspark and Java 17

An answer holds the values that are not NULL as text: timestamps as microseconds, dates as days.
"""

import csv
import json
import pathlib
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
TYPES = [
    "STRING", "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(10,2)", "DATE", "TIMESTAMP",
]


def as_text(name, kind):
    if kind == "TIMESTAMP":
        return F.unix_micros(name).cast("string").alias(name)
    if kind == "DATE":
        return F.unix_date(name).cast("string").alias(name)
    return F.col(name).cast("string").alias(name)


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    cells = json.loads((HERE / "cells.json").read_text())
    answers = [{"cell": cell, "values": {}} for cell in cells]
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "cells.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out, doublequote=False, escapechar="\\", lineterminator="\n")
            writer.writerow(["n", "v"])
            for n, cell in enumerate(cells):
                writer.writerow([n, cell])
        for kind in TYPES:
            rows = spark.read.schema(f"n INT, v {kind}").option("header", "true").csv(str(file))
            for row in rows.select("n", as_text("v", kind)).collect():
                if row["v"] is not None:
                    answers[row["n"]]["values"][kind] = row["v"]
    lines = ",\n".join(json.dumps(answer) for answer in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
