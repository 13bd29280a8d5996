"""Asks a real Spark what from_csv makes of each line in cases.json, and writes answers.json.

    python make.py            needs pyspark and Java 17

A case has options, a schema and lines. An answer has, for each line, the values as JSON, and whether the line is
corrupt; "fails" stands in place of both for a case that Spark refuses. With a separator of several characters, the
cases have no quotes that are not closed, nor a separator at the end: there univocity loses or adds characters.
"""

import json
import pathlib

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
FORM = {"timestampFormat": "yyyy-MM-dd HH:mm:ss.SSSSSS", "ignoreNullFields": "false"}


def answer(spark, case):
    lines, schema, options = case["lines"], case["schema"], case["options"]
    rows = spark.createDataFrame(list(enumerate(lines)), "n INT, v STRING")
    names = [field.name for field in spark.createDataFrame([], schema).schema]
    read = rows.select("n", F.from_csv("v", schema + ", _corrupt_record STRING", options).alias("r"))
    # As JSON, NaN is a text.
    values = F.to_json(F.struct(*[F.col("r")[name].alias(name) for name in names]), FORM)
    found = read.select("n", values.alias("t"), F.col("r")["_corrupt_record"].isNotNull().alias("c")).orderBy("n")
    try:
        return [{"row": list(json.loads(one.t).values()), "corrupt": one.c} for one in found.collect()]
    except Exception as error:
        return {"fails": str(error).split("\n")[0][:200]}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        # Otherwise Spark would parse the corrupt-record column alone, without the fields that make it so.
        .config("spark.sql.optimizer.enableCsvExpressionOptimization", "false")
        .getOrCreate()
    )
    spark.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    spark.sparkContext.setLogLevel("OFF")
    cases = json.loads((HERE / "cases.json").read_text())
    answers = [answer(spark, case) for case in cases]
    lines = ",\n".join(json.dumps(one, ensure_ascii=True) for one in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{sum(len(case['lines']) for case in cases)} lines by Spark {spark.version}")


if __name__ == "__main__":
    main()
