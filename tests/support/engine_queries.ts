/**
 * Queries that both engines run, over the sample of calls: both of the mission's, windows, sessions, deduplication, a
 * join of streams, and aggregations one after the other.
 */

/** Their sections of a configuration file. */
export const ENGINE_QUERIES = `
[query.by_type]
sql = SELECT original_crime_type_name, count(*) AS count FROM calls GROUP BY 1 ORDER BY count DESC, 1
output_mode = complete
[query.with_disposition]
sql = SELECT call_date_time, original_crime_type_name, description FROM calls LEFT JOIN radio_code USING (disposition)
[query.by_hour]
sql = SELECT window(call_date_time, '1 hour') AS hour, city, count(*) AS calls, min(call_date_time) AS first,
    avg(length(address)) AS length, sum(CAST(crime_id AS DECIMAL(12,2))) AS ids FROM calls GROUP BY 1, 2
[query.sessions]
sql = SELECT session_window(call_date_time, '30 minutes') AS session, original_crime_type_name,
    count(*) AS calls, to_date(max(call_date)) AS day FROM calls GROUP BY 1, 2
[query.places]
sql = SELECT address, call_date_time FROM calls
deduplicate = address, call_date_time
[query.followed]
sql = SELECT a.crime_id, b.crime_id AS later, b.call_date_time AS at FROM calls a LEFT JOIN calls b
    ON a.address = b.address AND b.call_date_time > a.call_date_time
    AND b.call_date_time <= a.call_date_time + INTERVAL 2 HOURS
[query.busiest]
sql = SELECT window(w, '1 day') AS day, city, max(calls) AS most, sum(calls) AS calls FROM (SELECT
    window(call_date_time, '1 hour') AS w, city, count(*) AS calls FROM calls GROUP BY 1, 2) GROUP BY 1, 2
[query.followed_by_hour]
sql = SELECT window(a.call_date_time, '1 hour') AS hour, count(b.crime_id) AS later FROM calls a JOIN calls b
    ON a.address = b.address AND b.call_date_time > a.call_date_time
    AND b.call_date_time <= a.call_date_time + INTERVAL 2 HOURS GROUP BY 1
`;

/** The names of those that read each record once. */
export const ENGINE_QUERY_NAMES = ["by_type", "with_disposition", "by_hour", "sessions", "places"] as const;
