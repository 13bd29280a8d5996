"""Asks a real Spark which text it makes of bytes that are not UTF-8, inside a string of a record, and writes
byte_answers.json: pairs of the bytes and the text, both in base 16, the text as UTF-8.

    deno run --allow-all tests/support/spark.ts tests/golden/from_json/make_bytes.py

The sequences have each kind of first byte, with continuation bytes at the ends of their ranges and other bytes behind
them, complete and cut off.
"""

import itertools
import json
import pathlib

from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
FIRST = (0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFF)
CONTINUATION = (0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF)
OTHER = (0xC2, 0xED, 0xF0)
SURROGATES = ("eda080", "edbfbf", "eda0bdedb880", "edb880eda0bd", "eda0edb0", "eda08080", "eda0bded", "f0eda080", "e2eda080", "eda0c2a9")


def sequences():
    yield from (bytes([first]) for first in FIRST)
    yield from (bytes(pair) for pair in itertools.product(FIRST, CONTINUATION + OTHER))
    yield from (bytes(three) for three in itertools.product(FIRST[8:], CONTINUATION, (0x80, 0xBF, 0xED)))
    yield from (bytes(four) for four in itertools.product(FIRST[14:18], (0x80, 0x8F, 0x90, 0xBF), (0x80, 0xBF), (0x80, 0xC2)))
    yield from (bytes.fromhex(text) for text in SURROGATES)


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    parts = list(sequences())
    record = b'{"s":"' + b"|".join(parts) + b'"}'
    row = spark.createDataFrame([(bytearray(record),)], "v BINARY")
    text = row.selectExpr("hex(from_json(CAST(v AS STRING), 's STRING').s) AS t").collect()[0].t
    texts = [bytes.fromhex(text).split(b"|")[index].hex() for index in range(len(parts))]
    lines = ",\n".join(json.dumps([part.hex(), text]) for part, text in zip(parts, texts))
    (HERE / "byte_answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(parts)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
