"""Asks a real Spark what from_json makes of DECIMALs in each text of decimal_cases.json, and writes
decimal_answers.json: each column as text, and whether the corrupt-record column was filled.

    deno run --allow-all tests/support/spark.ts tests/golden/from_json/make_decimals.py
"""

import json
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
COLUMNS = ("a", "z", "o", "s")
SCHEMA = "a DECIMAL(10,2), z DECIMAL(38,18), o DECIMAL(1,0), s STRING"


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        # Otherwise Spark would parse the corrupt-record column alone, without the fields that make it so.
        .config("spark.sql.optimizer.enableJsonExpressionOptimization", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    cases = json.loads((HERE / "decimal_cases.json").read_text())
    rows = spark.createDataFrame(list(enumerate(cases)), "n INT, v STRING")
    answers = rows.select(
        "n",
        F.from_json("v", SCHEMA).alias("r"),
        F.from_json("v", SCHEMA + ", _corrupt_record STRING").getField("_corrupt_record").isNotNull().alias("corrupt"),
    ).select("n", *(F.col(f"r.{name}").cast("string").alias(name) for name in COLUMNS), "corrupt").orderBy("n")
    out = []
    for row in answers.collect():
        values = {name: row[name] for name in COLUMNS if row[name] is not None}
        out.append({"text": cases[row.n], "row": values, "corrupt": bool(row.corrupt)})
    lines = ",\n".join(json.dumps(answer, ensure_ascii=True) for answer in out)
    (HERE / "decimal_answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(out)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
