"""Asks a real Spark for the value of each expression in cases.sql over rows.json, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/expressions/make.py

With `--every N` it asks for each N-th expression anew, and prints the answers as JSON instead.

An answer holds the name of the column, its type and, for each row in turn, the value as to_json writes it (null for NULL), or the class
of the error: `refused` before anything runs, `failed` while it runs. Aggregates
have one value. The groups of what is not supported hold what the program refuses, and Spark may take.
"""

import json
import pathlib
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
SCHEMA = (
    "n INT, s STRING, p STRING, y TINYINT, h SMALLINT, i INT, j INT, l BIGINT, f FLOAT, d DOUBLE, b BOOLEAN, "
    "c BOOLEAN, t TIMESTAMP, u TIMESTAMP, day DATE, w STRING, x DOUBLE"
)


def cases():
    group = None
    for line in (HERE / "cases.sql").read_text().splitlines():
        if line.startswith("-- "):
            group = line[3:]
        elif line:
            yield group, line


def answer(spark, group, expression):
    order = "" if group.startswith("aggregates") else " ORDER BY n"
    try:
        plain = spark.sql(f"SELECT {expression} FROM t").schema[0]
    except PySparkException as error:
        return {"refused": error.getCondition()}
    try:
        rows = spark.sql(f"SELECT to_json(struct({expression} AS v)) AS j FROM t{order}").collect()
    except AnalysisException as error:
        return {"refused": error.getCondition()}
    except PySparkException as error:
        return {"failed": error.getCondition() or "no condition"}
    except Py4JJavaError as error:
        # What Spark lets through from Java, such as an ArithmeticException, has no class of Spark's.
        if "ArithmeticException" not in str(error):
            raise
        return {"failed": "no condition"}
    values = [None if row.j == "{}" else row.j[len('{"v":') : -1] for row in rows]
    return {"name": plain.name, "type": plain.dataType.simpleString().upper(), "values": values}


def known_answers():
    """The answers of cases that have not changed; `--all` asks for them, too."""
    answers = json.loads((HERE / "answers.json").read_text())
    return {(each["group"], each["sql"]): each for each in answers}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    texts = json.loads((HERE / "rows.json").read_text())
    rows = spark.createDataFrame([(text,) for text in texts], "v STRING").coalesce(1)
    rows.select(F.from_json("v", SCHEMA).alias("r")).select("r.*").cache().createOrReplaceTempView("t")
    if "--every" in sys.argv:
        step = int(sys.argv[sys.argv.index("--every") + 1])
        some = [{"group": group, "sql": sql, **answer(spark, group, sql)} for group, sql in list(cases())[::step]]
        print(json.dumps(some))
        return
    kept = {} if "--all" in sys.argv else known_answers()
    answers = [
        kept.get((group, sql)) or {"group": group, "sql": sql, **answer(spark, group, sql)} for group, sql in cases()
    ]
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
