"""Asks a real Spark for the value of each expression in cases.sql over rows.json, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/expressions/make.py

With `--every N` it asks for each N-th expression anew, and prints the answers as JSON instead.

An answer holds the name of the column, its type and, for each row in turn, the value as to_json writes it (null for NULL), or the class
of the error: `refused` before anything runs, `failed` while it runs. Aggregates
have one value. The groups of what is not supported hold what the program refuses, and Spark may take.
"""

import json
import pathlib
import re
import sys

from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
# Expressions in a statement. More columns than 100, with those of the table, are not compiled by Spark.
COLUMNS_MAX = 40
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


def described(spark, expression):
    """The name and the type of its column, or the class of the error by which it is refused."""
    try:
        plain = spark.sql(f"SELECT {expression} FROM t").schema[0]
    except PySparkException as error:
        return {"refused": error.getCondition()}
    return {"name": plain.name, "type": plain.dataType.simpleString().upper()}


def values(spark, expressions, are_aggregates):
    """The values of expressions that one statement asks for: a list of them for each, with one for each row."""
    # In Spark `struct(l >> 1)` is no SQL: its lexer takes the two signs for the end of a type.
    order = "" if are_aggregates else " ORDER BY n"
    columns = ", ".join(f"to_json(named_struct('v', {sql})) AS j{number}" for number, sql in enumerate(expressions))
    rows = spark.sql(f"SELECT {columns} FROM t{order}").collect()
    return [[None if j == "{}" else j[len('{"v":') : -1] for j in column] for column in zip(*rows)]


def outcome(spark, expression, are_aggregates):
    """Its values, or the class of the error by which it is refused or fails."""
    try:
        return {"values": values(spark, [expression], are_aggregates)[0]}
    except AnalysisException as error:
        return {"refused": error.getCondition()}
    except PySparkException as error:
        return {"failed": error.getCondition() or "no condition"}
    except Py4JJavaError as error:
        # What Spark lets through from Java, such as an ArithmeticException, has no class of Spark's.
        if not re.search(r"\b(java\.(lang|util)|org\.apache\.spark)\.\w+Exception", str(error)):
            raise
        return {"failed": "no condition"}


def outcomes(spark, expressions, are_aggregates):
    """The same for several of them, one by one only if one of them makes the others fail."""
    try:
        return [{"values": each} for each in values(spark, expressions, are_aggregates)]
    except (PySparkException, Py4JJavaError):
        return [outcome(spark, expression, are_aggregates) for expression in expressions]


def answers(spark, asked, failing):
    """The answers to cases, in their order. Those that are known to fail are asked by themselves."""
    found = {case: described(spark, case[1]) for case in asked}
    statements = {}
    for case in found:
        group, expression = case
        if "refused" not in found[case]:
            kind = group.startswith("aggregates"), expression if case in failing else None
            statements.setdefault(kind, []).append(case)
    for (are_aggregates, _), cases in statements.items():
        for start in range(0, len(cases), COLUMNS_MAX):
            some = cases[start : start + COLUMNS_MAX]
            for case, given in zip(some, outcomes(spark, [sql for _, sql in some], are_aggregates)):
                found[case] = found[case] | given if "values" in given else given
    return [{"group": group, "sql": sql, **found[group, sql]} for group, sql in asked]


def known_answers():
    """The answers that were given before; those of cases that have not changed are kept, but with `--all`."""
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
    known = known_answers()
    failing = {case for case, each in known.items() if "failed" in each}
    if "--every" in sys.argv:
        step = int(sys.argv[sys.argv.index("--every") + 1])
        print(json.dumps(answers(spark, list(cases())[::step], failing)))
        return
    kept = {} if "--all" in sys.argv else known
    asked = [case for case in cases() if case not in kept]
    given = kept | dict(zip(asked, answers(spark, asked, failing)))
    all_answers = [given[case] for case in cases()]
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in all_answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(all_answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
