"""Runs each query of cases.json on a real Spark with the console sink, and writes what it prints to answers.json.

    deno run --allow-all tests/support/spark.ts tests/golden/console/make.py

A case names the columns of the stream `t` and the values of its records, batch by batch; each batch is a file, which
`repeat` writes several times over. `rows` and `truncate` are the sink's options.
"""

import json
import os
import pathlib
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = pathlib.Path(__file__).parent


def run(spark, case, directory):
    spark.conf.set("spark.sql.session.timeZone", case.get("zone", "UTC"))
    records = pathlib.Path(directory, "records")
    records.mkdir()
    for number, batch in enumerate(case["batches"]):
        path = records / f"{number}.txt"
        path.write_text("".join(f"{text}\n" for text in batch * case.get("repeat", 1)))
        os.utime(path, (number, number))
    texts = spark.readStream.option("maxFilesPerTrigger", 1).text(str(records))
    stream = texts.select(F.from_json("value", case["schema"]).alias("r")).select("r.*")
    if case.get("watermark"):
        stream = stream.withWatermark("t", "10 minutes")
    stream.createOrReplaceTempView("t")
    writer = spark.sql(case["sql"]).writeStream.outputMode(case.get("mode", "append")).format("console")
    writer = writer.option("numRows", case.get("rows", 20)).option("truncate", case.get("truncate", True))
    query = writer.option("checkpointLocation", f"{directory}/checkpoint").trigger(availableNow=True).start()
    query.awaitTermination()


def main():
    # The sink prints in the JVM, which inherits what file descriptor 1 is when it starts.
    own = os.dup(1)
    with tempfile.TemporaryFile() as printed:
        os.dup2(printed.fileno(), 1)
        spark = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.extraJavaOptions", "-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8")
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("OFF")
        answers = []
        for case in json.loads((HERE / "cases.json").read_text()):
            begin = os.fstat(printed.fileno()).st_size
            with tempfile.TemporaryDirectory() as directory:
                run(spark, case, directory)
            end = os.fstat(printed.fileno()).st_size
            text = os.pread(printed.fileno(), end - begin, begin).decode()
            answers.append({**case, "printed": text})
        os.dup2(own, 1)
    lines = ",\n".join(json.dumps(each, ensure_ascii=True) for each in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
