"""Asks a real Spark for the value of each expression in cases.sql over rows.json, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/structures/make.py

The columns are structures (schema.txt). It asks as `../expressions/make.py` does, but for the fields that are NULL, too.
"""

import importlib.util
import pathlib

HERE = pathlib.Path(__file__).parent

spec = importlib.util.spec_from_file_location("expressions", HERE.parent / "expressions" / "make.py")
expressions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(expressions)


def values(spark, asked, are_aggregates):
    order = "" if are_aggregates else " ORDER BY n"
    options = "map('ignoreNullFields', 'false')"
    columns = ", ".join(f"to_json(named_struct('v', {sql}), {options}) AS j{number}" for number, sql in enumerate(asked))
    rows = spark.sql(f"SELECT {columns} FROM t{order}").collect()
    texts = [[each[len('{"v":') : -1] for each in column] for column in zip(*rows)]
    return [[None if text == "null" else text for text in column] for column in texts]


if __name__ == "__main__":
    expressions.HERE = HERE
    expressions.SCHEMA = (HERE / "schema.txt").read_text().strip()
    expressions.values = values
    expressions.main()
