"""Starts each query of cases.json and of operations.sql on a real Spark, as a streaming query, and writes answers.json and
operations.json.

    deno run --allow-all tests/support/spark.ts tests/golden/refusals/make.py

With `--all` it asks for those again whose case has not changed, too.

The stream `calls` has one record and, unless a case says `"watermark": false`, a watermark on call_date_time;
`radio_code` is a static table. An answer is `null` where the query ran to its end, else the class of the error.
A case with `"supported": false` is one that the program refuses, whatever Spark says; `hint` is what it must name.

operations.sql has what streams can do and what not: each statement is started in every output mode, with a watermark on
neither stream and on both, and on one of them where it names the second one, `dispatches`.
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
DISPATCH = {"crime_id": "1", "unit": "E1", "dispatched_at": "2018-12-31T23:57:00.000"}
# By name: the schema, and the event time.
DECLARED = {
    "calls": (SCHEMA, "call_date_time"),
    "dispatches": ("crime_id STRING, unit STRING, dispatched_at TIMESTAMP", "dispatched_at"),
}


def start(spark, sql, mode, checkpoint):
    writer = spark.sql(sql).writeStream.outputMode(mode).format("noop")
    return writer.option("checkpointLocation", checkpoint).trigger(availableNow=True).start()


def condition(error):
    return error.getCondition() or str(error).splitlines()[0]


def verdict(spark, sql, mode, checkpoint):
    try:
        query = start(spark, sql, mode, checkpoint)
    except PySparkException as error:
        return condition(error)
    try:
        query.awaitTermination()
        return None
    except PySparkException as error:
        return condition(error)
    finally:
        query.stop()


class Streams:
    """The streams, each with a record, and a place for checkpoints."""

    def __init__(self, spark, directory):
        self.spark = spark
        self.directory = directory
        self.count = 0
        for name, record in (("calls", CALL), ("dispatches", DISPATCH)):
            place = pathlib.Path(directory, name)
            place.mkdir()
            (place / "one.json").write_text(json.dumps(record))

    def declare(self, watermarked):
        for name, (schema, time) in DECLARED.items():
            rows = self.spark.readStream.schema(schema).json(f"{self.directory}/{name}")
            if name in watermarked:
                rows = rows.withWatermark(time, "10 minutes")
            rows.createOrReplaceTempView(name)

    def verdict(self, sql, mode, watermarked):
        self.declare(watermarked)
        self.count += 1
        return verdict(self.spark, sql, mode, f"{self.directory}/checkpoint-{self.count}")


def watermarks(sql):
    """The streams that have one, in turn."""
    both = tuple(DECLARED)
    return ((), both) if "dispatches" not in sql else ((), both[:1], both[1:], both)


def operations():
    """The statements, each with its heading."""
    heading = ""
    for line in (HERE / "operations.sql").read_text().splitlines():
        if line.startswith("-- "):
            heading = line[3:]
        else:
            yield heading, line


def known(name):
    path = HERE / name
    return [] if "--all" in sys.argv or not path.exists() else json.loads(path.read_text())


def write(name, answers):
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in answers)
    (HERE / name).write_text(f"[\n{lines}\n]\n")
    print(f"{name}: {len(answers)} answers")


def answer_cases(streams):
    kept = {json.dumps({**each, "spark": None}): each for each in known("answers.json")}
    answers = []
    for case in json.loads((HERE / "cases.json").read_text()):
        answer = kept.get(json.dumps({**case, "spark": None}))
        if answer is None:
            watermarked = tuple(DECLARED) if case.get("watermark", True) else ()
            answer = {**case, "spark": streams.verdict(case["sql"], case["mode"], watermarked)}
        answers.append(answer)
    write("answers.json", answers)


def answer_operations(streams):
    kept = {each["sql"]: each["spark"] for each in known("operations.json")}
    answers = []
    for heading, sql in operations():
        spark = kept.get(sql) or {
            mode: {
                " ".join(watermarked): streams.verdict(sql, mode, watermarked) for watermarked in watermarks(sql)
            }
            for mode in ("append", "update", "complete")
        }
        answers.append({"operation": heading, "sql": sql, "spark": spark})
    write("operations.json", answers)


def answer(spark):
    table = spark.sql("SELECT '1' AS disposition, 'X' AS description")
    table.createOrReplaceTempView("radio_code")
    with tempfile.TemporaryDirectory() as directory:
        streams = Streams(spark, directory)
        answer_cases(streams)
        answer_operations(streams)


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    answer(spark)


if __name__ == "__main__":
    main()
