"""Asks a real Spark what from_avro makes of the records in cases.json, and writes answers.json.

    python make.py JARS       needs pyspark, Java 17 and spark-avro_2.13 of Spark's version, with org.tukaani:xz

A case has the schema of its writer and, if it is another one, of its reader, and records: as Avro's JSON, which its
Java library encodes here, or as bytes. An answer has the type of the column, and each record's bytes with its row as
JSON: in PERMISSIVE mode, and whether FAILFAST refuses it.
"""

import json
import pathlib
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.avro.functions import from_avro

HERE = pathlib.Path(__file__).parent


def encoder(spark, schema):
    avro = spark._jvm.org.apache.avro
    parsed = avro.Schema.Parser().parse(schema)
    reader, writer = avro.generic.GenericDatumReader(parsed), avro.generic.GenericDatumWriter(parsed)

    def encode(value):
        source = avro.io.DecoderFactory.get().jsonDecoder(parsed, json.dumps(value))
        datum = reader.read(None, source)
        out = spark._jvm.java.io.ByteArrayOutputStream()
        sink = avro.io.EncoderFactory.get().binaryEncoder(out, None)
        writer.write(datum, sink)
        sink.flush()
        return bytes(out.toByteArray())

    return encode


def answer(spark, case):
    writer = json.dumps(case["writer"])
    options = {"avroSchema": json.dumps(case["reader"])} if "reader" in case else {}
    encode = encoder(spark, writer)
    records = [encode(value) for value in case.get("values", [])] + [bytes.fromhex(t) for t in case.get("raw", [])]
    rows = spark.createDataFrame([(n, bytearray(b)) for n, b in enumerate(records)], "n INT, v BINARY")
    form = {"timestampFormat": "yyyy-MM-dd HH:mm:ss.SSSSSS", "timestampNTZFormat": "yyyy-MM-dd HH:mm:ss.SSSSSS", "ignoreNullFields": "false"}
    permissive = rows.select("n", from_avro("v", writer, {**options, "mode": "PERMISSIVE"}).alias("r"))
    texts = permissive.select("n", F.to_json("r", form).alias("t")).orderBy("n").collect()
    out = []
    for record, row in zip(records, texts):
        one = spark.createDataFrame([(bytearray(record),)], "v BINARY")
        try:
            one.select(F.to_json(from_avro("v", writer, {**options, "mode": "FAILFAST"}), form)).collect()
            fails = False
        except Exception:
            fails = True
        out.append({"bytes": record.hex(), "row": json.loads(row.t), "fails": fails})
    return {"title": case["title"], "type": permissive.schema["r"].dataType.simpleString(), "records": out}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.jars", sys.argv[1])
        .config("spark.sql.session.timeZone", "America/Los_Angeles")
        .config("spark.sql.codegen.wholeStage", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    cases = json.loads((HERE / "cases.json").read_text())
    answers = []
    for case in cases:
        try:
            answers.append(answer(spark, case))
        except Exception as error:
            print(case["title"], str(error)[:300])
    lines = ",\n".join("  " + json.dumps(one, ensure_ascii=True) for one in answers)
    (HERE / "answers.json").write_text(f"[\n{lines}\n]\n")
    print(f"{len(answers)} answers by Spark {spark.version}")


if __name__ == "__main__":
    main()
