-- Without a stream
SELECT count(*) FROM radio_code
SELECT 1 AS one
VALUES (1), (2)
SELECT disposition FROM radio_code UNION ALL SELECT description FROM radio_code
-- Aggregates of tables
SELECT c, d FROM (SELECT count(*) AS c FROM radio_code) CROSS JOIN (SELECT count(*) AS d FROM calls)
SELECT city, c FROM calls CROSS JOIN (SELECT count(*) AS c FROM (SELECT count(*) AS d FROM radio_code))
SELECT city, c FROM calls CROSS JOIN (SELECT count(DISTINCT description) AS c FROM radio_code)
SELECT city FROM calls JOIN (SELECT DISTINCT disposition FROM radio_code) USING (disposition)
SELECT city, description FROM calls JOIN (SELECT description, max(disposition) AS disposition FROM radio_code GROUP BY description) USING (disposition)
-- Aggregates of streams
SELECT count(*) FROM calls
SELECT city, count(*) FROM calls GROUP BY city
SELECT call_date_time, count(*) FROM calls GROUP BY call_date_time
SELECT window(call_date_time, '10 minutes') AS w, count(*) FROM calls GROUP BY 1
SELECT window(report_date, '10 minutes') AS w, count(*) FROM calls GROUP BY 1
SELECT window(call_date_time, '10 minutes') AS w, call_date_time, count(*) FROM calls GROUP BY 1, 2
SELECT window(CAST(call_date_time AS TIMESTAMP_NTZ), '10 minutes') AS w, count(*) FROM calls GROUP BY 1
SELECT CAST(call_date_time AS TIMESTAMP_NTZ) AS t, count(*) FROM calls GROUP BY 1
SELECT call_date_time + INTERVAL 1 HOUR AS t, count(*) FROM calls GROUP BY 1
SELECT city, count(*) FROM calls GROUP BY ROLLUP (city)
SELECT window(call_date_time, '10 minutes') AS w, city, count(*) FROM calls GROUP BY ROLLUP (1, city)
SELECT call_date_time, city, count(*) FROM calls GROUP BY GROUPING SETS ((call_date_time, city), (city))
SELECT session_window(call_date_time, '10 minutes') AS w, city, count(*) FROM calls GROUP BY 1, 2
SELECT session_window(call_date_time, '10 minutes') AS w, count(*) FROM calls GROUP BY 1
SELECT session_window(report_date, '10 minutes') AS w, city, count(*) FROM calls GROUP BY 1, 2
SELECT session_window(call_date_time, '10 minutes') AS w, city FROM calls
SELECT window(call_date_time, '10 minutes') AS w, city FROM calls
SELECT DISTINCT city FROM calls
SELECT DISTINCT call_date_time, city FROM calls
SELECT DISTINCT window(call_date_time, '10 minutes') AS w FROM calls
SELECT count(DISTINCT city) FROM calls
SELECT window(call_date_time, '10 minutes') AS w, count(DISTINCT city) FROM calls GROUP BY 1
SELECT city, count(*) FROM calls GROUP BY city HAVING count(*) > 1
-- Several aggregates
SELECT count(*) FROM (SELECT count(*) AS n FROM calls)
SELECT count(*) FROM (SELECT city, count(*) AS n FROM calls GROUP BY city)
SELECT count(*) FROM (SELECT call_date_time, count(*) AS n FROM calls GROUP BY call_date_time)
SELECT call_date_time, max(n) FROM (SELECT call_date_time, city, count(*) AS n FROM calls GROUP BY 1, 2) GROUP BY 1
SELECT w, max(n) FROM (SELECT window(call_date_time, '10 minutes') AS w, city, count(*) AS n FROM calls GROUP BY 1, 2) GROUP BY 1
SELECT window(w, '1 hour') AS h, max(n) FROM (SELECT window(call_date_time, '10 minutes') AS w, count(*) AS n FROM calls GROUP BY 1) GROUP BY 1
SELECT window(window_time(w), '1 hour') AS h, max(n) FROM (SELECT window(call_date_time, '10 minutes') AS w, count(*) AS n FROM calls GROUP BY 1) GROUP BY 1
SELECT window(window, '1 hour') AS h, max(n) FROM (SELECT window(call_date_time, '10 minutes') AS window, count(*) AS n FROM calls GROUP BY 1) GROUP BY 1
SELECT window.start, max(n) FROM (SELECT window(call_date_time, '10 minutes') AS window, city, count(*) AS n FROM calls GROUP BY 1, 2) GROUP BY window
SELECT session_window(w, '1 hour') AS s, city, count(*) FROM (SELECT window(call_date_time, '10 minutes') AS w, city FROM calls GROUP BY 1, 2) GROUP BY 1, 2
SELECT window(s, '1 hour') AS w, count(*) FROM (SELECT session_window(call_date_time, '10 minutes') AS s, city FROM calls GROUP BY 1, 2) GROUP BY 1
SELECT DISTINCT city FROM (SELECT city, count(*) AS n FROM calls GROUP BY city)
SELECT DISTINCT w FROM (SELECT window(call_date_time, '10 minutes') AS w, city, count(*) AS n FROM calls GROUP BY 1, 2)
SELECT count(*) FROM (SELECT DISTINCT city FROM calls)
SELECT call_date_time, count(*) FROM (SELECT DISTINCT call_date_time, city FROM calls) GROUP BY 1
SELECT window(call_date_time, '10 minutes') AS w, count(*) FROM (SELECT DISTINCT call_date_time, city FROM calls) GROUP BY 1
-- Joins of streams
SELECT c.city, unit FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city, unit FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id AND dispatched_at >= call_date_time
SELECT c.city, unit FROM calls c JOIN dispatches d ON dispatched_at >= call_date_time
SELECT c.city, unit FROM calls c JOIN dispatches d ON dispatched_at = call_date_time
SELECT c.city, unit FROM calls c CROSS JOIN dispatches d
SELECT c.city, unit FROM calls c, dispatches d WHERE c.crime_id = d.crime_id
SELECT c.city, unit FROM calls c JOIN dispatches d USING (crime_id)
SELECT city, unit FROM calls NATURAL JOIN dispatches
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city, unit FROM calls c RIGHT JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city, unit FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM calls c LEFT SEMI JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM calls c LEFT ANTI JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT c.city, unit FROM calls c RIGHT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT c.city, unit FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT c.city FROM calls c LEFT SEMI JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT c.city FROM calls c LEFT ANTI JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time > dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time < dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c RIGHT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time > dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c RIGHT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time < dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time > dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time < dispatched_at + INTERVAL 10 MINUTES
SELECT c.city FROM calls c LEFT SEMI JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time > dispatched_at + INTERVAL 10 MINUTES
SELECT c.city FROM calls c LEFT SEMI JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time < dispatched_at + INTERVAL 10 MINUTES
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND dispatched_at BETWEEN call_date_time AND call_date_time + INTERVAL 1 HOUR
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id WHERE dispatched_at BETWEEN call_date_time AND call_date_time + INTERVAL 1 HOUR
SELECT c.city, unit FROM calls c LEFT JOIN dispatches d ON c.crime_id <=> d.crime_id AND call_date_time <=> dispatched_at
SELECT w, city, unit FROM (SELECT window(call_date_time, '10 minutes') AS w, city FROM calls) JOIN (SELECT window(dispatched_at, '10 minutes') AS w, unit FROM dispatches) USING (w)
SELECT w, city, unit FROM (SELECT window(call_date_time, '10 minutes') AS w, city FROM calls) FULL JOIN (SELECT window(dispatched_at, '10 minutes') AS w, unit FROM dispatches) USING (w)
SELECT c.city, unit FROM (SELECT crime_id, city, struct(city AS a, state AS b) AS s FROM calls) c JOIN (SELECT unit, struct(unit AS a, crime_id AS b) AS s FROM dispatches) d ON c.s = d.s
SELECT c.city, unit FROM (SELECT city, split(city, ' ') AS s FROM calls) c JOIN (SELECT unit, split(unit, ' ') AS s FROM dispatches) d ON c.s = d.s
SELECT c.city, unit FROM (SELECT city, CAST(city AS BINARY) AS s FROM calls) c JOIN (SELECT unit, CAST(unit AS BINARY) AS s FROM dispatches) d ON c.s = d.s
-- Joins of streams with tables
SELECT city FROM calls JOIN radio_code USING (disposition)
SELECT city FROM radio_code JOIN calls USING (disposition)
SELECT city FROM calls CROSS JOIN radio_code
SELECT city FROM radio_code CROSS JOIN calls
SELECT city FROM calls LEFT JOIN radio_code USING (disposition)
SELECT city FROM radio_code LEFT JOIN calls USING (disposition)
SELECT city FROM calls RIGHT JOIN radio_code USING (disposition)
SELECT city FROM radio_code RIGHT JOIN calls USING (disposition)
SELECT city FROM calls FULL JOIN radio_code USING (disposition)
SELECT city FROM radio_code FULL JOIN calls USING (disposition)
SELECT city FROM calls LEFT SEMI JOIN radio_code USING (disposition)
SELECT description FROM radio_code LEFT SEMI JOIN calls USING (disposition)
SELECT city FROM calls LEFT ANTI JOIN radio_code USING (disposition)
SELECT description FROM radio_code LEFT ANTI JOIN calls USING (disposition)
SELECT city FROM calls JOIN (SELECT a.disposition FROM radio_code a FULL JOIN radio_code b ON a.disposition = b.description) USING (disposition)
SELECT city FROM calls JOIN (SELECT a.disposition FROM radio_code a LEFT ANTI JOIN radio_code b ON a.disposition = b.description) USING (disposition)
-- Several joins
SELECT c.city FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id JOIN calls e ON e.crime_id = d.crime_id
SELECT c.city FROM calls c JOIN radio_code r ON c.disposition = r.disposition JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM radio_code r JOIN calls c ON c.disposition = r.disposition JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM radio_code r JOIN radio_code s ON r.disposition = s.disposition JOIN calls c ON c.disposition = r.disposition
SELECT c.city FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at LEFT JOIN calls e ON e.crime_id = c.crime_id AND e.call_date_time = c.call_date_time
SELECT c.city FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at LEFT JOIN calls e ON e.crime_id = c.crime_id AND e.call_date_time = c.call_date_time
SELECT c.city FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id LEFT JOIN radio_code r ON r.disposition = c.disposition
-- Aggregates and joins of streams
SELECT c.city, count(*) FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id GROUP BY c.city
SELECT count(*) FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT call_date_time, count(*) FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id GROUP BY call_date_time
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time >= dispatched_at + INTERVAL 10 MINUTES GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(unit) FROM calls c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at GROUP BY 1
SELECT window(dispatched_at, '1 hour') AS w, count(*) FROM calls c RIGHT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls c FULL JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls c LEFT SEMI JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at GROUP BY 1
SELECT DISTINCT call_date_time FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city, n FROM calls c JOIN (SELECT dispatched_at, count(*) AS n FROM dispatches GROUP BY 1) d ON c.call_date_time = d.dispatched_at
SELECT c.city, n FROM calls c LEFT JOIN (SELECT dispatched_at, count(*) AS n FROM dispatches GROUP BY 1) d ON c.call_date_time = d.dispatched_at
SELECT c.city, n FROM calls c RIGHT JOIN (SELECT dispatched_at, count(*) AS n FROM dispatches GROUP BY 1) d ON c.call_date_time = d.dispatched_at
SELECT w, c.n, d.n FROM (SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1) c JOIN (SELECT window(dispatched_at, '1 hour') AS w, count(*) AS n FROM dispatches GROUP BY 1) d USING (w)
SELECT w, c.n, d.n FROM (SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1) c FULL JOIN (SELECT window(dispatched_at, '1 hour') AS w, count(*) AS n FROM dispatches GROUP BY 1) d USING (w)
SELECT c.n, d.n FROM (SELECT count(*) AS n FROM calls) c CROSS JOIN (SELECT count(*) AS n FROM dispatches) d
SELECT c.city FROM (SELECT DISTINCT call_date_time, crime_id, city FROM calls) c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM (SELECT DISTINCT call_date_time, crime_id, city FROM calls) c LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND call_date_time = dispatched_at
SELECT city, description, n FROM (SELECT city, disposition, count(*) AS n FROM calls GROUP BY 1, 2) LEFT JOIN radio_code USING (disposition)
SELECT w, n, description FROM (SELECT window(call_date_time, '1 hour') AS w, disposition, count(*) AS n FROM calls GROUP BY 1, 2) JOIN radio_code USING (disposition)
-- UNION
SELECT crime_id FROM calls UNION ALL SELECT crime_id FROM dispatches
SELECT crime_id FROM calls UNION SELECT crime_id FROM dispatches
SELECT call_date_time, crime_id FROM calls UNION SELECT dispatched_at, crime_id FROM dispatches
SELECT disposition FROM calls UNION ALL SELECT disposition FROM radio_code
SELECT disposition FROM radio_code UNION ALL SELECT disposition FROM calls
SELECT disposition FROM calls UNION SELECT disposition FROM radio_code
SELECT disposition FROM radio_code UNION SELECT disposition FROM calls
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code UNION ALL SELECT description FROM radio_code) USING (disposition)
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code UNION SELECT description FROM radio_code) USING (disposition)
SELECT city FROM calls UNION ALL SELECT state FROM calls
SELECT city FROM calls UNION ALL SELECT city FROM calls
SELECT city FROM calls UNION SELECT city FROM calls
SELECT call_date_time, city FROM calls UNION SELECT call_date_time, state FROM calls
SELECT call_date_time, city FROM calls UNION SELECT report_date, state FROM calls
SELECT t, count(*) FROM (SELECT call_date_time AS t FROM calls UNION ALL SELECT dispatched_at FROM dispatches) GROUP BY t
SELECT window(t, '1 hour') AS w, count(*) FROM (SELECT call_date_time AS t FROM calls UNION ALL SELECT dispatched_at FROM dispatches) GROUP BY 1
SELECT count(*) FROM (SELECT call_date_time AS t FROM calls UNION ALL SELECT dispatched_at FROM dispatches)
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT unit, count(*) FROM dispatches GROUP BY unit
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT city, count(*) FROM calls GROUP BY city
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT city, 1L FROM calls
SELECT city, 1L AS n FROM calls UNION ALL SELECT city, count(*) FROM calls GROUP BY city
SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1 UNION ALL SELECT window(dispatched_at, '1 hour'), count(*) FROM dispatches GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1 UNION ALL SELECT window(call_date_time, '1 hour'), count(*) FROM calls GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1 UNION SELECT window(dispatched_at, '1 hour'), count(*) FROM dispatches GROUP BY 1
SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1 UNION ALL SELECT window(dispatched_at, '1 hour'), 1L FROM dispatches
SELECT window(dispatched_at, '1 hour') AS w, 1L AS n FROM dispatches UNION ALL SELECT window(call_date_time, '1 hour'), count(*) FROM calls GROUP BY 1
SELECT w, sum(n) FROM (SELECT window(call_date_time, '1 hour') AS w, count(*) AS n FROM calls GROUP BY 1 UNION ALL SELECT window(dispatched_at, '1 hour'), count(*) FROM dispatches GROUP BY 1) GROUP BY w
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT disposition, 1L FROM radio_code
SELECT window(call_date_time, '1 hour') AS w, city, count(*) AS n FROM calls GROUP BY 1, 2 UNION ALL SELECT NULL, disposition, 1L FROM radio_code
SELECT city, unit FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id UNION ALL SELECT city, state FROM calls
SELECT unit, city FROM (SELECT crime_id, unit FROM dispatches UNION ALL SELECT crime_id, unit FROM dispatches) d JOIN calls c ON c.crime_id = d.crime_id
-- INTERSECT and EXCEPT
SELECT crime_id FROM calls INTERSECT SELECT crime_id FROM dispatches
SELECT crime_id FROM calls INTERSECT ALL SELECT crime_id FROM dispatches
SELECT call_date_time FROM calls INTERSECT SELECT dispatched_at FROM dispatches
SELECT disposition FROM calls INTERSECT SELECT disposition FROM radio_code
SELECT disposition FROM calls INTERSECT ALL SELECT disposition FROM radio_code
SELECT disposition FROM radio_code INTERSECT SELECT disposition FROM calls
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code INTERSECT SELECT description FROM radio_code) USING (disposition)
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code INTERSECT ALL SELECT description FROM radio_code) USING (disposition)
SELECT crime_id FROM calls EXCEPT SELECT crime_id FROM dispatches
SELECT crime_id FROM calls EXCEPT ALL SELECT crime_id FROM dispatches
SELECT call_date_time FROM calls EXCEPT SELECT dispatched_at FROM dispatches
SELECT disposition FROM calls EXCEPT SELECT disposition FROM radio_code
SELECT disposition FROM calls EXCEPT ALL SELECT disposition FROM radio_code
SELECT disposition FROM calls MINUS SELECT disposition FROM radio_code
SELECT call_date_time, disposition FROM calls EXCEPT SELECT TIMESTAMP '2018-12-31 23:57:00', disposition FROM radio_code
SELECT disposition FROM radio_code EXCEPT SELECT disposition FROM calls
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code EXCEPT SELECT description FROM radio_code) USING (disposition)
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code EXCEPT ALL SELECT description FROM radio_code) USING (disposition)
SELECT city FROM calls GROUP BY city EXCEPT SELECT disposition FROM radio_code
SELECT call_date_time FROM calls GROUP BY 1 EXCEPT SELECT TIMESTAMP '2018-12-31 23:57:00'
SELECT count(*) FROM (SELECT disposition FROM calls EXCEPT SELECT disposition FROM radio_code)
-- Sorting
SELECT city FROM calls ORDER BY city
SELECT city FROM calls SORT BY city
SELECT city, count(*) FROM calls GROUP BY city ORDER BY 2
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls GROUP BY 1 ORDER BY 1
SELECT count(*) FROM (SELECT city FROM calls ORDER BY city)
SELECT city FROM (SELECT city, count(*) AS n FROM calls GROUP BY city ORDER BY n) WHERE n > 1
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code ORDER BY description LIMIT 1) USING (disposition)
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT unit, count(*) FROM dispatches GROUP BY unit ORDER BY n
SELECT city, count(*) AS n FROM calls GROUP BY city UNION ALL SELECT unit, 1L FROM dispatches ORDER BY n
SELECT city FROM calls UNION ALL SELECT unit FROM dispatches ORDER BY city
-- LIMIT and OFFSET
SELECT city FROM calls LIMIT 3
SELECT city FROM calls LIMIT 0
SELECT city, count(*) FROM calls GROUP BY city LIMIT 3
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM calls GROUP BY 1 LIMIT 3
SELECT count(*) FROM (SELECT city FROM calls LIMIT 3)
SELECT window(call_date_time, '1 hour') AS w, count(*) FROM (SELECT * FROM calls LIMIT 3) GROUP BY 1
SELECT c.city FROM (SELECT * FROM calls LIMIT 3) c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id LIMIT 3
SELECT city FROM (SELECT city FROM calls LIMIT 3) LIMIT 2
SELECT city FROM calls UNION ALL SELECT unit FROM dispatches LIMIT 3
(SELECT city FROM calls LIMIT 1) UNION ALL (SELECT unit FROM dispatches LIMIT 1)
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code LIMIT 1) USING (disposition)
SELECT city FROM calls OFFSET 1
SELECT city, count(*) FROM calls GROUP BY city ORDER BY 1 OFFSET 1
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code OFFSET 1) USING (disposition)
-- Samples and window functions
SELECT city FROM calls TABLESAMPLE (10 PERCENT)
SELECT city FROM calls JOIN (SELECT disposition FROM radio_code TABLESAMPLE (10 PERCENT)) USING (disposition)
SELECT city, row_number() OVER (PARTITION BY city ORDER BY call_date_time) FROM calls
SELECT city, row_number() OVER (ORDER BY city) FROM (SELECT city, count(*) AS n FROM calls GROUP BY city)
SELECT city FROM calls JOIN (SELECT disposition, row_number() OVER (ORDER BY description) AS n FROM radio_code) USING (disposition)
-- Expressions
SELECT monotonically_increasing_id() FROM calls
SELECT current_timestamp() FROM calls
SELECT rand(1) FROM calls
SELECT uuid() FROM calls
SELECT explode(split(address, ' ')) FROM calls
-- Random values
SELECT rand(), uuid() FROM calls WHERE rand() < 0.5
SELECT r, r + 1 FROM (SELECT rand() AS r FROM calls) WHERE r < 0.5
SELECT city, rand() FROM calls JOIN radio_code USING (disposition)
SELECT city FROM calls JOIN radio_code ON calls.disposition = radio_code.disposition AND rand() < 0.5
SELECT city FROM calls LEFT JOIN radio_code ON calls.disposition = radio_code.disposition AND rand() < 0.5
SELECT w FROM calls LATERAL VIEW explode(array(rand(), rand())) AS w
SELECT explode(shuffle(split(address, ' '))) FROM calls
SELECT w FROM calls, LATERAL explode(array(rand(), rand())) AS t (w)
SELECT city, x FROM calls c, LATERAL (SELECT description AS x FROM radio_code r WHERE r.disposition = c.disposition AND rand() < 0.5)
SELECT rand() AS r, count(*) FROM calls GROUP BY r
SELECT floor(rand(5) * 3), count(*) FROM calls GROUP BY floor(rand(5) * 3)
SELECT city, rand(), count(*) FROM calls GROUP BY city
SELECT city, count(*) FROM calls GROUP BY city HAVING rand() < 0.5
SELECT city, count(*) FROM calls GROUP BY city ORDER BY rand()
SELECT city FROM calls ORDER BY rand()
SELECT DISTINCT city, uuid() FROM calls
SELECT sum(rand()) FROM calls
SELECT max_by(city, uuid()) FROM calls
SELECT count(*) FILTER (WHERE rand() < 0.5) FROM calls
SELECT max(r) FROM (SELECT rand() AS r FROM calls)
SELECT window(call_date_time, '1 hour'), rand(), count(*) FROM calls GROUP BY 1
SELECT city, rand() FROM calls UNION ALL SELECT city, randn() FROM calls
SELECT c.city, rand() FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id
SELECT c.city FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id WHERE rand() < 0.5
SELECT c.city FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id AND rand() < 0.5
SELECT monotonically_increasing_id() FROM (SELECT city, count(*) FROM calls GROUP BY city)
-- Subqueries over streams
SELECT city FROM calls WHERE crime_id IN (SELECT crime_id FROM dispatches)
SELECT city FROM calls WHERE crime_id NOT IN (SELECT crime_id FROM dispatches)
SELECT city FROM calls WHERE EXISTS (SELECT 1 FROM dispatches d WHERE d.crime_id = calls.crime_id)
SELECT city FROM calls WHERE EXISTS (SELECT 1 FROM dispatches d WHERE d.crime_id = calls.crime_id AND d.dispatched_at = calls.call_date_time)
SELECT city FROM calls WHERE NOT EXISTS (SELECT 1 FROM dispatches d WHERE d.crime_id = calls.crime_id)
SELECT city, (SELECT max(unit) FROM dispatches) FROM calls
SELECT city, (SELECT max(unit) FROM dispatches d WHERE d.crime_id = calls.crime_id) FROM calls
SELECT disposition FROM radio_code WHERE disposition IN (SELECT crime_id FROM calls)
SELECT disposition, (SELECT count(*) FROM calls) FROM radio_code
