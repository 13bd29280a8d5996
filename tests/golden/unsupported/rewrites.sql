SELECT calls.city FROM calls LEFT SEMI JOIN radio_code ON calls.disposition = radio_code.disposition
SELECT calls.city FROM calls LEFT ANTI JOIN radio_code ON calls.disposition = radio_code.disposition
SELECT city, description FROM calls JOIN radio_code USING (disposition)
SELECT split(address, ' ')[0] AS word FROM calls
SELECT count(*) FILTER (WHERE city = 'A') AS a, count(*) FILTER (WHERE city = 'B') AS b FROM calls
SELECT 'city' AS k, city AS v FROM calls UNION ALL SELECT 'state', state FROM calls
SELECT city FROM calls WHERE CAST(crime_id AS BIGINT) % 10 = 0
WITH c(a) AS (SELECT city FROM calls) SELECT a FROM c
SELECT * FROM calls
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls GROUP BY 1
SELECT min_by(city, call_date_time), max_by(city, call_date_time) FROM calls
SELECT array_sort(collect_list(city)), array_join(collect_list(city), ',') FROM calls
SELECT array_contains(split(address, ' '), 'ST') FROM calls
SELECT w.start, w.end FROM (SELECT window(call_date_time, '1 hour') AS w FROM calls)
SELECT lower(city) = lower('x') FROM calls
SELECT concat(left(city, 1), 'x', substring(city, 3)) FROM calls
SELECT call_date_time + INTERVAL 1 HOUR, call_date_time + INTERVAL 1 DAY 2 HOURS FROM calls
SELECT datediff(call_date_time, report_date), unix_seconds(call_date_time) - unix_seconds(report_date) FROM calls
SELECT length(city) * 4, length(city) DIV 4 FROM calls
SELECT CAST('12' AS INT) FROM calls
SELECT date_format(call_date_time, 'EEE'), date_format(call_date_time, 'MMM') FROM calls
SELECT CAST(city AS DECIMAL(10,2)), TRY_CAST(city AS DECIMAL(10,2)) FROM calls
SELECT to_date('2018-12-31', 'yyyy-MM-dd'), to_timestamp('2018-12-31', 'yyyy-MM-dd') FROM calls
SELECT city <=> state, city RLIKE 'x', regexp_like(city, 'x') FROM calls
SELECT nullif(length(city), 0), coalesce(length(city), 0) FROM calls
SELECT length(city) / nullif(length(state), 0), length(city) % nullif(length(state), 0) FROM calls
SELECT datediff(call_date, DATE '1970-01-01'), date_add(DATE '1970-01-01', 5), date_part('YEAR', call_date) FROM calls
SELECT regexp_extract(address, '"a":(\\d+)', 1) FROM calls
SELECT sum(CAST(length(city) AS DOUBLE)), avg(length(city)) FROM calls
