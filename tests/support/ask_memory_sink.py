"""Runs streaming queries into Spark's memory sink, asks its tables, and prints the answers as JSON.

Its one argument is the path of a JSON file: `lines`, the records; `columns`, their types; `time_zone`; and `queries`,
each with `name`, `sql` over the stream `t`, `output_mode`, and the `questions` about its table: what stands after
SELECT * FROM name. For each query it prints a list: for each question the rows in their order, as to_json gives them.
"""

import json
import pathlib
import sys
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def answers(spark, name, sql, output_mode, questions):
    stream = spark.sql(sql).writeStream.format("memory").queryName(name).outputMode(output_mode)
    stream.trigger(availableNow=True).start().awaitTermination()
    return [
        [row[0] for row in spark.sql(f"SELECT * FROM {name} {question}").selectExpr(
            "to_json(struct(*), map('ignoreNullFields', 'false'))"
        ).collect()]
        for question in questions
    ]


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    asked = json.loads(pathlib.Path(sys.argv[1]).read_text())
    spark.conf.set("spark.sql.session.timeZone", asked["time_zone"])
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    with tempfile.TemporaryDirectory() as directory:
        (pathlib.Path(directory) / "records.txt").write_text("".join(f"{line}\n" for line in asked["lines"]))
        records = spark.readStream.text(directory).select(F.from_json("value", asked["columns"]).alias("r"))
        records.select("r.*").createOrReplaceTempView("t")
        print(json.dumps([answers(spark, **query) for query in asked["queries"]]))


main()
