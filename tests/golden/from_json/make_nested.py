"""Asks a real Spark what from_json makes of each text in nested_cases.json, and writes nested_answers.json.

    python make_nested.py     needs pyspark and Java 17

The schema has structures; the answer is the row as JSON, and whether the corrupt-record column was filled.
"""

import json
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
SCHEMA = (HERE / "nested_schema.txt").read_text().strip()


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .getOrCreate()
    )
    # Otherwise Spark would parse the columns that are read alone, without the fields that make a record corrupt.
    spark.conf.set("spark.sql.optimizer.enableJsonExpressionOptimization", "false")
    cases = json.loads((HERE / "nested_cases.json").read_text())
    rows = spark.createDataFrame(list(enumerate(cases)), "n INT, v STRING")
    parsed = rows.select("n", F.from_json("v", SCHEMA + ", _corrupt_record STRING").alias("r"))
    answers = parsed.select(
        "n",
        F.to_json(F.col("r").dropFields("_corrupt_record"), {"ignoreNullFields": "false"}).alias("row"),
        F.col("r._corrupt_record").isNotNull().alias("corrupt"),
    ).orderBy("n")
    out = [{"text": cases[row.n], "row": row.row, "corrupt": bool(row.corrupt)} for row in answers.collect()]
    lines = ",\n".join(json.dumps(answer, ensure_ascii=True) for answer in out)
    (HERE / "nested_answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(out)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
