-- values
t
CAST(t AS STRING)
CAST(t AS DATE)
CAST(t AS BIGINT)
CAST(t AS DOUBLE)
CAST(CAST(t AS FLOAT) AS DOUBLE)
CAST(t AS DECIMAL(20,6))
CAST(t AS DECIMAL(38,10))
CAST(t AS INT)
TRY_CAST(t AS SMALLINT)
unix_micros(t)
unix_millis(t)
unix_seconds(t)
unix_timestamp(t)
to_unix_timestamp(t)
CAST(CAST(t AS STRING) AS TIMESTAMP)
CAST(CAST(t AS DATE) AS TIMESTAMP)
CAST(CAST(t AS BIGINT) AS TIMESTAMP)
CAST(CAST(t AS DOUBLE) AS TIMESTAMP)
CAST(CAST(t AS DECIMAL(20,6)) AS TIMESTAMP)
timestamp_micros(m)
timestamp_micros(unix_micros(t))
timestamp_millis(unix_millis(t))
timestamp_seconds(unix_seconds(t))
timestamp_seconds(CAST(t AS DECIMAL(20,6)))
timestamp_seconds(CAST(t AS DOUBLE))
timestamp_seconds(CAST(m AS DECIMAL(20,0)) / 1000000)
CAST(m AS TIMESTAMP)
CAST(m DIV 1000000 AS TIMESTAMP)
CAST(CAST(m AS DOUBLE) AS TIMESTAMP)
CAST(m / 1e6D AS TIMESTAMP)
CAST(CAST(m AS DECIMAL(38,6)) / 1000000 AS TIMESTAMP)
TRY_CAST(CAST(m AS DECIMAL(20,0)) AS TIMESTAMP)
CAST(CAST(m AS FLOAT) AS TIMESTAMP)
CAST(t AS BOOLEAN)

-- comparisons
t = u
t < u
t <= t
t > u
t <=> u
t = TIMESTAMP '9999-12-31T23:59:59.999999Z'
t > TIMESTAMP '9999-12-31T23:59:59.999998Z'
t >= '9999-12-31T23:59:59.999998Z'
t IN (TIMESTAMP '9999-12-31T23:59:59.999997Z', TIMESTAMP '2255-06-05T23:47:34.740993Z')
t BETWEEN TIMESTAMP '2255-06-05T23:47:34.740992Z' AND TIMESTAMP '9999-12-31T23:59:59.999998Z'
t = TIMESTAMP '+294247-01-10T04:00:54.775807Z'
t > TIMESTAMP '-290308-12-21T19:59:05.224192Z'
t > DATE '9999-12-31'
nullif(t, TIMESTAMP '9999-12-31T23:59:59.999997Z')
greatest(t, u)
least(t, u, TIMESTAMP '9999-12-31T23:59:59.999998Z')
coalesce(t, u)
if(t > u, t, u)
CASE WHEN t = u THEN 'same' WHEN t < u THEN 'before' ELSE 'behind' END

-- fields
year(t)
quarter(t)
month(t)
day(t)
dayofweek(t)
weekday(t)
dayofyear(t)
weekofyear(t)
hour(t)
minute(t)
second(t)
datediff(t, u)
datediff(DATE '2018-12-31', t)
date_add(t, 1)
CAST(t AS DATE) - 1
add_months(t, 1)
trunc(t, 'month')

-- arithmetic
t + INTERVAL 1 MICROSECOND
t - INTERVAL 1 MICROSECOND
t + INTERVAL 1 MILLISECOND
t - INTERVAL 3 SECONDS
t + INTERVAL 1 HOUR
t + INTERVAL 1 DAY
t - INTERVAL 1 DAY
t + INTERVAL 180 DAYS
t - INTERVAL 180 DAYS 12 HOURS 30 MINUTES 1 MICROSECOND
t + INTERVAL 1 MONTH
t - INTERVAL 6 MONTHS
t + INTERVAL 1 YEAR
t - INTERVAL 200 YEARS
t + INTERVAL 7000 YEARS
t - INTERVAL 200000 YEARS
t + INTERVAL 1 DAY - INTERVAL 1 DAY
t + INTERVAL 0.000001 SECOND + INTERVAL 2 MICROSECONDS

-- truncation
date_trunc('YEAR', t)
date_trunc('QUARTER', t)
date_trunc('MONTH', t)
date_trunc('WEEK', t)
date_trunc('DAY', t)
date_trunc('HOUR', t)
date_trunc('MINUTE', t)
date_trunc('SECOND', t)
date_trunc('MILLISECOND', t)
date_trunc('MICROSECOND', t)

-- formats
date_format(t, 'yyyy-MM-dd HH:mm:ss.SSSSSS')
date_format(t, 'y D EEEE QQQ a h XXX')
date_format(t, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
date_format(t, 'yyyyyy S xxxxx')
to_timestamp(date_format(t, 'yyyyyy-MM-dd HH:mm:ss.SSSSSS XXX'), 'yyyyyy-MM-dd HH:mm:ss.SSSSSS XXX')
to_timestamp(date_format(t, 'y-MM-dd HH:mm:ss.SSSSSS'), 'y-MM-dd HH:mm:ss.SSSSSS')
try_to_timestamp(date_format(t, 'y-MM-dd HH:mm:ss.SSSSSS'), 'y-MM-dd HH:mm:ss.SSSSSS')
to_timestamp(CAST(t AS STRING))
unix_timestamp(date_format(t, 'y-MM-dd HH:mm:ss'), 'y-MM-dd HH:mm:ss')
from_unixtime(unix_seconds(t))
from_unixtime(m)
from_unixtime(unix_seconds(t), 'y-MM-dd HH')
CONCAT('<', t, '>')
t LIKE '%.999999'

-- lists
array_max(array(t, u))
array_min(array(t, u))
array_contains(array(t, u), TIMESTAMP '9999-12-31T23:59:59.999998Z')
element_at(array(t, u), 2)
sort_array(array(t, u))[0]
sort_array(array(t, u), false)[0]
array_sort(array(t, u, t))[1]
size(array_distinct(array(t, u, t)))

-- windows
window(t, '1 day')
window(t, '10 minutes', '5 minutes')
window(t, '10 minutes', '4 minutes')
window(t, '1 day', '1 day', '1 hour')
window(t, '1500 milliseconds', '300 milliseconds', '-100 milliseconds')
window(t, '1 second', '1 second', '-500 milliseconds')
window(t, '1000000 days', '400000 days')
session_window(t, '5 minutes')
session_window(t, '1 day')

-- texts
CAST(s AS TIMESTAMP)
TRY_CAST(s AS TIMESTAMP)
CAST(CAST(s AS TIMESTAMP) AS STRING)
CAST(s AS DATE)
to_timestamp(s)
unix_timestamp(CAST(s AS TIMESTAMP))
CAST(s AS TIMESTAMP) > TIMESTAMP '9999-12-31T23:59:59.999998Z'

-- constants
TIMESTAMP '9999-12-31T23:59:59.999999Z'
TIMESTAMP '2999-12-31 23:59:59.999997'
TIMESTAMP '+294247-01-10T04:00:54.775807Z'
TIMESTAMP '+294247-01-10T04:00:54.775808Z'
TIMESTAMP '-290308-12-21T19:59:05.224192Z'
TIMESTAMP '-290308-12-21T19:59:05.224191Z'
TIMESTAMP '9999-12-31T23:59:59.999999Z' + INTERVAL 1 MICROSECOND
TIMESTAMP '9999-12-31T23:59:59.999999Z' = TIMESTAMP '9999-12-31T23:59:59.999998Z'
CAST(9223372036854775807 AS TIMESTAMP)
CAST(-9223372036854775808 AS TIMESTAMP)
CAST(9223372036854 AS TIMESTAMP)
CAST(9223372036855 AS TIMESTAMP)
CAST(-9223372036854 AS TIMESTAMP)
CAST(-9223372036855 AS TIMESTAMP)
CAST(253402300799 AS TIMESTAMP)
CAST(9223372036854.775807BD AS TIMESTAMP)
CAST(9223372036854.775808BD AS TIMESTAMP)
CAST(9223372036855BD AS TIMESTAMP)
CAST(-9223372036854.775809BD AS TIMESTAMP)
CAST(99999999999999999999BD AS TIMESTAMP)
CAST(253402300799.9999999BD AS TIMESTAMP)
CAST(253402300799.9999989BD AS TIMESTAMP)
CAST(-0.0000009BD AS TIMESTAMP)
CAST(1.5BD AS TIMESTAMP)
CAST(9223372036854.775807D AS TIMESTAMP)
CAST(9.3E12D AS TIMESTAMP)
CAST(-9.3E12D AS TIMESTAMP)
CAST(1E300D AS TIMESTAMP)
CAST(-1E300D AS TIMESTAMP)
CAST(3E38F AS TIMESTAMP)
CAST(253402300799.9999D AS TIMESTAMP)
CAST(CAST('NaN' AS DOUBLE) AS TIMESTAMP)
CAST(CAST('Infinity' AS DOUBLE) AS TIMESTAMP)
TRY_CAST(CAST('-Infinity' AS FLOAT) AS TIMESTAMP)
timestamp_seconds(9223372036854)
timestamp_seconds(9223372036855)
timestamp_seconds(-9223372036855)
timestamp_seconds(9.3E12D)
timestamp_seconds(-1E300D)
timestamp_seconds(3E38F)
timestamp_seconds(CAST('NaN' AS DOUBLE))
timestamp_seconds(9223372036854.775807BD)
timestamp_seconds(9223372036854.775808BD)
timestamp_seconds(253402300799.9999999BD)
timestamp_millis(9223372036854775)
timestamp_millis(9223372036854776)
timestamp_millis(-9223372036854776)
timestamp_micros(9223372036854775807)
timestamp_micros(-9223372036854775808)
from_unixtime(9223372036854)
from_unixtime(9223372036855)
from_unixtime(9223372036854775807)
CAST(DATE '9999-12-31' AS TIMESTAMP)
CAST(DATE '294247-01-10' AS TIMESTAMP)
CAST(DATE '294247-01-11' AS TIMESTAMP)
CAST(DATE '-290308-12-22' AS TIMESTAMP)
CAST(DATE '-290308-12-21' AS TIMESTAMP)
TRY_CAST(DATE '5000000-01-01' AS TIMESTAMP)
DATE '294247-01-11' > TIMESTAMP '2018-12-31 00:00:00'
to_timestamp('294247-01-11', 'y-MM-dd')
try_to_timestamp('294247-01-11', 'y-MM-dd')
try_to_timestamp('9999-12-31 23:59:59.999999', 'yyyy-MM-dd HH:mm:ss.SSSSSS')
to_timestamp('-290309-01-01', 'y-MM-dd')
unix_timestamp('300000-01-01', 'y-MM-dd')

-- aggregates
min(t)
max(t)
min_by(n, t)
max_by(t, n)
max_by(n, t)
approx_count_distinct(t)
size(collect_list(t))
size(collect_set(date_trunc('SECOND', t)))
sort_array(collect_set(t))[1]
count(*) FILTER (WHERE t > TIMESTAMP '9999-12-31T23:59:59.999998Z')
max(t) - INTERVAL 1 MICROSECOND
