"""Writes answers.json: what the status of a query of a real Spark goes through, with a trigger and a file that is
there from the start.

    deno run --allow-all tests/support/spark.ts tests/golden/status/make.py

The status is looked at again and again, so on a machine that is busy one may be missed: ask twice.
"""

import json
import os
import pathlib
import tempfile
import time

from pyspark.sql import SparkSession

CONF = {
    "spark.master": "local[1]",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
}
# A batch with data, one without, and a look that finds nothing.
TRIGGER = "5 seconds"
LAST = "Waiting for data to arrive", "Waiting for next trigger"


def has_ended(seen):
    messages = [status["message"] for status in seen]
    return LAST[0] in messages and messages[-1] == LAST[1]


def main():
    builder = SparkSession.builder
    for name, value in CONF.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "event.json").write_text('{"at":"2018-01-01T00:00:00"}\n')
        events = spark.readStream.schema("at TIMESTAMP").json(directory)
        counts = events.withWatermark("at", "0 seconds").groupBy("at").count()
        writer = counts.writeStream.format("noop").outputMode("append")
        query = writer.trigger(processingTime=TRIGGER).start()
        seen = []
        while not has_ended(seen):
            status = query.status
            if not seen or seen[-1] != status:
                seen.append(status)
            time.sleep(0)
        query.stop()
        seen.append(query.status)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.json")
    pathlib.Path(path).write_text(json.dumps(seen, indent=1) + "\n")


if __name__ == "__main__":
    main()
