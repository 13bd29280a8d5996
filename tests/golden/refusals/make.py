"""Starts each query of cases.json on a real Spark, as a streaming query, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/refusals/make.py

With `--all` it asks for those again whose case has not changed, too.

The stream `calls` has one record and, unless a case says `"watermark": false`, a watermark on call_date_time;
`radio_code` is a static table. An answer is `null` where the query ran to its end, else the class of the error.
A case with `"supported": false` is one that the program refuses, whatever Spark says; `hint` is what it must name.
"""

import json
import pathlib
import sys
import tempfile

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
TIMES = {"report_date", "call_date", "offense_date", "call_date_time"}
COLUMNS = [
    "crime_id", "original_crime_type_name", "report_date", "call_date", "offense_date", "call_time", "call_date_time",
    "disposition", "address", "city", "state", "agency_id", "address_type", "common_location",
]  # fmt: skip
SCHEMA = ", ".join(f"{name} {'TIMESTAMP' if name in TIMES else 'STRING'}" for name in COLUMNS)
CALL = {name: "2018-12-31T23:57:00.000" if name in TIMES else "1" for name in COLUMNS}
CALL["call_time"] = "23:57"


def verdict(spark, case, calls, checkpoint):
    stream = spark.readStream.schema(SCHEMA).json(calls)
    if case.get("watermark", True):
        stream = stream.withWatermark("call_date_time", "10 minutes")
    stream.createOrReplaceTempView("calls")
    try:
        writer = spark.sql(case["sql"]).writeStream.outputMode(case["mode"]).format("noop")
        query = writer.option("checkpointLocation", checkpoint).trigger(availableNow=True).start()
    except PySparkException as error:
        return error.getCondition() or str(error).splitlines()[0]
    try:
        query.awaitTermination()
        return None
    except PySparkException as error:
        return error.getCondition() or str(error).splitlines()[0]
    finally:
        query.stop()


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    spark.sql("SELECT '1' AS disposition, 'X' AS description").createOrReplaceTempView("radio_code")
    cases = json.loads((HERE / "cases.json").read_text())
    known = [] if "--all" in sys.argv else json.loads((HERE / "answers.json").read_text())
    kept = {json.dumps({**each, "spark": None}): each for each in known}
    answers = []
    with tempfile.TemporaryDirectory() as directory:
        calls = pathlib.Path(directory, "calls")
        calls.mkdir()
        (calls / "one.json").write_text(json.dumps(CALL))
        for number, case in enumerate(cases):
            answer = kept.get(json.dumps({**case, "spark": None}))
            if answer is None:
                error = verdict(spark, case, str(calls), f"{directory}/checkpoint-{number}")
                answer = {**case, "spark": error}
            answers.append(answer)
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
