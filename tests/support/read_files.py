"""Reads directories of files with a real Spark, and prints what it finds as JSON.

Its one argument is the path of a JSON file: a list of what to read, each with `path`, `format`, and perhaps
`schema`, `options`, `where` and `select`. For each it prints the schema that Spark sees, and the rows, sorted, as
to_json gives them.
"""

import json
import pathlib
import sys

from pyspark.sql import SparkSession


def read(spark, request):
    reader = spark.read.format(request["format"]).options(**request.get("options", {}))
    if "schema" in request:
        reader = reader.schema(request["schema"])
    frame = reader.load(request["path"])
    schema = frame.schema.simpleString()
    if "where" in request:
        frame = frame.where(request["where"])
    if "select" in request:
        frame = frame.selectExpr(*request["select"])
    rows = frame.selectExpr("to_json(struct(*), map('ignoreNullFields', 'false')) AS row").collect()
    return {"schema": schema, "rows": sorted(row.row for row in rows)}


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.driver.extraJavaOptions", "-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8")
        .getOrCreate()
    )
    requests = json.loads(pathlib.Path(sys.argv[1]).read_text())
    print(json.dumps([read(spark, request) for request in requests]))
    spark.stop()


main()
