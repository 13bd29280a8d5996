"""Asks a real Spark for the columns that it infers from records.

    deno run --allow-all tests/support/spark.ts tests/golden/schemas/make.py
"""

import json
import os

from pyspark.sql import SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))


def columns(spark, records):
    schema = spark.read.json(spark.sparkContext.parallelize(records)).schema
    return [f"{field.name} {field.dataType.simpleString()}" for field in schema.fields]


spark = SparkSession.builder.getOrCreate()
with open(os.path.join(HERE, "cases.json"), encoding="utf-8") as file:
    cases = json.load(file)
answers = [{"records": records, "columns": columns(spark, records)} for records in cases]
with open(os.path.join(HERE, "answers.json"), "w", encoding="utf-8") as file:
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    file.write(f"[\n{lines}\n]\n")
