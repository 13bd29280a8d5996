/**
 * The defaults for sections that a file does not have: two queries and three for the dashboard, the stream of
 * calls and the table of radio codes. A file with any `[query.*]` replaces all queries; a stream or table in
 * the file replaces the built-in one of the same name.
 */
type BuiltIn = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The `[query.*]` sections used if the file has none. */
export const BUILT_IN_QUERIES: BuiltIn = {
  "query.by_type": {
    sql:
      "SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY original_crime_type_name ORDER BY count DESC",
    output_mode: "complete",
  },
  "query.with_disposition": {
    sql:
      "SELECT call_date_time, original_crime_type_name, description FROM calls LEFT JOIN radio_code USING (disposition)",
    output_mode: "append",
  },
  "query.by_type_and_hour": {
    sql:
      "SELECT window(call_date_time, '1 hour') AS hour, original_crime_type_name, count(*) AS count FROM calls GROUP BY 1, 2",
    output_mode: "update",
    // A week is in state, and no more.
    watermark: "call_date_time 7 days",
    ui_only: "true",
  },
  "query.by_hour_and_weekday": {
    sql:
      "SELECT hour(call_date_time) AS hour, dayofweek(call_date_time) AS day_of_week, count(*) AS count FROM calls GROUP BY 1, 2",
    output_mode: "complete",
    ui_only: "true",
  },
  "query.by_disposition": {
    sql:
      "SELECT coalesce(description, disposition) AS disposition, count(*) AS count FROM calls LEFT JOIN radio_code USING (disposition) GROUP BY 1 ORDER BY count DESC",
    output_mode: "complete",
    ui_only: "true",
  },
};

/** The `[stream.*]` and `[table.*]` sections used unless the file declares the same name. */
export const BUILT_IN_SOURCES: BuiltIn = {
  "stream.calls": {
    columns: [
      "crime_id STRING",
      "original_crime_type_name STRING",
      "report_date TIMESTAMP",
      "call_date TIMESTAMP",
      "offense_date TIMESTAMP",
      "call_time STRING",
      "call_date_time TIMESTAMP",
      "disposition STRING",
      "address STRING",
      "city STRING",
      "state STRING",
      "agency_id STRING",
      "address_type STRING",
      "common_location STRING",
    ].join(", "),
  },
  "table.radio_code": { columns: "disposition_code STRING AS disposition, description STRING" },
};
