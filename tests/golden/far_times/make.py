"""Asks a real Spark for expressions over times at the ends of the range, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/far_times/make.py

The rows have a number `n`, the microseconds `m` of rows.json, their time `t`, and `u`, the time three rows
further on. For the texts, the column is `s`. An answer holds the value for each row as text (a time as its
microseconds, a window as `start/end`), or the class of the error: `refused` where nothing runs, `failed` for one row.

Answers to cases that have not changed are kept; `--all` asks for them, too.
"""

import json
import pathlib
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
ZONES = ["UTC", "America/Los_Angeles"]
STEP = 3


def cases():
    group = None
    for line in (HERE / "cases.sql").read_text().splitlines():
        if line.startswith("-- "):
            group = line[3:]
        elif line:
            yield group, line


def as_text(expression, data_type):
    name = data_type.simpleString()
    if name == "timestamp":
        return f"CAST(unix_micros({expression}) AS STRING)"
    return f"CAST({expression} AS STRING)"


def condition_of(error):
    if isinstance(error, PySparkException):
        return error.getCondition() or "no condition"
    # What Spark lets through from Java has no class of Spark's.
    if "ArithmeticException" not in str(error) and "DateTimeException" not in str(error):
        raise error
    return "no condition"


def values_of(spark, query, table, first, end):
    """The values of some rows; where they fail, the rows are halved until those that do stand alone."""
    try:
        rows = f"(SELECT * FROM {table} WHERE n >= {first} AND n < {end})"
        return [row.v for row in spark.sql(query.replace("$rows", rows) + " ORDER BY n").collect()]
    except (PySparkException, Py4JJavaError) as error:
        if end - first == 1:
            return [{"failed": condition_of(error)}]
    middle = (first + end) // 2
    return values_of(spark, query, table, first, middle) + values_of(spark, query, table, middle, end)


def windows_query(window):
    """All windows of a row in one text."""
    name = window[: window.index("(")]
    ends = [f"CAST(unix_micros({name}.{field}) AS STRING)" for field in ("start", "end")]
    each = f"SELECT n, concat({ends[0]}, '/', {ends[1]}) AS w FROM $rows GROUP BY n, {window}"
    return f"SELECT n, array_join(sort_array(collect_list(w)), ' ') AS v FROM ({each}) GROUP BY n"


def answer(spark, group, expression, counts):
    if group == "windows":
        return {"values": values_of(spark, windows_query(expression), "times", 0, counts["times"])}
    table = group if group in ("texts", "constants") else "times"
    try:
        data_type = spark.sql(f"SELECT {expression} AS v FROM {table}").schema[0].dataType
    except (AnalysisException, PySparkException) as error:
        return {"refused": error.getCondition()}
    text = as_text(expression, data_type)
    if group == "aggregates":
        values = [spark.sql(f"SELECT {text} AS v FROM {table}").collect()[0].v]
    else:
        values = values_of(spark, f"SELECT {text} AS v FROM $rows", table, 0, counts[table])
    return {"type": data_type.simpleString().upper(), "values": values}


def known_answers():
    if "--all" in sys.argv or not (HERE / "answers.json").exists():
        return {}
    answers = json.loads((HERE / "answers.json").read_text())
    return {(each["zone"], each["group"], each["sql"]): each for each in answers}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    micros = [int(text) for text in json.loads((HERE / "rows.json").read_text())]
    texts = json.loads((HERE / "texts.json").read_text())
    pairs = [(n, m, micros[(n + STEP) % len(micros)]) for n, m in enumerate(micros)]
    spark.createDataFrame(pairs, "n INT, m BIGINT, k BIGINT").coalesce(1).selectExpr(
        "n", "m", "timestamp_micros(m) AS t", "timestamp_micros(k) AS u"
    ).cache().createOrReplaceTempView("times")
    spark.createDataFrame(list(enumerate(texts)), "n INT, s STRING").coalesce(1).cache().createOrReplaceTempView(
        "texts"
    )
    spark.createDataFrame([(0,)], "n INT").coalesce(1).cache().createOrReplaceTempView("constants")
    counts = {"times": len(pairs), "texts": len(texts), "constants": 1}
    kept = known_answers()
    lines = []
    for zone in ZONES:
        spark.conf.set("spark.sql.session.timeZone", zone)
        for group, sql in cases():
            known = kept.get((zone, group, sql)) or {
                "zone": zone,
                "group": group,
                "sql": sql,
                **answer(spark, group, sql, counts),
            }
            lines.append(json.dumps(known))
    (HERE / "answers.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{len(lines)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
