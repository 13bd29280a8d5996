"""The windows of the calls in an NDJSON file, by ClickHouse with two threads; rows go to stdout as NDJSON.

python clickhouse_bench.py FILE
"""

import sys

import chdb

# The two windows of a call begin with the five minutes that it is in, and with those before.
SQL = """
SELECT start, original_crime_type_name, count() AS count
FROM (
    SELECT
        original_crime_type_name,
        toStartOfInterval(call_date_time, INTERVAL 5 MINUTE) AS last,
        arrayJoin([last, last - INTERVAL 5 MINUTE]) AS start
    FROM file('{file}', JSONEachRow, $$original_crime_type_name String, call_date_time DateTime('UTC')$$)
)
GROUP BY start, original_crime_type_name
SETTINGS max_threads = 2, date_time_input_format = 'best_effort', date_time_output_format = 'iso',
    output_format_json_quote_64bit_integers = 0
"""


def main():
    (file,) = sys.argv[1:]
    sys.stdout.buffer.write(chdb.query(SQL.format(file=file), "JSONEachRow").bytes())


if __name__ == "__main__":
    main()
