"""Asks a real Spark for hashes and for estimates of distinct values, and writes answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/approx_count_distinct/make.py

The hashes are xxhash64 (whose seed is 42) of values, each an SQL expression. The estimates are of the numbers
from 0 to n - 1 as values of several types, which the test makes itself.
"""

import json
import pathlib

from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).parent
VALUES = [
    "1", "-1", "0", "2147483647", "1Y", "-7S", "1L", "-9223372036854775808L", "true", "false",
    "1.5D", "-0.0D", "CAST('NaN' AS DOUBLE)", "CAST('-Infinity' AS DOUBLE)", "1.5F", "-0.0F",
    "''", "'a'", "'abcd'", "'abcdefgh'", "'Fraud / Scam at 100 Block Of Leland Av'", "'Ä€😀'",
    "'0123456789012345678901234567890'", "'01234567890123456789012345678901'",
    "'" + "San Francisco " * 20 + "'",
    "1.50BD", "-12345.678BD", "12345678901234567890.12345BD", "-0.00000000000000000001BD",
    "-12345678901234567890BD", "1280000000000000000000BD",
    "DATE '2018-12-31'", "TIMESTAMP '2018-12-31 23:57:00.123456'", "TIMESTAMP '1950-01-01 00:00:00'",
]  # fmt: skip
COUNTS = [
    0, 1, 2, 10, 63, 64, 65, 100, 200, 300, 380, 400, 420, 500, 700, 1000, 1300, 1500, 2000, 2400, 2600, 3000, 5000,
    20000, 100000,
]  # fmt: skip
TYPES = {
    "BIGINT": "id", "INT": "CAST(id AS INT)", "STRING": "CAST(id AS STRING)", "DOUBLE": "id / 4D",
    "TIMESTAMP": "timestamp_seconds(id)", "DECIMAL(20,2)": "CAST(id AS DECIMAL(20,2))",
}  # fmt: skip


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.optimizer.excludedRules", "org.apache.spark.sql.catalyst.optimizer.ConstantFolding")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    hashes = []
    for value in VALUES:
        row = spark.sql(f"SELECT xxhash64({value}) AS h").first()
        hashes.append({"sql": value, "hash": str(row.h)})
    estimates = {
        name: spark.sql(
            "SELECT " + ", ".join(f"approx_count_distinct({sql}) FILTER (WHERE id < {n})" for n in COUNTS)
            + " FROM range(100000)"
        ).first()[:]
        for name, sql in TYPES.items()
    }  # fmt: skip
    answers = {"hashes": hashes, "counts": COUNTS, "estimates": estimates}
    (HERE / "answers.json").write_text(json.dumps(answers, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(hashes)} hashes and {len(estimates) * len(COUNTS)} estimates by Spark {spark.version}")


if __name__ == "__main__":
    main()
