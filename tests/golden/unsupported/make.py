"""Asks a real Spark whether it accepts the statements of statements.txt and of rewrites.sql, and which functions it has.

    deno run --allow-all tests/support/spark.ts tests/golden/unsupported/make.py

With `--print` it prints the answers instead of writing answers.json. A statement is `parsed`, and `resolved` as well
where Spark also finds its columns and functions; otherwise the answer is the class of its error.
"""

import json
import pathlib
import re
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
TIMES = {"report_date", "call_date", "offense_date", "call_date_time"}
COLUMNS = [
    "crime_id", "original_crime_type_name", "report_date", "call_date", "offense_date", "call_time", "call_date_time",
    "disposition", "address", "city", "state", "agency_id", "address_type", "common_location",
]  # fmt: skip
SCHEMA = ", ".join(f"{name} {'TIMESTAMP' if name in TIMES else 'STRING'}" for name in COLUMNS)
QUERY = re.compile(r"(SELECT|WITH|FROM|VALUES|TABLE)\b(?!.*\bINSERT\b)")


def statements():
    for block in (HERE / "statements.txt").read_text().strip().split("\n\n"):
        yield block.split("\n")[0]
    yield from (HERE / "rewrites.sql").read_text().strip().split("\n")


def answer(spark, statement):
    parser = spark._jsparkSession.sessionState().sqlParser()
    try:
        parser.parsePlan(statement)
    except Py4JJavaError as error:
        return error.java_exception.getCondition()
    except PySparkException as error:
        return error.getCondition()
    if not QUERY.match(statement):
        return "parsed"
    try:
        spark.sql(statement)
        return "resolved"
    except PySparkException:
        return "parsed"


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    spark.createDataFrame([], SCHEMA).createOrReplaceTempView("calls")
    spark.sql("SELECT '1' AS disposition, 'X' AS description").createOrReplaceTempView("radio_code")
    answers = {
        "statements": {each: answer(spark, each) for each in statements()},
        "functions": sorted(row[0] for row in spark.sql("SHOW SYSTEM FUNCTIONS").collect()),
    }
    text = json.dumps(answers, indent=2, ensure_ascii=True)
    if "--print" in sys.argv:
        print(text)
    else:
        (HERE / "answers.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
