"""Asks a real Spark what from_json makes of small whole numbers and FLOATs in each text of number_cases.json, and
writes number_answers.json: each column as text, and whether the corrupt-record column was filled.

    deno run --allow-all tests/support/spark.ts tests/golden/from_json/make_numbers.py
"""

import json
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
COLUMNS = ("y", "h", "f")
SCHEMA = "y TINYINT, h SMALLINT, f FLOAT"


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        # Otherwise Spark would parse the corrupt-record column alone, without the fields that make it so.
        .config("spark.sql.optimizer.enableJsonExpressionOptimization", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    cases = json.loads((HERE / "number_cases.json").read_text())
    rows = spark.createDataFrame(list(enumerate(cases)), "n INT, v STRING")
    # A FLOAT is shown as the double that it is, whose text has all its digits.
    shown = [F.col(f"r.{name}").cast("double" if name == "f" else "string").cast("string").alias(name) for name in COLUMNS]
    answers = rows.select(
        "n",
        F.from_json("v", SCHEMA).alias("r"),
        F.from_json("v", SCHEMA + ", _corrupt_record STRING").getField("_corrupt_record").isNotNull().alias("corrupt"),
    ).select("n", *shown, "corrupt").orderBy("n")
    out = []
    for row in answers.collect():
        values = {name: row[name] for name in COLUMNS if row[name] is not None}
        out.append({"text": cases[row.n], "row": values, "corrupt": bool(row.corrupt)})
    lines = ",\n".join(json.dumps(answer, ensure_ascii=True) for answer in out)
    (HERE / "number_answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(out)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
