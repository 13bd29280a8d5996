"""Asks a real Spark which records from_json calls corrupt, and which of them end a query in the mode FAILFAST.

    python make.py            needs pyspark and Java 17

An answer holds the text of the corrupt-record column `bad`, where it is not NULL, the column `s`, and whether
FAILFAST fails.
"""

import json
import pathlib

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent
SCHEMA = "s STRING, i INT, t TIMESTAMP"
CASES = [
    None, "", " ", "{}", "null", "[]", "[{}]", "x", "{", '{"s":"a"}', '{"s":"a","i":1}', '{"s":"a","i":"1"}',
    '{"s":"a","i":1.5}', '{"i":1,"s":"a","t":"never"}', '{"s":"a"} and more', '{"s":"a"', '{"s":"a",}', "{'s':'a'}",
    '{"s":1}', '{"s":{"b":2}}', '{"s":null,"i":null}', '{"bad":"mine","s":"a"}', '{"bad":"mine","s":"a","i":"x"}',
    '{"i":2147483648}', '{"S":"other"}', '{"u":[1,2','{"u":"\u00e9","i":"\u65e5"}', '{"s":"a","s":"b","i":"x"}', '[1,2]', '"s"', "7",
    ' {"s":"a"} ', '{"s":"a"}{"s":"b"}', '{"s":"a\tb"}', '\ufeff{"s":"a"}', '{"t":"2018-12-31","i":true}',
]


def fails(spark, text):
    row = spark.createDataFrame([(text,)], "v STRING")
    try:
        row.select(F.from_json("v", SCHEMA, {"mode": "FAILFAST"}).alias("r")).select("r.s", "r.i", "r.t").collect()
        return False
    except (PySparkException, Py4JJavaError):
        return True


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    rows = spark.createDataFrame(list(enumerate(CASES)), "n INT, v STRING")
    options = {"columnNameOfCorruptRecord": "bad"}
    parsed = rows.select("n", F.from_json("v", SCHEMA + ", bad STRING", options).alias("r")).select("n", "r.s", "r.bad")
    answers = [
        {"text": CASES[row.n], "s": row.s, "bad": row.bad, "fails": fails(spark, CASES[row.n])}
        for row in parsed.orderBy("n").collect()
    ]
    lines = ",\n".join(json.dumps(answer) for answer in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
