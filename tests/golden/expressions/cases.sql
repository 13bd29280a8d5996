-- comparison
s = p
s != p
s <> 'abc'
s == 'abc'
s < p
s <= 'abc'
s > 'Z'
s >= ''
i < j
i = l
i <= d
d = d
d > 1e300
d = 0.0D
d = -0.0D
d < CAST('NaN' AS DOUBLE)
f = d
f > 1
b = c
b < c
t > u
t = day
t >= '2018-12-31'
t < '2019-03-10 03:00:00'
day = '2018-12-31'
day > TIMESTAMP '2018-12-31 12:00:00'
w = 12
w > 5
w <= i
x < d
b = 'true'
i = '1'
i < '5'
l > 9223372036854775806
y = h
i = true
s = b
d = '1.5'
i = 1.0
i > 0.5
l = 1.5
s = day
'a' = 'a '
'A' < 'a'
'😀' > '｡'
'é' = 'é'
NULL = NULL
NULL != 1
i = 'abc'
t = 1
day = 1

-- null-safe comparison
s <=> p
c <=> NULL
NULL <=> NULL
d <=> CAST('NaN' AS DOUBLE)
i <=> j
i <=> '1'
s IS DISTINCT FROM p
c IS NOT DISTINCT FROM NULL
c IS NULL
c IS NOT NULL
b IS TRUE
b IS NOT TRUE
c IS FALSE
c IS NOT FALSE
c IS UNKNOWN
c IS NOT UNKNOWN
d IS NULL
NULL IS NULL

-- three-valued logic
b AND c AND b AND c
b OR c OR b OR c OR b
b AND c OR b AND c OR b OR c OR b OR b
b OR (c OR b) OR c OR b
NULL AND b AND c AND false
s || p || s || p
i + j + i + l + i
i + j + d + i + i
1.5 + i + 2.25 + i
i - j - i - l
l * 2 * 3 * i
day + 1 + 1 + 1
t + INTERVAL 1 DAY + INTERVAL 1 HOUR + INTERVAL 1 HOUR
position('b' IN s)
position('b', s)
substr(s FROM 2 FOR 1)
trim(BOTH FROM s)
trim(LEADING 'a' FROM s)
b AND c
b OR c
NOT b
NOT c
! c
b AND NULL
b OR NULL
NOT NULL
NULL AND false
NULL OR true
NULL AND NULL
b AND 'true'
NOT (b AND c) = (NOT b OR NOT c)
true OR i / 0 > 1
false AND i / 0 > 1
i > 0 AND 10 / i > 2
i AND b
b OR s
true AND NOT false OR false
NOT true = false
b = c AND c = b

-- IN
i IN (1, 5)
i IN (1, NULL)
i NOT IN (1, 5)
i NOT IN (1, NULL)
NULL IN (1, 2)
NULL NOT IN (1, 2)
s IN ('abc', '')
s IN ('ABC', p)
i IN (1L, 5.0D)
i IN ('1', '5')
d IN (CAST('NaN' AS DOUBLE), 0)
t IN ('2019-03-10 03:00:00', '2018-12-31')
day IN (DATE '2018-12-31')
b IN (true, NULL)
i IN (j, l, 0)
i IN (s)
1 IN (1, 1 / 0)
i IN (1, 2.5)

-- BETWEEN
i BETWEEN 0 AND 5
i NOT BETWEEN 0 AND 5
i BETWEEN 5 AND 0
i BETWEEN NULL AND 0
i NOT BETWEEN NULL AND 0
s BETWEEN 'a' AND 'm'
d BETWEEN 0 AND 2
t BETWEEN '2018-01-01' AND '2019-12-31'
day BETWEEN '2018-01-01' AND '2019-12-31'
i BETWEEN 0.5 AND 5
i BETWEEN '0' AND '5'
w BETWEEN 1 AND 20
NULL BETWEEN 1 AND 2

-- LIKE
s LIKE 'a%'
s LIKE '%b%'
s LIKE 'a_c'
s LIKE 'ABC'
s LIKE ''
s LIKE '%'
s LIKE '_'
s LIKE '%\\%%'
s LIKE '%\_%'
s LIKE '100\%\_%'
s LIKE '%\\\\%'
s LIKE '%😀'
s LIKE '%Ó_Ć%'
s LIKE '%ĆX_' ESCAPE 'X'
s LIKE '100!%!_%' ESCAPE '!'
s LIKE '%!%' ESCAPE '!'
s LIKE 'line%'
s LIKE 'line_break%'
s NOT LIKE 'a%'
s LIKE p
s LIKE NULL
NULL LIKE 'a'
s LIKE 'a.c'
s LIKE 'a*'
s LIKE '%$%'
s ILIKE 'ABC'
s ILIKE '%żół%'
s ILIKE 'STRASSE%'
s ILIKE 'straße%'
s NOT ILIKE 'A%'
'ß' ILIKE 'ẞ'
'i' ILIKE 'İ'
'abc' LIKE 'abc!' ESCAPE '!'
'abc' LIKE 'ab\c'
'a%c' LIKE 'a\%c'
'a%c' LIKE 'a!%c' ESCAPE '!'
'abc' LIKE 'a!bc' ESCAPE '!'
'a!c' LIKE 'a!!c' ESCAPE '!'
'abc' LIKE 'abc' ESCAPE 'xx'
i LIKE '1%'
t LIKE '2018%'
b LIKE 't%'
r'a\b' LIKE r'a\\b'
r'100%' LIKE r'100\%'

-- RLIKE
s RLIKE '^a'
s RLIKE 'B'
s RLIKE '(?i)B'
s RLIKE 'b$'
s RLIKE '^\\d+'
s RLIKE r'^\d+'
s REGEXP 'a|e'
s RLIKE '.'
s RLIKE '^$'
s RLIKE ''
s RLIKE 'line.break'
s RLIKE '(?s)line.break'
s RLIKE r'\bbreak\b'
s RLIKE '[ŻÓ]{2}'
s RLIKE r'\p{Lu}{3}'
s RLIKE '^.{3}$'
s NOT RLIKE 'a'
s RLIKE p
s RLIKE NULL
NULL RLIKE 'a'
'é' RLIKE '^\\w$'
i RLIKE '^1'

-- CASE
CASE WHEN i > 0 THEN 'positive' WHEN i < 0 THEN 'negative' ELSE 'zero or unknown' END
CASE WHEN i > 0 THEN 'positive' END
CASE i WHEN 1 THEN 'one' WHEN 5 THEN 'five' ELSE s END
CASE c WHEN NULL THEN 'never' ELSE 'always' END
CASE WHEN c THEN 1 WHEN NOT c THEN 2L END
CASE WHEN b THEN 1 ELSE 2.5D END
CASE WHEN b THEN i ELSE d END
CASE WHEN b THEN i ELSE '7' END
CASE WHEN b THEN t ELSE day END
CASE WHEN NULL THEN 1 ELSE 2 END
CASE WHEN i = 0 THEN 0 ELSE 10 / i END
CASE WHEN b THEN NULL ELSE NULL END
CASE s WHEN 'abc' THEN 1 WHEN '' THEN 2 END
CASE WHEN 'true' THEN 1 END
CASE WHEN i THEN 1 END
CASE WHEN b THEN i ELSE c END
CASE WHEN i = 1 THEN 1.5 ELSE 2 END

-- coalesce
coalesce(s, 'none')
coalesce(NULL, i, 0)
coalesce(c, b)
coalesce(NULL, NULL)
coalesce(i, d)
coalesce(i, '7')
coalesce(t, day)
coalesce(1, 1 / 0)
coalesce(i, l, 0)
coalesce(s)
coalesce()
coalesce(i, b)
coalesce(day, 'x')

-- strings
upper(s)
lower(s)
upper(p)
ucase('ǆ')
upper('ß')
upper('ŉ')
upper('ﬁ')
lower('İ')
lower('ΑΣ')
lower('ΑΣΑ')
upper('ı')
upper(NULL)
upper(i)
trim(p)
trim('\t x \n')
trim('  a b  ')
trim('　x　')
length(s)
length('😀')
length('é')
length('')
length(NULL)
length(i)
length(t)
char_length('żó')
character_length('żó')
len('żó')
concat(s, '-', p)
concat(s, NULL)
concat('a', 1, 2.5D, true)
concat(i, l)
concat()
concat('x')
concat(t)
s || p
s || NULL
i || 'x'
'a' || 'b' || 'c'
d || ''
length(s || p)
upper()
upper(s, p)
'it''s'
'tab\there'
"double"
'a' 'b'
'\u00e9'
'\101'
'\1012'
'\777'
'back\\slash'
'\%'
'\q'
'\0'
r'\n'
'sl/ash'
'\Z'
'\U0001F600'

-- casts to string
CAST(d AS STRING)
CAST(f AS STRING)
CAST(x AS STRING)
CAST(i AS STRING)
CAST(l AS STRING)
CAST(b AS STRING)
CAST(t AS STRING)
CAST(u AS STRING)
CAST(day AS STRING)
CAST(1e10 AS STRING)
CAST(1e7 AS STRING)
CAST(9999999.0D AS STRING)
CAST(0.001D AS STRING)
CAST(0.0001D AS STRING)
CAST(1.0E-323D AS STRING)
CAST(4.9E-324D AS STRING)
CAST(2.0E-3D AS STRING)
CAST(2.2250738585072014E-308D AS STRING)
CAST(123456789012345680.0D AS STRING)
CAST(100D AS STRING)
CAST(3.14F AS STRING)
CAST(1.0E10F AS STRING)
CAST(1.1754945E-38F AS STRING)
CAST(CAST('-Infinity' AS DOUBLE) AS STRING)
CAST(1.50 AS STRING)
CAST(0.00 AS STRING)
CAST(-1.5BD AS STRING)
CAST(1e3BD AS STRING)
CAST(0 AS DECIMAL(20,8))
CAST('-0.0000001' AS DECIMAL(38,18))
CAST('0.00000123' AS DECIMAL(20,8))
CAST(0 AS DECIMAL(5,0))
CAST(CAST('-0.0000001' AS DECIMAL(20,8)) AS STRING)
CAST(NULL AS STRING)
CAST(DATE '0044-03-15' AS STRING)
CAST(DATE '10000-01-01' AS STRING)
CAST(DATE '-0001-01-01' AS STRING)
CAST(TIMESTAMP '2018-12-31 23:57:00.1' AS STRING)
CAST(TIMESTAMP '2018-12-31 23:57:00.000001' AS STRING)
CAST(TIMESTAMP '2018-12-31 23:57:00Z' AS STRING)
CAST(TIMESTAMP '1883-11-18 00:00:00' AS STRING)

-- casts to numbers
CAST('12' AS INT)
CAST(' 12 ' AS INT)
CAST('+12' AS INT)
CAST('-12' AS INT)
CAST('12.0' AS INT)
CAST('12.9' AS BIGINT)
CAST('1e3' AS INT)
CAST('' AS INT)
CAST('abc' AS INT)
CAST('0x10' AS INT)
CAST('2147483648' AS INT)
CAST('9223372036854775808' AS BIGINT)
CAST('-9223372036854775808' AS BIGINT)
CAST('١٢' AS INT)
CAST(w AS INT)
CAST(w AS BIGINT)
CAST(w AS DOUBLE)
CAST(w AS TINYINT)
CAST(p AS INT)
TRY_CAST(p AS INT)
TRY_CAST(s AS DOUBLE)
TRY_CAST('12.9' AS BIGINT)
TRY_CAST('300' AS TINYINT)
TRY_CAST(300 AS TINYINT)
TRY_CAST(d AS INT)
TRY_CAST('' AS BOOLEAN)
CAST(1.9D AS INT)
CAST(-1.9D AS INT)
CAST(d AS BIGINT)
CAST(1e19 AS BIGINT)
CAST(9.2233720368547758E18D AS BIGINT)
CAST(1e10 AS INT)
CAST(128 AS TINYINT)
CAST(127.9D AS TINYINT)
CAST(-32769 AS SMALLINT)
CAST(l AS INT)
TRY_CAST(l AS INT)
TRY_CAST(l AS TINYINT)
CAST(i AS BIGINT)
CAST(i AS DOUBLE)
CAST(l AS DOUBLE)
CAST(l AS FLOAT)
CAST(b AS INT)
CAST(b AS DOUBLE)
CAST(t AS BIGINT)
CAST(t AS INT)
CAST(u AS BIGINT)
CAST(t AS DOUBLE)
CAST(day AS INT)
CAST(1.99 AS INT)
CAST('NaN' AS DOUBLE)
CAST('nan' AS DOUBLE)
CAST('Infinity' AS DOUBLE)
CAST('-inf' AS DOUBLE)
CAST('1.5d' AS DOUBLE)
CAST('1.5F' AS DOUBLE)
CAST('.5' AS DOUBLE)
CAST('5.' AS DOUBLE)
CAST('1e400' AS DOUBLE)
CAST('1_000' AS DOUBLE)
CAST(' 1.5 ' AS DOUBLE)
CAST('' AS DOUBLE)
CAST('1.5' AS FLOAT)
CAST(1e300 AS FLOAT)
CAST(0.1D AS FLOAT)
CAST(CAST(0.1 AS FLOAT) AS DOUBLE)
CAST(NULL AS INT)
'12'::INT
w::BIGINT + 1
CAST(i AS DECIMAL(10,2))
CAST('1.239' AS DECIMAL(3,2))
CAST(d AS DECIMAL(10,2))

-- casts to boolean
CAST('true' AS BOOLEAN)
CAST(' TRUE ' AS BOOLEAN)
CAST('t' AS BOOLEAN)
CAST('yes' AS BOOLEAN)
CAST('y' AS BOOLEAN)
CAST('1' AS BOOLEAN)
CAST('0' AS BOOLEAN)
CAST('no' AS BOOLEAN)
CAST('on' AS BOOLEAN)
CAST('' AS BOOLEAN)
CAST(1 AS BOOLEAN)
CAST(0 AS BOOLEAN)
CAST(i AS BOOLEAN)
CAST(l AS BOOLEAN)
CAST(d AS BOOLEAN)
CAST(x AS BOOLEAN)
CAST(0.0 AS BOOLEAN)
CAST(t AS BOOLEAN)
CAST(day AS BOOLEAN)

-- casts to times
CAST('2018-12-31' AS TIMESTAMP)
CAST('2018-12-31 23:57' AS TIMESTAMP)
CAST('2018-12-31T23:57:00.123456789' AS TIMESTAMP)
CAST('2018-12-31T23:57:00Z' AS TIMESTAMP)
CAST('2018-12-31T23:57:00+02:00' AS TIMESTAMP)
CAST('2018-12-31 23:57:00 UTC' AS TIMESTAMP)
CAST('2018-12-31 23:57:00 Europe/Warsaw' AS TIMESTAMP)
CAST('2018-12-31T23:57:00+2:0' AS TIMESTAMP)
CAST('2018' AS TIMESTAMP)
CAST('2018-1-2 3:4:5' AS TIMESTAMP)
CAST(' 2018-12-31 ' AS TIMESTAMP)
CAST('2018-12-31 24:00:00' AS TIMESTAMP)
CAST('2018-02-29' AS TIMESTAMP)
CAST('31/12/2018' AS TIMESTAMP)
CAST('' AS TIMESTAMP)
TRY_CAST('31/12/2018' AS TIMESTAMP)
CAST('2019-03-10 02:30:00' AS TIMESTAMP)
CAST('2018-11-04 01:30:00' AS TIMESTAMP)
CAST(day AS TIMESTAMP)
CAST(0 AS TIMESTAMP)
CAST(1546300620 AS TIMESTAMP)
CAST(-1 AS TIMESTAMP)
CAST(1546300620.5D AS TIMESTAMP)
CAST(-0.0000005D AS TIMESTAMP)
CAST(true AS TIMESTAMP)
CAST(TRY_CAST(l AS INT) AS TIMESTAMP)
CAST('2018-12-31' AS DATE)
CAST('2018-12-31 23:57:00' AS DATE)
CAST('2018-12' AS DATE)
CAST('2018-12-31x' AS DATE)
CAST('2018-13-01' AS DATE)
CAST(t AS DATE)
CAST(u AS DATE)
CAST(i AS DATE)
TRY_CAST(s AS DATE)
DATE '2018-12-31'
DATE '2018-02-30'
TIMESTAMP '2018-12-31'
day
t
u

-- arithmetic
i + j
i - j
i * 2L
i + 1
i - 2147483647
-i
- (-2147483648)
-j
+i
l + 1
l - 1
l - 1L
l * 2
- l
y + y
y + 1Y
-y
h * 1S
y * h
i + d
f + 1
f * f
d * 2
i / j
i / 2
7 / 2
l / j
5 / 0
i / 0
1.5D / 0
0D / 0
d / 0
7 % 3
-7 % 3
7 % -3
i % j
i % 0
5.5D % 2
-5.5D % 2
5D % 0
7 DIV 2
-7 DIV 2
i DIV j
i DIV 0
l DIV -1
7.9D DIV 2
2147483647 + 1
2147483648
2147483647 + 1L
9223372036854775807 + 1
9223372036854775807L
-9223372036854775808
-9223372036854775808L
9223372036854775808
-2147483648 - 1
1e308 * 10
1e308D - 1e308D * 10
0.1D + 0.2D
i + NULL
NULL + NULL
'3' + 4
'3' * '4'
w + 1
w + i
w * 1.5D
s + 1
true + 1
2 + 3 * 4
(2 + 3) * 4
10 - 3 - 2
100 / 10 / 2
2 - -2
i + f
f + d
l + f
-0.0D
0.0D * -1
1 / 3
-1 / 3F
1F / 3F
127Y
128Y
1.5F
1.5D
1.
.5
1e3
1.5
1S + 1Y
2 * 3 DIV 4

-- DECIMAL, and times that move
0.1 + 0.2
1.5 * 2
i * 1.5
day + 1
t - INTERVAL 1 DAY
array(1, 2)[0]

-- not supported
'aa' RLIKE '^(a)\\1$'
'ab' RLIKE 'a(?=b)'
'ab' RLIKE '('
'a' RLIKE '[[:alpha:]]'
'x1' RLIKE '^[a-z&&[^y]]\\d$'
CAST(day AS DECIMAL(10,2))
i IN (SELECT 1)
(SELECT 1)
count(*) OVER ()
struct(i, s)
explode(array(1))
TIMESTAMP_NTZ '2018-12-31'

-- aggregates
count(*)
count(1)
count(i)
count(c)
count(NULL)
count(i, c)
count(s)
sum(i)
sum(l)
min(l)
max(l)
sum(d)
sum(x)
sum(f)
sum(w)
sum(y)
sum(NULL)
avg(i)
avg(l) FILTER (WHERE l < 100)
avg(x)
avg(w)
avg(f)
mean(i)
avg(NULL)
min(s)
max(s)
min(i)
max(d)
min(d)
min(f)
max(f)
min(t)
max(t)
min(day)
min(b)
max(b)
max(c)
min(NULL)
sum(CASE WHEN i > 0 THEN 1 END)
sum(i) FILTER (WHERE i < 100)
count(*) FILTER (WHERE b)
count(*) FILTER (WHERE c IS NULL)
min(i) FILTER (WHERE i > 1000000000000)
avg(i) FILTER (WHERE i < 100)
max(s) FILTER (WHERE NULL)
sum(i) + count(*)
sum(i) / count(i)
sum(l) FILTER (WHERE l < 100) - 1
max(i) = 2147483647
CASE WHEN count(*) > 3 THEN 'many' ELSE 'few' END
coalesce(min(i) FILTER (WHERE false), -1)
sum(b)
avg(day)
sum(s)
min()
sum(i, j)
count()
sum(sum(i))
upper(max(s))
concat(min(p), max(p))
count(*) IS NULL
sum(1)
sum(2147483647)
max(1)
avg(2)
count_if(i > 1)
count_if(b) FILTER (WHERE c)
count_if(NULL)
count_if('true')
count_if(i)
min_by(s, i)
max_by(s, i)
min_by(i, d)
max_by(d, s)
max_by(i, i) FILTER (WHERE i < 100)
max_by(1, t)
min_by(NULL, i)
max_by(s, NULL)
min_by(t, u)
min_by(s)
bool_and(b)
bool_or(b)
every(i > 0)
some(c)
any(i IS NULL)
bool_and(NULL)
bool_or('false')
bool_and(i)
collect_list(i)
collect_list(s)
collect_list(x)
collect_list(l)
collect_list(day)
collect_list(NULL)
collect_list(i) FILTER (WHERE i > 1000000000000)
array_agg(b)
collect_set(CASE WHEN i > 0 THEN 'x' END)
collect_set(1.50)
sum(1.5)
avg(1.5)
sum(CAST(i AS DECIMAL(10,2)))
avg(CAST(i AS DECIMAL(10,2)))
avg(CAST(i AS DECIMAL(12,3)))
avg(CAST(l AS DECIMAL(20,0)))
sum(CAST(l AS DECIMAL(30,5)))
avg(CAST(i AS DECIMAL(38,10)))
sum(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)))
sum(1.5) FILTER (WHERE false)
avg(1.5) FILTER (WHERE false)
min(1.50)
stddev(i) FILTER (WHERE i < 100)
stddev_samp(1)
stddev_pop(2)
std(d) FILTER (WHERE n = 1)
stddev_pop(d) FILTER (WHERE n = 1)
variance(x) FILTER (WHERE false)
var_samp(y)
var_pop(y)
var_pop(NULL)
stddev(w)
variance(CAST(y AS DECIMAL(5,2)))
stddev(t)
approx_count_distinct(i)
approx_count_distinct(s)
approx_count_distinct(x)
approx_count_distinct(d)
approx_count_distinct(f)
approx_count_distinct(t)
approx_count_distinct(day)
approx_count_distinct(b)
approx_count_distinct(l, 0.05)
approx_count_distinct(l, 0.05D)
approx_count_distinct(NULL)
approx_count_distinct(1.5)
approx_count_distinct()
collect_list(i)[0]
collect_list(s)[1L]
collect_list(i) FILTER (WHERE i > 1000000000000)[0]
collect_list(i)[100]
collect_list(i)[-1]
collect_list(i)['x']
collect_list(i)[NULL]
max(i)[0]
min_by(s, i)[0]
collect_list(collect_list(i))
sum(1 / i) FILTER (WHERE i <> 0)
count(100 DIV i) FILTER (WHERE i <> 0)
max(CAST(s AS INT)) FILTER (WHERE s RLIKE '^[0-9]+$')
min_by(s, 1 / i) FILTER (WHERE i <> 0)
avg(1 / i) FILTER (WHERE i = 0 OR 1 / i > 0)
sum(1 / i)

-- aggregates, not supported
first(i)
last_value(i)
any_value(i)
approx_count_distinct(i, 0.1)
percentile(d, 0.5)

-- aggregates that fail in Spark on a row that FILTER leaves out
avg(CAST(d AS DECIMAL(5,2))) FILTER (WHERE d < 100)

-- more functions of text
substring(s, 2)
substring(s, 2, 3)
substr(s, -3, 2)
substring(s, 0, 2)
substring(s, -50, 49)
substring(s, 2, -1)
substring(s, NULL, 1)
left(s, 2)
left(s, -1)
right(s, 2)
right(s, 0)
ltrim(s)
rtrim('  a b  ')
lpad(s, 5, 'xy')
rpad(s, 5, 'xy')
lpad(s, 2)
rpad(s, 8)
lpad(s, 6, '')
lpad(s, -1, 'x')
replace(s, 'a', 'bb')
replace(s, 'a')
replace(s, '', 'x')
reverse(s)
initcap(s)
initcap('hELLO wORLD o''neil x-y	tab')
repeat(s, 2)
repeat(s, -1)
instr(s, 'b')
instr(s, '')
locate('b', s)
locate('a', 'banana', 3)
locate('a', 'banana', 0)
locate('', 'banana', 3)
startswith(s, 'a')
endswith(s, 'c')
contains(s, 'b')
concat_ws(',', s, p, 'x')
concat_ws(NULL, s)
concat_ws('-', NULL, NULL)
split(s, 'b')
split('a,b,,c,,', ',')
split('a,b,,c,,', ',', 3)
split('a1b22c', '[0-9]+')
split('abc', '')
split(',a', ',')
split('a,b,,c,,', ',', 0)
split(s, 'b')[0]
regexp_extract(s, '(b)(c)?', 1)
regexp_extract('100-200', '(\\d+)-(\\d+)', 2)
regexp_extract('100-200', '(\\d+)-(\\d+)')
regexp_extract('100-200', '(\\d+)-(\\d+)', 0)
regexp_extract('x', '(\\d+)', 1)
regexp_extract('x', '(\\d+)', 2)
regexp_replace(s, '[a-b]', '_')
regexp_replace('100-200', '(\\d+)-(\\d+)', '$2:$1')
regexp_replace('100-200', '\\d+', '<$0>')
regexp_replace('100-200', '(\\d)', '$12\\$\\\\x')
regexp_replace('ab', '', '-')
regexp_replace('ab', 'a', '$1')
regexp_replace('ab', 'a', '$')
regexp_replace('ab', 'a', 'x\\')
split('', '')
split('', ',')
trim('ab', 'banana')
TRIM(BOTH 'a' FROM 'banana')
TRIM('ab' FROM 'banana')
TRIM(BOTH FROM '  a ')
btrim('banana', 'ab')
initcap('ßa ǆa ŉx ﬁx ᾳx İx ΑΣ')
CAST(54405.5625F AS STRING)
CAST(233.25F * 233.25F AS STRING)
0.1F = CAST('0.1' AS FLOAT)
0.1F = 0.1D
.5BD
0.00
-1.50
5 > 0.5
i >= 1.5
2.5 < i
-0.5 >= l
CAST(-54405.6875F AS STRING)

-- literals at the ends of their ranges
1E308
-1.7976931348623157E308
1E309
-1E309
1e309D
1E-400
3.4028235E38f
-3.4028235E38f
3.4028236E38f
-3.4028235E39f
1e39F
1E-50f
99999999999999999999999999999999999999
999999999999999999999999999999999999999
-999999999999999999999999999999999999999
0.99999999999999999999999999999999999999
0.999999999999999999999999999999999999999
1.20E-37BD
1.20E-38BD
1E38BD
1E37BD
99999999999999999999999999999999999999BD

-- the last digit of functions
exp(1.0D)
exp(2.0D)
exp(0.5D)
exp(10.0D)
exp(100.0D)
exp(0.1D)
exp(3.0D)
exp(1.4240413929118578D)
exp(-27.507917856974416D)
exp(0.8837737911365198D)
exp(668.8983857495971D)
exp(2.077741571554364D)
exp(1.7181710539682298D)
exp(-10.183472740545128D)
exp(1.097271150207186D)
exp(-36.45319326856597D)
exp(28.004805344634335D)
exp(25.2186968864834D)
exp(33.32806485700847D)
ln(1.0D)
ln(2.0D)
ln(0.5D)
ln(10.0D)
ln(100.0D)
ln(0.1D)
ln(3.0D)
ln(7.573650663687898D)
ln(613.3574522249227D)
ln(508.46413057639984D)
ln(1.7088062015733332D)
ln(0.014298963253330018D)
ln(1.7437520243541305D)
ln(0.009604008087671331D)
ln(0.0010665935577341807D)
ln(315.8037130134303D)
ln(511.63002408723014D)
ln(0.5490031159036296D)
ln(308.6526817355692D)
log10(1.0D)
log10(2.0D)
log10(0.5D)
log10(10.0D)
log10(100.0D)
log10(0.1D)
log10(3.0D)
log10(552.1747840904262D)
log10(543.4384189430632D)
log10(0.2899955515548558D)
log10(1.4496489379156978D)
log10(0.6376644912450052D)
log10(599.995419268045D)
log10(681.5423859017093D)
log10(2.7091064166665935D)
log10(44.43388724650964D)
log10(2.8063425931902497D)
log10(0.1264981702858079D)
log10(8639.872021411786D)
log2(1.0D)
log2(2.0D)
log2(0.5D)
log2(10.0D)
log2(100.0D)
log2(0.1D)
log2(3.0D)
log2(44.68013799103219D)
log2(1.3087246155412404D)
log2(4.2199833429526D)
log2(483.3313695190939D)
log2(14.464167836672363D)
log2(529.7414118360815D)
log2(2.142211535761196D)
log2(131.89783271223283D)
log2(0.22797452458254297D)
log2(224.30024683870923D)
log2(0.07114299076818625D)
log2(90.40700840907557D)
cbrt(1.0D)
cbrt(2.0D)
cbrt(0.5D)
cbrt(10.0D)
cbrt(100.0D)
cbrt(0.1D)
cbrt(3.0D)
cbrt(1.5425963584417604D)
cbrt(80.83251728271658D)
cbrt(0.5788298885917827D)
cbrt(2.35475772688407D)
cbrt(2.4083158214893317D)
cbrt(1.0070850170754426D)
cbrt(393.05205662425D)
cbrt(2961.556968950533D)
cbrt(383.9217413054146D)
cbrt(443.9617562504171D)
cbrt(57.01641728008824D)
cbrt(1.5667214678476191D)
sqrt(1.0D)
sqrt(2.0D)
sqrt(0.5D)
sqrt(10.0D)
sqrt(100.0D)
sqrt(0.1D)
sqrt(3.0D)
sqrt(185.96108772975236D)
sqrt(0.0005134469560137714D)
sqrt(0.26992844718072895D)
sqrt(1.3797252500533195D)
sqrt(1.4673726896279873D)
sqrt(666.8576315158809D)
sqrt(0.014048114314612751D)
sqrt(2.4762522529876247D)
sqrt(0.11700429630719075D)
sqrt(25.406509166585366D)
sqrt(210.98191533546725D)
sqrt(1.933566697272858D)
power(12.124322987935653D, 4.757880320726166D)
power(8.596440248931856D, -11.634580406790498D)
power(0.8654514677832825D, -9.35834098538776D)
power(13.539195603842806D, -16.625123570179966D)
power(11.256608924420116D, 8.000844800328544D)
power(6.300131125171933D, 0.27182037581449947D)
power(10.902965866041939D, -15.560199686005408D)
power(13.903511582469061D, 14.596344471998336D)
power(18.47141782119613D, -18.63526638506139D)
power(17.53053549369897D, 5.937037343798547D)
power(11.906154603026781D, -19.86471231121207D)
power(4.34595002152297D, -18.02767014858547D)
power(19.193943806859625D, 9.25111055580727D)
power(13.051312508512352D, -9.660856845642485D)
power(11.111369133065669D, -9.609087334786818D)
power(19.414762656352778D, 2.150006343556676D)
power(17.967393929027896D, -8.681878935749294D)
power(13.964938414962875D, -8.316646754585282D)
power(10.742134327044077D, -15.402837248023884D)
power(6.273686521593495D, 13.532495591133895D)
power(9.976424010787351D, 8.659167423970054D)
power(6.98233045312612D, 18.603745755707443D)
power(11.676188535104144D, 16.39557695793019D)
power(17.375162651529298D, 14.020668169269165D)
power(2D, 0.5D)
power(10D, 3D)
power(10D, -3D)
power(0.1D, 3D)
power(1.1D, 10D)
power(2D, 10D)
exp(-1.0D)

-- matches of nothing
regexp_substr('1a 2b 14m', '')
regexp_substr('abc', 'x*')
regexp_substr('abc', '(x)?')
regexp_substr('axb', '(x)?')
regexp_substr('', 'x')
regexp_substr('xa', 'x*')

-- functions of dates and times
timestamp_seconds(l)
timestamp_seconds(i)
timestamp_seconds(1546300800)
timestamp_seconds(1.5)
timestamp_seconds(-1.123456)
timestamp_seconds(1.1234567)
timestamp_seconds(d)
timestamp_seconds(f)
timestamp_seconds(NULL)
timestamp_seconds('12')
timestamp_seconds(9223372036854775807L)
timestamp_millis(1546300800123L)
timestamp_millis(i)
timestamp_millis(-1L)
timestamp_millis(l)
timestamp_millis(NULL)
timestamp_millis('12')
timestamp_millis(1.5)
timestamp_micros(1546300800123456L)
timestamp_micros(i)
timestamp_micros(-1L)
timestamp_micros(d)
unix_seconds(t)
unix_millis(t)
unix_micros(t)
unix_millis(day)
unix_seconds('2018-12-31')
unix_millis(timestamp_millis(1546300800123L))
year(t)
year(day)
quarter(t)
month(day)
day(t)
dayofmonth(day)
dayofweek(day)
dayofweek(t)
weekday(day)
dayofyear(t)
weekofyear(day)
weekofyear(DATE '2018-12-31')
weekofyear(DATE '2016-01-03')
weekofyear(DATE '1969-12-29')
hour(t)
minute(t)
second(t)
hour(u)
hour('2018-12-31T23:57:00Z')
year('2018-12-31')
date_trunc('year', t)
date_trunc('QUARTER', t)
date_trunc('mon', t)
date_trunc('week', t)
date_trunc('day', u)
date_trunc('HOUR', t)
date_trunc('minute', t)
date_trunc('second', t)
date_trunc('millisecond', t)
date_trunc('microsecond', t)
date_trunc('fortnight', t)
date_trunc('hour', TIMESTAMP '2018-11-04T09:30:00Z')
date_trunc('day', TIMESTAMP '2018-11-04T09:30:00Z')
date_trunc('hour', TIMESTAMP '2018-11-04T08:30:00Z')
trunc(day, 'year')
trunc(day, 'MM')
trunc(day, 'week')
trunc(day, 'quarter')
trunc(day, 'day')
to_date(t)
to_date('2018-12-31')
to_date('x')
to_timestamp('2018-12-31 23:57:00')
to_timestamp('x')
to_timestamp(day)
unix_timestamp(t)
from_unixtime(0)
from_unixtime(l)
date_add(day, 31)
date_add(day, i)
date_sub(day, 1)
datediff(day, DATE '2018-01-01')
datediff(DATE '2018-01-01', day)

-- conditional and numeric functions
nullif(i, j)
nullif(s, 'abc')
nullif(s, NULL)
nvl(s, 'none')
ifnull(i, 0)
nvl(i, 1.5D)
if(b, i, j)
if(NULL, 1, 2)
nvl2(s, 1, 2)
greatest(i, j)
greatest(i, l, d)
least(s, p, 'm')
greatest(NULL, NULL)
least(i, NULL)
abs(i)
abs(d)
abs(l)
abs(y)
floor(d)
ceil(d)
floor(i)
ceiling(l)
sqrt(abs(d))
sqrt(-1)
power(2, i % 10)

-- ARRAYs
array(i, j, NULL)
array(s, p)
array(i, 1.5)
array(1, 'a')
array(NULL)
array(day, t)
size(array(i, j))
size(split(w, '0'))
size(s)
cardinality(array(1))
element_at(array(i, j), 1)
element_at(array(i, j), -1)
element_at(array(i, j), 0)
element_at(array(i, j), 3)
element_at(array(i, j), -3)
element_at(split(s, 'b'), 1)
try_element_at(array(i, j), 3)
try_element_at(array(i, j), -2)
try_element_at(array(i, j), 0)
element_at(array(i, j), NULL)
get(array(i, j), 0)
get(array(i, j), 2)
get(array(i, j), -1)
get(array(i, j), NULL)
array_contains(array(i, j, 5), 5)
array_contains(array(i, NULL), 1)
array_contains(array(s, p), s)
array_contains(array(1, 2), 'a')
array_contains(array(1, 2), NULL)
array_contains(array(1L, 2L), 2)
array_contains(array(d, x), d)
array_distinct(array(i, j, i, NULL, NULL))
array_distinct(array(d, -0.0D, 0.0D, d))
array_distinct(array(s, p, s))
array_max(array(i, j, NULL))
array_min(array(i, j, NULL))
array_max(array(d, x))
array_min(array(s, p))
array_max(array(CAST(NULL AS INT)))
array_sort(array(i, NULL, j, 3))
array_sort(array(s, p, 'b', NULL))
array_sort(array(d, x, 0.0D))
sort_array(array(i, NULL, j, 3))
sort_array(array(i, NULL, j, 3), false)
sort_array(array(s, p, 'b'), true)
array_join(array(s, p, 'x'), ',')
array_join(array(s, NULL, 'x'), ',', '?')
array_join(array(s, p), NULL)
array_contains(array(1, 2), 2L)
array_join(array(1, 2), ',')
array_join(array('a', NULL), ',', NULL)
concat_ws('-', array(s, p), 'x', w)
concat_ws('-', array(s, NULL), NULL)
concat_ws('-')
concat_ws('-', 1, i, d)
reverse(array(i, j, NULL))
reverse(split(s, ''))
reverse(1)
array_contains(s, 'a')

-- more of text and regular expressions
btrim('  a b  ')
btrim('xyabcyx', 'xy')
btrim(s, 'ac')
ltrim('xy', 'xyabcyx')
rtrim('xy', 'xyabcyx')
btrim(s, NULL)
split_part(s, 'b', 1)
split_part('a,b,c', ',', -1)
split_part('a,b,c', ',', 4)
split_part('a,b,c', ',', 0)
split_part('a,b,c', '', 1)
split_part('', ',', 1)
split_part('a.b.c', '.', 2)
substring_index('a.b.c', '.', 2)
substring_index('a.b.c', '.', -2)
substring_index('a.b.c', '.', 0)
substring_index('a.b.c', '.', 9)
substring_index('aXXbXXc', 'XX', -1)
substring_index('aaaa', 'aa', 1)
substring_index('aaa', 'aa', -1)
substring_index(s, '', 1)
translate(s, 'abc', 'xy')
translate('aab', 'aa', 'xy')
translate(s, '😀', 'x')
find_in_set('b', 'a,b,c')
find_in_set('b,', 'a,b,c')
find_in_set('', 'a,,c')
find_in_set('z', 'a,b')
find_in_set(s, 'abc,x')
regexp_like(s, '^a')
regexp_like(s, NULL)
regexp_count(s, '[a-z]')
regexp_count('abc', '')
regexp_count(NULL, 'a')
regexp_substr('a1b22', '\\d+')
regexp_substr('abc', '\\d')
regexp_substr(s, 'b.')
regexp_instr('a1b22', '\\d+')
regexp_instr(s, 'ż|Ż')
regexp_instr(s, '😀')
regexp_instr('😀b', 'b')
regexp_instr('abc', 'z')
regexp_extract_all('a1b22c333', '([a-z])(\\d+)', 2)
regexp_extract_all('a1b22c333', '([a-z])(\\d+)')
regexp_extract_all('a1b22c333', '[a-z]\\d+', 0)
regexp_extract_all('abc', '(\\d)', 1)
regexp_extract_all('a1', '(\\d)', 2)
regexp_extract_all('ab', '(a)|(b)', 2)
regexp_replace('aaa', 'a', 'b', 2)
regexp_replace('aaa', 'a', 'b', 4)
regexp_replace('aaa', 'a', 'b', 0)
regexp_replace('a', '(a)', '$2')
regexp_replace('a', '(a)', '\\$1')
regexp_replace('a', '(a)', '$10')
regexp_replace('a', 'a', '$')
regexp_replace('b', 'a', '$')
regexp_replace('abc', '', '-')
regexp_replace('ab', '(a)|(b)', '[$2]')
regexp_replace(s, 'ß', 'ss')
split('abc', '', 2)
split('', ',')
split('aXbXc', 'x*')
left(s, NULL)
repeat(s, NULL)
instr(s, NULL)
locate('b', s, NULL)
contains(s, NULL)
initcap('ßa ǆa')
lpad('é😀', 4, '😀x')

-- times by a format
date_format(t, 'y')
date_format(t, 'yy')
date_format(t, 'yyy')
date_format(t, 'yyyy')
date_format(t, 'yyyyy')
date_format(t, 'yyyyyy')
date_format(t, 'M')
date_format(t, 'MM')
date_format(t, 'MMM')
date_format(t, 'MMMM')
date_format(t, 'L')
date_format(t, 'LL')
date_format(t, 'LLL')
date_format(t, 'LLLL')
date_format(t, 'd')
date_format(t, 'dd')
date_format(t, 'D')
date_format(t, 'DD')
date_format(t, 'DDD')
date_format(t, 'E')
date_format(t, 'EE')
date_format(t, 'EEE')
date_format(t, 'EEEE')
date_format(t, 'Q')
date_format(t, 'QQ')
date_format(t, 'QQQ')
date_format(t, 'QQQQ')
date_format(t, 'a')
date_format(t, 'H')
date_format(t, 'HH')
date_format(t, 'h')
date_format(t, 'hh')
date_format(t, 'k')
date_format(t, 'kk')
date_format(t, 'K')
date_format(t, 'KK')
date_format(t, 'm')
date_format(t, 'mm')
date_format(t, 's')
date_format(t, 'ss')
date_format(t, 'S')
date_format(t, 'SSS')
date_format(t, 'SSSS')
date_format(t, 'SSSSSS')
date_format(t, 'SSSSSSS')
date_format(t, 'SSSSSSSSS')
date_format(t, 'X')
date_format(t, 'XX')
date_format(t, 'XXX')
date_format(t, 'XXXX')
date_format(t, 'XXXXX')
date_format(t, 'x')
date_format(t, 'xx')
date_format(t, 'xxx')
date_format(t, 'xxxx')
date_format(t, 'xxxxx')
date_format(t, 'Z')
date_format(t, 'ZZ')
date_format(t, 'ZZZ')
date_format(t, 'yyyy-MM-dd HH:mm:ss.SSSSSS')
date_format(day, 'dd MMM yyyy')
date_format(w, 'yyyy')
date_format('2018-12-31', 'E, d MMMM yyyy')
date_format(t, '''''')
date_format(t, '')
date_format(t, NULL)
date_format(NULL, 'yyyy')
date_format(t, 'yyyy年 é/.,:-_ 1')
date_format(TIMESTAMP '2018-11-04T08:30:00Z', 'HH:mm xxx')
date_format(TIMESTAMP '2018-11-04T09:30:00Z', 'HH:mm xxx')
date_format(TIMESTAMP '2018-03-11T10:00:00Z', 'HH:mm Z')
date_format(TIMESTAMP '12345-01-01T00:00:00Z', 'y yy yyyy yyyyy')
from_unixtime(0)
from_unixtime(l % 1000000)
from_unixtime(1546300799, 'yyyy/MM/dd HH')
from_unixtime(i, NULL)
from_unixtime(w)
unix_timestamp(t)
unix_timestamp(day)
unix_timestamp('2018-12-31 23:57:00')
unix_timestamp('2018-12-31', 'yyyy-MM-dd')
unix_timestamp('x')
unix_timestamp('x', 'yyyy')
unix_timestamp(t, 'yyyy')
unix_timestamp(1)
unix_timestamp(NULL)
unix_timestamp('1969-12-31 15:59:59.5', 'yyyy-MM-dd HH:mm:ss.S')
to_unix_timestamp('2018-12-31', 'yyyy-MM-dd')
to_unix_timestamp(day)
to_timestamp('2018-12-31 23:57', 'yyyy-MM-dd HH:mm')
to_timestamp('2018-12-31 23:57 ', 'yyyy-MM-dd HH:mm')
to_timestamp(' 2018', 'yyyy')
to_timestamp('2018-12-31 23:57:00+05:30', 'yyyy-MM-dd HH:mm:ssXXX')
to_timestamp('2018-12-31 +0530', 'yyyy-MM-dd Z')
to_timestamp('2018-12-31 +05', 'yyyy-MM-dd x')
to_timestamp('2018-12-31 Z', 'yyyy-MM-dd xxx')
to_timestamp('2018-12-31 +19:00', 'yyyy-MM-dd XXX')
to_timestamp('2018-12-31 -18:00', 'yyyy-MM-dd XXX')
to_timestamp('2018-12-31 +18:01', 'yyyy-MM-dd XXX')
try_to_timestamp('2018-12-31 +051530', 'yyyy-MM-dd XXXX')
try_to_timestamp('2018-12-31 +05:15:30', 'yyyy-MM-dd xxxxx')
to_timestamp('2018-2-3', 'yyyy-M-d')
to_timestamp('2018-12-31', 'yyyy-M-d')
try_to_timestamp('2018-2-3', 'yyyy-MM-dd')
try_to_timestamp('2018-02-30', 'yyyy-MM-dd')
try_to_timestamp('2019-02-29', 'yyyy-MM-dd')
try_to_timestamp('2018-13-01', 'yyyy-MM-dd')
to_timestamp('18-12-31', 'yy-MM-dd')
try_to_timestamp('99', 'yy')
try_to_timestamp('-2018', 'yyyy')
try_to_timestamp('12018', 'yyyy')
try_to_timestamp('+12018', 'yyyy')
try_to_timestamp('2018', 'y')
try_to_timestamp('2018', 'yyy')
try_to_timestamp('20181231', 'yyyyMMdd')
try_to_timestamp('20181231235700', 'yyyyMMddHHmmss')
try_to_timestamp('31 Dec 2018', 'd MMM yyyy')
try_to_timestamp('31 DEC 2018', 'd MMM yyyy')
try_to_timestamp('31 december 2018', 'd MMMM yyyy')
try_to_timestamp('31 Dec 2018', 'd MMMM yyyy')
try_to_timestamp('31 12 2018', 'd LL yyyy')
try_to_timestamp('31 Dec 2018', 'd LLL yyyy')
try_to_timestamp('2018 365', 'yyyy DDD')
try_to_timestamp('2018 366', 'yyyy DDD')
try_to_timestamp('2018 5', 'yyyy D')
try_to_timestamp('2018 05', 'yyyy DD')
try_to_timestamp('2018 105', 'yyyy DD')
try_to_timestamp('2018-12-31 365', 'yyyy-MM-dd D')
try_to_timestamp('2018-12-30 365', 'yyyy-MM-dd D')
try_to_timestamp('11 PM', 'h a')
try_to_timestamp('11 pm', 'hh a')
try_to_timestamp('12 AM', 'h a')
try_to_timestamp('12 PM', 'h a')
try_to_timestamp('0 PM', 'K a')
try_to_timestamp('12 PM', 'K a')
try_to_timestamp('0 PM', 'h a')
try_to_timestamp('13 PM', 'h a')
try_to_timestamp('11', 'h')
try_to_timestamp('PM', 'a')
try_to_timestamp('23 AM', 'H a')
try_to_timestamp('23 PM', 'H a')
try_to_timestamp('24', 'k')
try_to_timestamp('24', 'H')
try_to_timestamp('0', 'k')
try_to_timestamp('24:10', 'k:mm')
try_to_timestamp('10:60', 'H:mm')
try_to_timestamp('10:59:60', 'H:mm:ss')
try_to_timestamp('1.5', 's.S')
try_to_timestamp('1.123456789', 's.SSSSSSSSS')
try_to_timestamp('1.12', 's.SSS')
try_to_timestamp('1.1234', 's.SSS')
try_to_timestamp('1.', 's.SSS')
try_to_timestamp('2018é', 'yyyyé')
try_to_timestamp('2018 2018', 'yyyy yyyy')
try_to_timestamp('2018 2019', 'yyyy yyyy')
try_to_timestamp('2018-03-11 02:30', 'yyyy-MM-dd HH:mm')
try_to_timestamp('2018-11-04 01:30', 'yyyy-MM-dd HH:mm')
try_to_timestamp('29 02', 'dd MM')
try_to_timestamp('x', 'yyyy')
try_to_timestamp('x')
try_to_timestamp('2018-12-31')
try_to_timestamp(s, 'yyyy')
try_to_timestamp(w, 'yyyy')
try_to_timestamp('', 'yyyy')
try_to_timestamp('', '')
try_to_timestamp('1 1', 'd M')
try_to_timestamp('12345678901', 'y')
try_to_timestamp('999999999', 'y')
to_timestamp('2018-12-31x', 'yyyy-MM-dd')
to_timestamp('x', 'yyyy')
to_timestamp('1', NULL)
to_timestamp(NULL, 'yyyy')
to_timestamp(day, 'yyyy')
to_timestamp(t)
to_date('31/12/2018', 'dd/MM/yyyy')
to_date('31/12/2018 23', 'dd/MM/yyyy HH')
to_date('x', 'yyyy')
to_date(day, 'yyyy')
to_date(t, 'yyyy')
to_date('2018', NULL)
date_format(u, 'yyyy-MM-dd\'T\'HH:mm:ssXXX')
date_format(t, 'h \'o\'\'clock\' a')
date_format(t, '\'year\' y')
date_format(t, '\'\'')
try_to_timestamp('2018-12-31T23:57:00Z', 'yyyy-MM-dd\'T\'HH:mm:ssX')
try_to_timestamp('A1999', '\'A\'y')
try_to_timestamp('it\'s 1999', '\'it\'\'s\' y')
substring_index('aaa', 'aa', 2)
substring_index('abcabc', 'c', -2)
substring_index('abc', 'x', -1)

-- times by a format, not supported
date_format(t, 'G')
date_format(t, 'z')
date_format(t, 'VV')
date_format(t, 'O')
date_format(t, 'F')
date_format(t, 'yyyy[-MM]')
date_format(t, s)
try_to_timestamp('2018', 'yyyy[-MM]')
try_to_timestamp('2018-12-31 UTC', 'yyyy-MM-dd z')
date_format(t, 'yyyyyyy')
date_format(t, 'MMMMM')
date_format(t, 'ddd')
date_format(t, 'DDDD')
date_format(t, 'EEEEE')
date_format(t, 'aa')
date_format(t, 'HHH')
date_format(t, 'sss')
date_format(t, 'SSSSSSSSSS')
date_format(t, 'xxxxxx')
date_format(u, 'yyyy-MM-dd''T''HH:mm:ssXXX')
date_format(t, 'h ''o''''clock'' a')
date_format(t, 'YYYY')
date_format(t, 'w')
date_format(t, 'u')
date_format(t, 'A')
date_format(t, 'J')
date_format(t, '''open')
date_format(t, '{')
date_format(t, '#')
date_format(t, 'ZZZZZ')
to_timestamp('2018-12-31T23:57:00Z', 'yyyy-MM-dd''T''HH:mm:ssX')
try_to_timestamp('20181231235700123', 'yyyyMMddHHmmssSSS')
try_to_timestamp('a1', '''A''y')
try_to_timestamp('1234', 'H' || 'H')
to_timestamp('2018', 'E')
to_timestamp('1', 'Q')
to_timestamp('2018', 'YYYY')
to_timestamp(1)
to_date(1)

-- ARRAYs and patterns, not supported
array_max(array())
split('abab', '(?=b)')
format_string('%s', array(1))

-- casts of text with blanks around it
try_cast('\u000012' AS INT)
try_cast('12\u0000' AS INT)
try_cast('\u000012' AS BIGINT)
try_cast('\u00001.5' AS DOUBLE)
try_cast('1.5\u0000' AS DOUBLE)
try_cast('\u0000nan' AS FLOAT)
try_cast('\u00001.5' AS DECIMAL(5,2))
try_cast('1.5\u0000' AS DECIMAL(5,2))
try_cast('\u0000true' AS BOOLEAN)
try_cast('\u00002018-12-31' AS DATE)
try_cast('\u00002018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u000812' AS INT)
try_cast('12\u0008' AS INT)
try_cast('\u000812' AS BIGINT)
try_cast('\u00081.5' AS DOUBLE)
try_cast('1.5\u0008' AS DOUBLE)
try_cast('\u0008nan' AS FLOAT)
try_cast('\u00081.5' AS DECIMAL(5,2))
try_cast('1.5\u0008' AS DECIMAL(5,2))
try_cast('\u0008true' AS BOOLEAN)
try_cast('\u00082018-12-31' AS DATE)
try_cast('\u00082018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u000912' AS INT)
try_cast('12\u0009' AS INT)
try_cast('\u000912' AS BIGINT)
try_cast('\u00091.5' AS DOUBLE)
try_cast('1.5\u0009' AS DOUBLE)
try_cast('\u0009nan' AS FLOAT)
try_cast('\u00091.5' AS DECIMAL(5,2))
try_cast('1.5\u0009' AS DECIMAL(5,2))
try_cast('\u0009true' AS BOOLEAN)
try_cast('\u00092018-12-31' AS DATE)
try_cast('\u00092018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u000b12' AS INT)
try_cast('12\u000b' AS INT)
try_cast('\u000b12' AS BIGINT)
try_cast('\u000b1.5' AS DOUBLE)
try_cast('1.5\u000b' AS DOUBLE)
try_cast('\u000bnan' AS FLOAT)
try_cast('\u000b1.5' AS DECIMAL(5,2))
try_cast('1.5\u000b' AS DECIMAL(5,2))
try_cast('\u000btrue' AS BOOLEAN)
try_cast('\u000b2018-12-31' AS DATE)
try_cast('\u000b2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u001b12' AS INT)
try_cast('12\u001b' AS INT)
try_cast('\u001b12' AS BIGINT)
try_cast('\u001b1.5' AS DOUBLE)
try_cast('1.5\u001b' AS DOUBLE)
try_cast('\u001bnan' AS FLOAT)
try_cast('\u001b1.5' AS DECIMAL(5,2))
try_cast('1.5\u001b' AS DECIMAL(5,2))
try_cast('\u001btrue' AS BOOLEAN)
try_cast('\u001b2018-12-31' AS DATE)
try_cast('\u001b2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u001c12' AS INT)
try_cast('12\u001c' AS INT)
try_cast('\u001c12' AS BIGINT)
try_cast('\u001c1.5' AS DOUBLE)
try_cast('1.5\u001c' AS DOUBLE)
try_cast('\u001cnan' AS FLOAT)
try_cast('\u001c1.5' AS DECIMAL(5,2))
try_cast('1.5\u001c' AS DECIMAL(5,2))
try_cast('\u001ctrue' AS BOOLEAN)
try_cast('\u001c2018-12-31' AS DATE)
try_cast('\u001c2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u001f12' AS INT)
try_cast('12\u001f' AS INT)
try_cast('\u001f12' AS BIGINT)
try_cast('\u001f1.5' AS DOUBLE)
try_cast('1.5\u001f' AS DOUBLE)
try_cast('\u001fnan' AS FLOAT)
try_cast('\u001f1.5' AS DECIMAL(5,2))
try_cast('1.5\u001f' AS DECIMAL(5,2))
try_cast('\u001ftrue' AS BOOLEAN)
try_cast('\u001f2018-12-31' AS DATE)
try_cast('\u001f2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u002012' AS INT)
try_cast('12\u0020' AS INT)
try_cast('\u002012' AS BIGINT)
try_cast('\u00201.5' AS DOUBLE)
try_cast('1.5\u0020' AS DOUBLE)
try_cast('\u0020nan' AS FLOAT)
try_cast('\u00201.5' AS DECIMAL(5,2))
try_cast('1.5\u0020' AS DECIMAL(5,2))
try_cast('\u0020true' AS BOOLEAN)
try_cast('\u00202018-12-31' AS DATE)
try_cast('\u00202018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u007f12' AS INT)
try_cast('12\u007f' AS INT)
try_cast('\u007f12' AS BIGINT)
try_cast('\u007f1.5' AS DOUBLE)
try_cast('1.5\u007f' AS DOUBLE)
try_cast('\u007fnan' AS FLOAT)
try_cast('\u007f1.5' AS DECIMAL(5,2))
try_cast('1.5\u007f' AS DECIMAL(5,2))
try_cast('\u007ftrue' AS BOOLEAN)
try_cast('\u007f2018-12-31' AS DATE)
try_cast('\u007f2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u008512' AS INT)
try_cast('12\u0085' AS INT)
try_cast('\u008512' AS BIGINT)
try_cast('\u00851.5' AS DOUBLE)
try_cast('1.5\u0085' AS DOUBLE)
try_cast('\u0085nan' AS FLOAT)
try_cast('\u00851.5' AS DECIMAL(5,2))
try_cast('1.5\u0085' AS DECIMAL(5,2))
try_cast('\u0085true' AS BOOLEAN)
try_cast('\u00852018-12-31' AS DATE)
try_cast('\u00852018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u00a012' AS INT)
try_cast('12\u00a0' AS INT)
try_cast('\u00a012' AS BIGINT)
try_cast('\u00a01.5' AS DOUBLE)
try_cast('1.5\u00a0' AS DOUBLE)
try_cast('\u00a0nan' AS FLOAT)
try_cast('\u00a01.5' AS DECIMAL(5,2))
try_cast('1.5\u00a0' AS DECIMAL(5,2))
try_cast('\u00a0true' AS BOOLEAN)
try_cast('\u00a02018-12-31' AS DATE)
try_cast('\u00a02018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u168012' AS INT)
try_cast('12\u1680' AS INT)
try_cast('\u168012' AS BIGINT)
try_cast('\u16801.5' AS DOUBLE)
try_cast('1.5\u1680' AS DOUBLE)
try_cast('\u1680nan' AS FLOAT)
try_cast('\u16801.5' AS DECIMAL(5,2))
try_cast('1.5\u1680' AS DECIMAL(5,2))
try_cast('\u1680true' AS BOOLEAN)
try_cast('\u16802018-12-31' AS DATE)
try_cast('\u16802018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u200312' AS INT)
try_cast('12\u2003' AS INT)
try_cast('\u200312' AS BIGINT)
try_cast('\u20031.5' AS DOUBLE)
try_cast('1.5\u2003' AS DOUBLE)
try_cast('\u2003nan' AS FLOAT)
try_cast('\u20031.5' AS DECIMAL(5,2))
try_cast('1.5\u2003' AS DECIMAL(5,2))
try_cast('\u2003true' AS BOOLEAN)
try_cast('\u20032018-12-31' AS DATE)
try_cast('\u20032018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u202812' AS INT)
try_cast('12\u2028' AS INT)
try_cast('\u202812' AS BIGINT)
try_cast('\u20281.5' AS DOUBLE)
try_cast('1.5\u2028' AS DOUBLE)
try_cast('\u2028nan' AS FLOAT)
try_cast('\u20281.5' AS DECIMAL(5,2))
try_cast('1.5\u2028' AS DECIMAL(5,2))
try_cast('\u2028true' AS BOOLEAN)
try_cast('\u20282018-12-31' AS DATE)
try_cast('\u20282018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u202f12' AS INT)
try_cast('12\u202f' AS INT)
try_cast('\u202f12' AS BIGINT)
try_cast('\u202f1.5' AS DOUBLE)
try_cast('1.5\u202f' AS DOUBLE)
try_cast('\u202fnan' AS FLOAT)
try_cast('\u202f1.5' AS DECIMAL(5,2))
try_cast('1.5\u202f' AS DECIMAL(5,2))
try_cast('\u202ftrue' AS BOOLEAN)
try_cast('\u202f2018-12-31' AS DATE)
try_cast('\u202f2018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\u300012' AS INT)
try_cast('12\u3000' AS INT)
try_cast('\u300012' AS BIGINT)
try_cast('\u30001.5' AS DOUBLE)
try_cast('1.5\u3000' AS DOUBLE)
try_cast('\u3000nan' AS FLOAT)
try_cast('\u30001.5' AS DECIMAL(5,2))
try_cast('1.5\u3000' AS DECIMAL(5,2))
try_cast('\u3000true' AS BOOLEAN)
try_cast('\u30002018-12-31' AS DATE)
try_cast('\u30002018-12-31 10:00:00' AS TIMESTAMP)
try_cast('\ufeff12' AS INT)
try_cast('12\ufeff' AS INT)
try_cast('\ufeff12' AS BIGINT)
try_cast('\ufeff1.5' AS DOUBLE)
try_cast('1.5\ufeff' AS DOUBLE)
try_cast('\ufeffnan' AS FLOAT)
try_cast('\ufeff1.5' AS DECIMAL(5,2))
try_cast('1.5\ufeff' AS DECIMAL(5,2))
try_cast('\ufefftrue' AS BOOLEAN)
try_cast('\ufeff2018-12-31' AS DATE)
try_cast('\ufeff2018-12-31 10:00:00' AS TIMESTAMP)
CAST('\u00a012' AS INT)
try_cast('1 2' AS INT)
try_cast('2018-12-31 10:00:00\u00a0UTC' AS TIMESTAMP)
try_cast('2018-12-31 10:00:00 UTC' AS TIMESTAMP)
try_cast('2018-12-31 10:00:00\u001fUTC' AS TIMESTAMP)
try_cast('2018-12-31 10:00:00\u007fUTC' AS TIMESTAMP)

-- casts of text to floating point
try_cast('0x1p3' AS DOUBLE)
try_cast('0X1P3' AS DOUBLE)
try_cast('0x1.8p1' AS DOUBLE)
try_cast('-0x1p-2' AS DOUBLE)
try_cast('+0x.8p0' AS DOUBLE)
try_cast('0x1.p0' AS DOUBLE)
try_cast('0x1' AS DOUBLE)
try_cast('0x.p1' AS DOUBLE)
try_cast('0xp1' AS DOUBLE)
try_cast('0x1p' AS DOUBLE)
try_cast('0x1p3d' AS DOUBLE)
try_cast('0x1p3f' AS DOUBLE)
try_cast('0x1p1024' AS DOUBLE)
try_cast('0x1p-1074' AS DOUBLE)
try_cast('0x1p-1075' AS DOUBLE)
try_cast('0x1.8p-1075' AS DOUBLE)
try_cast('0x1.00000000000008p0' AS DOUBLE)
try_cast('0x1.00000000000018p0' AS DOUBLE)
try_cast('0x1.fffffffffffff8p1023' AS DOUBLE)
try_cast('0x1.fffffffffffff7p1023' AS DOUBLE)
try_cast('0x0p99999999999' AS DOUBLE)
try_cast('0x1p99999999999' AS DOUBLE)
try_cast('0x1p-99999999999' AS DOUBLE)
try_cast('-0x0p0' AS DOUBLE)
try_cast(' 0x1p3 ' AS DOUBLE)
try_cast('1.5d' AS DOUBLE)
try_cast('1.5F' AS DOUBLE)
try_cast('1.5L' AS DOUBLE)
try_cast('NaN' AS DOUBLE)
try_cast('-NaN' AS DOUBLE)
try_cast('+NaN' AS DOUBLE)
try_cast('nAn' AS DOUBLE)
try_cast('Infinity' AS DOUBLE)
try_cast('-Infinity' AS DOUBLE)
try_cast('+INF' AS DOUBLE)
try_cast('-inf' AS DOUBLE)
try_cast('Infinityd' AS DOUBLE)
try_cast('1e' AS DOUBLE)
try_cast('1e5_0' AS DOUBLE)
try_cast('1_0' AS DOUBLE)
try_cast('.5' AS DOUBLE)
try_cast('5.' AS DOUBLE)
try_cast('.' AS DOUBLE)
try_cast('+.5e-3' AS DOUBLE)
try_cast('1e400' AS DOUBLE)
try_cast('1e-400' AS DOUBLE)
try_cast('1E+5' AS DOUBLE)
try_cast('1 .5' AS DOUBLE)
try_cast('১' AS DOUBLE)
try_cast('0x1p3' AS FLOAT)
try_cast('0x1.000001p0' AS FLOAT)
try_cast('0x1.000003p0' AS FLOAT)
try_cast('0x1.0000010000001p0' AS FLOAT)
try_cast('0x1p-149' AS FLOAT)
try_cast('0x1p-150' AS FLOAT)
try_cast('0x1.8p-150' AS FLOAT)
try_cast('0x1.fffffep127' AS FLOAT)
try_cast('0x1.ffffffp127' AS FLOAT)
try_cast('0x1.fffffefp127' AS FLOAT)
try_cast('1.000000178813934326171875' AS FLOAT)
try_cast('1.00000017881393432617187499' AS FLOAT)
try_cast('1.00000017881393432617187501' AS FLOAT)
try_cast('1.0000000596046447753906250' AS FLOAT)
try_cast('1.0000000596046447753906250000000000000000000000000001' AS FLOAT)
try_cast('7.006492321624085e-46' AS FLOAT)
try_cast('7.00649232162408535461864791644958065640130970938257885878534141944895541342930300743319094181060791015625e-46' AS FLOAT)
try_cast('7.006492321624085354618647916449580656401309709382578858785341419448955413429303007433190941810607910156250001e-46' AS FLOAT)
try_cast('3.4028235677973366e38' AS FLOAT)
try_cast('3.4028235677973365e38' AS FLOAT)
try_cast('1e39' AS FLOAT)
try_cast('16777217' AS FLOAT)
try_cast('16777219' AS FLOAT)
try_cast('NaN' AS FLOAT)
try_cast('-NaN' AS FLOAT)
sort_array(array(i, j), b)
sort_array(array(i, j), i > 1)
sort_array(array(i, j), NULL)

-- text of the smallest numbers
CAST(CAST('0x1p-149' AS FLOAT) AS STRING)
CAST(CAST('0x2p-149' AS FLOAT) AS STRING)
CAST(CAST('0x3p-149' AS FLOAT) AS STRING)
CAST(CAST('0x4p-149' AS FLOAT) AS STRING)
CAST(CAST('0x5p-149' AS FLOAT) AS STRING)
CAST(CAST('0x6p-149' AS FLOAT) AS STRING)
CAST(CAST('0x7p-149' AS FLOAT) AS STRING)
CAST(CAST('0x8p-149' AS FLOAT) AS STRING)
CAST(CAST('0x9p-149' AS FLOAT) AS STRING)
CAST(CAST('0xap-149' AS FLOAT) AS STRING)
CAST(CAST('0xbp-149' AS FLOAT) AS STRING)
CAST(CAST('0xcp-149' AS FLOAT) AS STRING)
CAST(CAST('-0x1p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x2p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x3p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x4p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x5p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x6p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x7p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x8p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0x9p-1074' AS DOUBLE) AS STRING)
CAST(CAST('-0xbp-1074' AS DOUBLE) AS STRING)
CAST(CAST('0x1.5p-126' AS FLOAT) AS STRING)
CAST(CAST('0x1p-1022' AS DOUBLE) AS STRING)
CAST(CAST('0x1.8p-1060' AS DOUBLE) AS STRING)

-- names of casts and small numbers
CAST(i + 1 AS LONG)
CAST(h + 1 AS DEC)
CAST(h + 1 AS decimal)
CAST(h + 1 AS DECIMAL(10, 2))
CAST(h + 1 AS DECIMAL( 12 ))
CAST(h + 1 AS integer)
try_cast(h + 1 AS byte)
CAST(y + 1 AS short)
CAST(h + 1 AS real)
CAST(h + 1 AS numeric(9,1))
try_cast(concat(s, '') AS string)
(h + 1)::long
(h + 1)::dec(9)
CAST('2018-12-31' AS timestamp_ltz)
CAST(concat('2018', '-12-31') AS timestamp)
CAST(i AS LONG)
i::long
CAST(CAST(i AS LONG) AS string)
coalesce(CAST(i AS LONG), 1)
0.00000001
-0.00000001
0.0000001
0.000001
0.00000000
0.0000000
0.00000010
1E-8BD
123E-10BD
12345E-12BD
coalesce(0.00000001, 1)
0.00000001 + 1
h > 0.00000001
CAST(0.00000001 AS STRING)
0.00000000000000000000000000000000000001
1E-38BD
-5E-20BD

-- translate and the character that stands for none
translate('abcb', 'b', '\u0000')
translate('abcb', 'bc', '\u0000x')
translate('ab', 'ab', 'x\u0000')
translate('a\u0000b', '\u0000', 'x')
translate('abab', 'aa', '\u0000x')

-- types as functions
int('12')
int(s)
int(p)
int('x')
bigint(i)
bigint(f)
smallint(i)
smallint(l)
tinyint(y)
boolean(i)
boolean('yes')
double(w)
double(i) / 2
decimal(i)
decimal(d)
decimal('12.5')
string(i)
string(t)
string(day)
upper(string(b))
date(t)
date('2018-12-31') = day
timestamp(day)
timestamp(date('2014-04-04'))
CAST(int('12') AS STRING)
-int(i)
int(i) + 1
int(int(w))
INT(NULL)
string(int(i) IS NULL)
CASE WHEN boolean(b) THEN int(1) ELSE bigint(2) END
int()
int(i, j)
int(DISTINCT i)
date(i)
int(day)
integer(i)
long(i)
text(i)
numeric(i)
timestamp_ltz(s)
TIMESTAMP_LTZ '2018-12-31 12:00:00'
date_format(timestamp_ltz'2018-12-31 12:00:00Z', 'HH')

-- BIGINT where INT is expected
left(s, l)
left('street', 3L)
right('street', 2L)
substring('street', 2L)
substring('street', 2, 3L)
repeat('x', 3L)
lpad('x', 3L, '-')
rpad('x', 3L)
locate('t', 'street', 3L)
split_part('a-b-c', '-', 2L)
substring_index('a-b-c', '-', 2L)
split('a-b-c', '-', 2L)
regexp_extract('a1', '([a-z])([0-9])', 2L)
regexp_extract_all('a1b2', '([a-z])([0-9])', 2L)
regexp_replace('a1a2', 'a', 'b', 2L)
element_at(array(1, 2), 2L)
try_element_at(array(1, 2), 2L)
get(array(1, 2), 1L)
array(1, 2)[1L]
date_add(day, 1L)
date_sub(day, 1L)
day + 1L
add_months(day, 1L)
round(d, 1L)
round(12.345, 1L)
bround(12.345, 1L)
left('street', 3000000000)
left('street', 2.0)
left('street', 2D)
repeat('x', 2.0)

-- extract by other names
extract(years FROM t)
extract(y FROM t)
extract(yr FROM t)
extract(yrs FROM t)
extract(qtr FROM t)
extract(mon FROM t)
extract(mons FROM t)
extract(months FROM t)
extract(w FROM t)
extract(weeks FROM t)
extract(d FROM t)
extract(days FROM t)
extract(h FROM t)
extract(hours FROM t)
extract(hr FROM t)
extract(hrs FROM t)
extract(m FROM t)
extract(min FROM t)
extract(mins FROM t)
extract(minutes FROM t)
date_part('YEARS', day)
date_part('mins', t)
date_part('quarters', t)

-- LIKE ANY and LIKE ALL
s LIKE ANY ('a%', 'B%')
s LIKE SOME ('a%', '%b')
s LIKE ALL ('a%', '%c')
s NOT LIKE ANY ('a%', '%c')
s NOT LIKE ALL ('a%', '%c')
s LIKE ANY ('a%')
s LIKE ANY ('a%', NULL)
s LIKE ALL ('%', NULL)
s NOT LIKE ANY ('a%', NULL)
s NOT LIKE ALL ('a%', NULL)
s LIKE ANY (p, 'a%')
s NOT LIKE ANY (p, 'a%')
s NOT LIKE ALL (p, 'a%', '_')
s LIKE ANY ('a%', 1)
i LIKE ANY ('1%', '2%')
s ILIKE ANY ('A%', 'b%')
s ILIKE SOME ('A%', p)
s ILIKE ALL ('%A%', '%C%')
s NOT ILIKE ANY ('A%', 'b%')
s NOT ILIKE ALL ('A%', p)
s LIKE ANY (upper(p), lower(p))
s LIKE ANY ('a' || '%', 'x')
NOT s LIKE ANY ('a%', 'x')
s LIKE ANY ('a\\%', 'a\\_%')
NULL LIKE ANY ('a', 'b')
s LIKE ANY (i = 1, 'true')
s LIKE ANY (DATE '2018-12-31', '2018%')

-- literals with a sign
t + INTERVAL +1 DAY
t - INTERVAL +'2' HOURS

-- ARRAYs whose elements are cast
array_join(array(i, j), ',', '?')
array_join(array(d, 1.5), ',')
array_join(array(1.50, NULL), ',')
array_join(array(t), ',')
array_join(array(day, day), ' ')
array_join(array(b, c), '')
array_join(array(y), ',')
array_join(array(NULL), ',')
array_join(array(array('a')), ',')
array_contains(array(i, j), l)
array_contains(array(l), 1)
array_contains(array(1, 2), 2.0)
array_contains(array(1, 2), 2.5D)
array_contains(array(1, 2), '2')
array_contains(array('1', '2'), 2)
array_contains(array(day), t)
array_contains(array(t), day)
array_contains(array(1.5, 2.25), 1.5)
array_contains(array(1.5, 2.25), 1)
array_contains(array(b), 'true')
array_contains(array(1), b)
concat_ws(',', array(1, 2))
concat_ws(',', array(1.5, NULL), 'x')
concat_ws(',', array(day), array('x'))
concat_ws(',', array(NULL))
concat_ws(',', array(array('x')))

-- text of large numbers, and of the smallest
CAST(123456789 AS FLOAT)
concat('at ', CAST(123456789 AS FLOAT), ' m')
CAST(16777216 AS FLOAT)
concat('at ', CAST(16777216 AS FLOAT), ' m')
CAST(16777217 AS FLOAT)
concat('at ', CAST(16777217 AS FLOAT), ' m')
CAST(33554433 AS FLOAT)
concat('at ', CAST(33554433 AS FLOAT), ' m')
CAST(12345679 AS FLOAT)
concat('at ', CAST(12345679 AS FLOAT), ' m')
CAST(99999999 AS FLOAT)
concat('at ', CAST(99999999 AS FLOAT), ' m')
CAST(987654321 AS FLOAT)
concat('at ', CAST(987654321 AS FLOAT), ' m')
CAST(2147483647 AS FLOAT)
concat('at ', CAST(2147483647 AS FLOAT), ' m')
CAST(9007199254740993 AS FLOAT)
concat('at ', CAST(9007199254740993 AS FLOAT), ' m')
CAST(1.0E10D AS FLOAT)
concat('at ', CAST(1.0E10D AS FLOAT), ' m')
CAST(3.4028235E38D AS FLOAT)
concat('at ', CAST(3.4028235E38D AS FLOAT), ' m')
CAST(1.2345679E20D AS FLOAT)
concat('at ', CAST(1.2345679E20D AS FLOAT), ' m')
CAST(2.0E23D AS FLOAT)
concat('at ', CAST(2.0E23D AS FLOAT), ' m')
CAST(4.7E9D AS FLOAT)
concat('at ', CAST(4.7E9D AS FLOAT), ' m')
CAST(2.0E23D AS DOUBLE)
CAST(CAST(2.0E23D AS DOUBLE) AS STRING)
CAST(1.0E23D AS DOUBLE)
CAST(CAST(1.0E23D AS DOUBLE) AS STRING)
CAST(9007199254740993 AS DOUBLE)
CAST(CAST(9007199254740993 AS DOUBLE) AS STRING)
CAST(1.2345678901234567E17D AS DOUBLE)
CAST(CAST(1.2345678901234567E17D AS DOUBLE) AS STRING)
CAST(2.2250738585072014E-308D AS DOUBLE)
CAST(CAST(2.2250738585072014E-308D AS DOUBLE) AS STRING)
CAST(4.35E9D AS DOUBLE)
CAST(CAST(4.35E9D AS DOUBLE) AS STRING)
CAST(2.0E-3D AS DOUBLE)
CAST(CAST(2.0E-3D AS DOUBLE) AS STRING)
CAST(1.1E-5D AS DOUBLE)
CAST(CAST(1.1E-5D AS DOUBLE) AS STRING)
CAST(8.41E21D AS DOUBLE)
CAST(CAST(8.41E21D AS DOUBLE) AS STRING)
CAST(2.0E22D AS DOUBLE)
CAST(CAST(2.0E22D AS DOUBLE) AS STRING)
CAST(5.0E-324D AS DOUBLE)
CAST(CAST(5.0E-324D AS DOUBLE) AS STRING)
CAST(8.9E300D AS DOUBLE)
CAST(CAST(8.9E300D AS DOUBLE) AS STRING)
array(CAST('0x1p-149' AS FLOAT), CAST('0x1p-149' AS FLOAT), CAST('0x2p-149' AS FLOAT), CAST('0x3p-149' AS FLOAT), CAST('0x4p-149' AS FLOAT), CAST('0x7p-149' AS FLOAT), CAST('0x8p-149' AS FLOAT), CAST('0xfp-149' AS FLOAT), CAST('0x10p-149' AS FLOAT), CAST('0x1fp-149' AS FLOAT), CAST('0x20p-149' AS FLOAT), CAST('0x3fp-149' AS FLOAT), CAST('0x40p-149' AS FLOAT), CAST('0x7fp-149' AS FLOAT), CAST('0x80p-149' AS FLOAT), CAST('0xffp-149' AS FLOAT))
array(CAST('0x100p-149' AS FLOAT), CAST('0x1ffp-149' AS FLOAT), CAST('0x200p-149' AS FLOAT), CAST('0x3ffp-149' AS FLOAT), CAST('0x400p-149' AS FLOAT), CAST('0x7ffp-149' AS FLOAT), CAST('0x800p-149' AS FLOAT), CAST('0xfffp-149' AS FLOAT), CAST('0x1000p-149' AS FLOAT), CAST('0x1fffp-149' AS FLOAT), CAST('0x2000p-149' AS FLOAT), CAST('0x3fffp-149' AS FLOAT), CAST('0x4000p-149' AS FLOAT), CAST('0x7fffp-149' AS FLOAT), CAST('0x8000p-149' AS FLOAT), CAST('0xffffp-149' AS FLOAT))
array(CAST('0x10000p-149' AS FLOAT), CAST('0x1ffffp-149' AS FLOAT), CAST('0x20000p-149' AS FLOAT), CAST('0x3ffffp-149' AS FLOAT), CAST('0x40000p-149' AS FLOAT), CAST('0x7ffffp-149' AS FLOAT), CAST('0x80000p-149' AS FLOAT), CAST('0xfffffp-149' AS FLOAT), CAST('0x100000p-149' AS FLOAT), CAST('0x1fffffp-149' AS FLOAT), CAST('0x200000p-149' AS FLOAT), CAST('0x3fffffp-149' AS FLOAT), CAST('0x400000p-149' AS FLOAT), CAST('0x7fffffp-149' AS FLOAT))
array(CAST('0x1p-1074' AS DOUBLE), CAST('0x1p-1074' AS DOUBLE), CAST('0x2p-1074' AS DOUBLE), CAST('0x3p-1074' AS DOUBLE), CAST('0x4p-1074' AS DOUBLE), CAST('0x7p-1074' AS DOUBLE), CAST('0x8p-1074' AS DOUBLE), CAST('0xfp-1074' AS DOUBLE), CAST('0x10p-1074' AS DOUBLE), CAST('0x1fp-1074' AS DOUBLE), CAST('0x20p-1074' AS DOUBLE), CAST('0x3fp-1074' AS DOUBLE), CAST('0x40p-1074' AS DOUBLE), CAST('0x7fp-1074' AS DOUBLE), CAST('0x80p-1074' AS DOUBLE), CAST('0xffp-1074' AS DOUBLE), CAST('0x100p-1074' AS DOUBLE), CAST('0x1ffp-1074' AS DOUBLE), CAST('0x200p-1074' AS DOUBLE), CAST('0x3ffp-1074' AS DOUBLE), CAST('0x400p-1074' AS DOUBLE), CAST('0x7ffp-1074' AS DOUBLE), CAST('0x800p-1074' AS DOUBLE), CAST('0xfffp-1074' AS DOUBLE), CAST('0x1000p-1074' AS DOUBLE), CAST('0x1fffp-1074' AS DOUBLE))
array(CAST('0x2000p-1074' AS DOUBLE), CAST('0x3fffp-1074' AS DOUBLE), CAST('0x4000p-1074' AS DOUBLE), CAST('0x7fffp-1074' AS DOUBLE), CAST('0x8000p-1074' AS DOUBLE), CAST('0xffffp-1074' AS DOUBLE), CAST('0x10000p-1074' AS DOUBLE), CAST('0x1ffffp-1074' AS DOUBLE), CAST('0x20000p-1074' AS DOUBLE), CAST('0x3ffffp-1074' AS DOUBLE), CAST('0x40000p-1074' AS DOUBLE), CAST('0x7ffffp-1074' AS DOUBLE), CAST('0x80000p-1074' AS DOUBLE), CAST('0xfffffp-1074' AS DOUBLE), CAST('0x100000p-1074' AS DOUBLE), CAST('0x1fffffp-1074' AS DOUBLE), CAST('0x200000p-1074' AS DOUBLE), CAST('0x3fffffp-1074' AS DOUBLE), CAST('0x400000p-1074' AS DOUBLE), CAST('0x7fffffp-1074' AS DOUBLE), CAST('0x800000p-1074' AS DOUBLE), CAST('0xffffffp-1074' AS DOUBLE), CAST('0x1000000p-1074' AS DOUBLE), CAST('0x1ffffffp-1074' AS DOUBLE), CAST('0x2000000p-1074' AS DOUBLE), CAST('0x3ffffffp-1074' AS DOUBLE))
array(CAST('0x4000000p-1074' AS DOUBLE), CAST('0x7ffffffp-1074' AS DOUBLE), CAST('0x8000000p-1074' AS DOUBLE), CAST('0xfffffffp-1074' AS DOUBLE), CAST('0x10000000p-1074' AS DOUBLE), CAST('0x1fffffffp-1074' AS DOUBLE), CAST('0x20000000p-1074' AS DOUBLE), CAST('0x3fffffffp-1074' AS DOUBLE), CAST('0x40000000p-1074' AS DOUBLE), CAST('0x7fffffffp-1074' AS DOUBLE), CAST('0x80000000p-1074' AS DOUBLE), CAST('0xffffffffp-1074' AS DOUBLE), CAST('0x100000000p-1074' AS DOUBLE), CAST('0x1ffffffffp-1074' AS DOUBLE), CAST('0x200000000p-1074' AS DOUBLE), CAST('0x3ffffffffp-1074' AS DOUBLE), CAST('0x400000000p-1074' AS DOUBLE), CAST('0x7ffffffffp-1074' AS DOUBLE), CAST('0x800000000p-1074' AS DOUBLE), CAST('0xfffffffffp-1074' AS DOUBLE), CAST('0x1000000000p-1074' AS DOUBLE), CAST('0x1fffffffffp-1074' AS DOUBLE), CAST('0x2000000000p-1074' AS DOUBLE), CAST('0x3fffffffffp-1074' AS DOUBLE), CAST('0x4000000000p-1074' AS DOUBLE), CAST('0x7fffffffffp-1074' AS DOUBLE))
array(CAST('0x8000000000p-1074' AS DOUBLE), CAST('0xffffffffffp-1074' AS DOUBLE), CAST('0x10000000000p-1074' AS DOUBLE), CAST('0x1ffffffffffp-1074' AS DOUBLE), CAST('0x20000000000p-1074' AS DOUBLE), CAST('0x3ffffffffffp-1074' AS DOUBLE), CAST('0x40000000000p-1074' AS DOUBLE), CAST('0x7ffffffffffp-1074' AS DOUBLE), CAST('0x80000000000p-1074' AS DOUBLE), CAST('0xfffffffffffp-1074' AS DOUBLE), CAST('0x100000000000p-1074' AS DOUBLE), CAST('0x1fffffffffffp-1074' AS DOUBLE), CAST('0x200000000000p-1074' AS DOUBLE), CAST('0x3fffffffffffp-1074' AS DOUBLE), CAST('0x400000000000p-1074' AS DOUBLE), CAST('0x7fffffffffffp-1074' AS DOUBLE), CAST('0x800000000000p-1074' AS DOUBLE), CAST('0xffffffffffffp-1074' AS DOUBLE), CAST('0x1000000000000p-1074' AS DOUBLE), CAST('0x1ffffffffffffp-1074' AS DOUBLE), CAST('0x2000000000000p-1074' AS DOUBLE), CAST('0x3ffffffffffffp-1074' AS DOUBLE), CAST('0x4000000000000p-1074' AS DOUBLE), CAST('0x7ffffffffffffp-1074' AS DOUBLE), CAST('0x8000000000000p-1074' AS DOUBLE), CAST('0xfffffffffffffp-1074' AS DOUBLE))
CAST('0x1p-96' AS FLOAT)
CAST('0x1p87' AS FLOAT)
CAST(f * 12345679 AS STRING)
f * 1.0E8D
CAST(f * 1.0E8D AS FLOAT)

-- aggregates of statistics and bits
skewness(i)
skewness(j)
skewness(y)
skewness(h) FILTER (WHERE n < 5)
skewness(w)
skewness(NULL)
skewness(i) FILTER (WHERE n = 1)
skewness(j) FILTER (WHERE false)
skewness(CAST(j AS DECIMAL(5,2)))
skewness(t)
skewness(i, j)
kurtosis(j)
kurtosis(y)
kurtosis(h) FILTER (WHERE n < 5)
kurtosis(w)
kurtosis(NULL)
kurtosis(1)
kurtosis(b)
covar_pop(i, j)
covar_pop(j, y)
covar_pop(y, w)
covar_pop(j, NULL)
covar_pop(j, y) FILTER (WHERE n = 0)
covar_samp(j, y)
covar_samp(h, j)
covar_samp(j, y) FILTER (WHERE n = 0)
covar_samp(j)
corr(j, y)
corr(y, j)
corr(h, CAST(j AS DECIMAL(5,2)))
corr(j, 1)
corr(j, y) FILTER (WHERE n = 0)
corr(j, y) FILTER (WHERE false)
corr(j, b)
regr_count(j, y)
regr_count(j, NULL)
regr_count(j, s)
regr_count(j, b)
regr_count(j)
regr_avgx(j, y)
regr_avgx(j, CAST(y AS DECIMAL(5,2)))
regr_avgx(CAST(j AS DECIMAL(5,2)), y)
regr_avgx(j, w)
regr_avgx(j, NULL)
regr_avgy(j, y)
regr_avgy(CAST(j AS DECIMAL(5,2)), y)
regr_avgy(j, y) FILTER (WHERE false)
regr_r2(j, y)
regr_r2(y, j)
regr_r2(h, j)
regr_r2(j, 1)
regr_r2(1, j)
regr_r2(j, y) FILTER (WHERE false)
regr_slope(j, y)
regr_slope(y, j)
regr_slope(h, w)
regr_slope(j, 1)
regr_slope(j, y) FILTER (WHERE false)
regr_intercept(j, y)
regr_intercept(y, j)
regr_intercept(h, w)
regr_intercept(j, 1)
regr_sxx(j, y)
regr_sxx(y, h)
regr_sxy(j, y)
regr_sxy(h, j)
regr_sxy(y, w)
regr_syy(j, y)
regr_syy(h, y)
regr_syy(h, y) FILTER (WHERE false)
bit_and(i)
bit_and(y)
bit_and(h)
bit_and(l)
bit_and(NULL)
bit_and(i) FILTER (WHERE false)
bit_and(i) FILTER (WHERE n <> 1)
bit_or(i)
bit_or(y)
bit_or(l) FILTER (WHERE l > 0)
bit_xor(i)
bit_xor(y)
bit_xor(h)
bit_xor(l)
bit_and(s)
bit_or(d)
bit_xor(1.5)
bit_and(b)
bit_and(i, j)
try_sum(i)
try_sum(l)
try_sum(l) FILTER (WHERE n < 3)
try_sum(y)
try_sum(d) FILTER (WHERE n < 3)
try_sum(f)
try_sum(w)
try_sum(1.5)
try_sum(NULL)
sum(t)
avg(u)
try_sum(t)
try_sum(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)))
try_sum(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0))) FILTER (WHERE n = 1)
try_sum(i) FILTER (WHERE false)
try_avg(i)
try_avg(l)
try_avg(x)
try_avg(1.5)
try_avg(CAST(i AS DECIMAL(12,3)))
try_avg(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0)))
try_avg(CAST(99999999999999999999999999999999999999 AS DECIMAL(38,0))) FILTER (WHERE n = 1)
try_avg(NULL)
try_avg(t)
try_avg(i) FILTER (WHERE false)

-- mathematical functions
acos(x)
acosh(d)
asin(x / 2)
asinh(x)
atan(d)
atan(f)
atan2(x, d)
atan2(-0.0D, -1)
atanh(x)
cos(i)
sin(j)
tan(0.5D)
cot(j)
csc(2)
sec(h)
cosh(x)
cosh(h / 100)
sinh(d / 1000000)
sinh(-0.2D)
tanh(x)
tanh(i)
degrees(d)
radians(i)
expm1(x)
expm1(d / 100000)
hypot(x, d)
hypot(3, '4')
hypot(f, i)
log1p(x)
log1p(d)
rint(d)
rint(2.5)
rint(-0.2D)
e()
pi()
e(1)
factorial(h)
factorial(20)
factorial(-1)
factorial(2.5D)
width_bucket(d, 0, 10, 5)
width_bucket(x, 1, 0, 4)
width_bucket(i, 0, 2147483647, 9223372036854775807)
width_bucket(0.2D, 10.6, 0.2, 5)
width_bucket(i, 1, 1, 3)
bin(l)
bin(i)
bin(1.5)
bin('7')
conv(w, 10, 16)
conv(i, 10, -2)
conv('-ff', 16, -10)
conv('-9223372036854775809', 10, 16)
conv('-9223372036854775809', 10, -16)
conv('18446744073709551615', 10, -10)
conv('18446744073709551616', 10, 16)
conv(' 12x', 10, 36)
conv('', 10, 16)
conv(s, 36, 10)
conv(w, 1, 10)
ceil(d, 2)
ceil(f, 1)
ceil(2.345, 2)
floor(-2.345, 1)
ceil(i, -2)
floor(l, -1)
floor(y, -1)
ceil('2.5', 0)
ceiling(1.25, 1)
ceil(NULL, 1)
ceil(2.5, NULL)
ceil(b, 1)
ceil(2.5, i)
div(i, 2)
div(7.5, j)
from_unixtime(1.5)

-- functions and operators on bits
i & j
i | 1
i ^ l
~i
~l
~y
~d
y & h
l & '3'
i & 1.5
b & c
i & NULL
~NULL
5 | 3 & 1 ^ 2
i << 2
l >> 1
i >>> 1
l >>> j
y << 3
'1' << 2
i << 33
1 << 2 + 1
1.7 << 1
b << 1
shiftleft(l, 65)
shiftright(i, -1)
shiftrightunsigned(i, h)
bit_count(i)
bit_count(l)
bit_count(b)
bit_count(y)
bit_count('7')
bit_count(d)
bit_get(i, 0)
getbit(y, 7)
bit_get(y, 8)
bit_get(l, 63)
bit_get(NULL, 1)

-- arithmetic that gives NULL where it fails
try_add(i, 1)
try_add(l, i)
try_add(i, 1.5)
try_add('1', i)
try_add(d, x)
try_add(day, 1)
try_add(s, p)
try_add(i / 0, 2)
try_subtract(y, 1Y)
try_subtract(day, j)
try_multiply(l, 2)
try_multiply(i, i)
try_multiply(99999999999999999999999999999999999999BD, 10)
try_divide(i, j)
try_divide(i, 0)
try_divide(1.0, 0.0)
try_divide(d, d)
try_mod(i, j)
try_mod(i, 0)
try_mod(5.5, 2)
try_add(try_add(i, j), i)

-- BINARY, encodings and checksums
X'1F'
X'f'
X''
hex(i)
hex(l)
hex(s)
hex(d)
hex(day)
hex(X'00ff')
hex(unhex(w))
hex(unhex('abc'))
unhex(s)
base64(s)
base64(X'ff00')
base64(i)
hex(unbase64('YW Jj'))
unbase64('YW')
unbase64('a!')
hex(encode(s, 'utf-16'))
hex(encode(s, 'UTF-16LE'))
hex(encode(s, 'utf-16be'))
hex(encode(s, 'utf-32'))
hex(encode('é', 'ISO-8859-1'))
encode(s, 'us-ascii')
encode(s, 'x')
decode(X'c3a9', 'utf-8')
decode(X'ff', 'utf-8')
decode(X'feff00e9', 'utf-16')
decode(encode(s, 'utf-16'), 'utf-16')
decode(encode(s, 'utf-32'), 'utf-32')
decode(s, 'UTF-8')
decode(i, 1, 'one', 5, 'five', 'other')
decode(c, true, 1, false, 2)
decode(NULL, NULL, 'n')
hex(to_binary(w))
hex(to_binary('YWJj', 'base64'))
hex(to_binary(s, 'UTF-8'))
to_binary(s, 'xx')
to_binary('a!', 'base64')
hex(try_to_binary(s, 'hex'))
hex(try_to_binary(p, 'base64'))
try_to_binary(s, 'xx')
md5(s)
md5(X'0102')
md5(i)
sha(s)
sha1(p)
sha2(s, 256)
sha2(s, 0)
sha2(s, h)
sha2(s, 512)
crc32(s)
hash(s)
hash(i, l, s, NULL)
hash(y, h, f, d, b, t, day)
hash(1.5, X'01020304050607', array(1, 2))
hash()
xxhash64(s)
xxhash64(y, h, f, d, b, t, day)
xxhash64(CAST('12345678901234567890.5' AS DECIMAL(30,2)), X'0102')
length(X'0102')
hex(substring(X'010203', 2))
hex(left(X'0102', 1))
right(X'4142', 1)
hex(lpad(X'01', 3, X'02'))
hex(rpad(X'01', 3, X'0203'))
hex(X'01' || X'02')
concat(X'41', s)
contains(X'0102', X'02')
startswith(X'6162', 'a')
endswith(X'0102', X'02')
bit_length(s)
octet_length(s)
octet_length(X'0102')
X'01' < X'02'
X'61' = s
CAST(X'c3a9' AS STRING)
hex(CAST(s AS BINARY))
url_encode(s)
url_encode('https://a b/?x=1&y=+*~-_.!''()')
url_decode('a+b%20c%C3%A9')
url_decode('%')
try_url_decode('100%')
try_url_decode(s)
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'HOST')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'PATH')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'QUERY')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'QUERY', 'r')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'REF')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'PROTOCOL')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'FILE')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'AUTHORITY')
parse_url('http://u:p@h.x:80/p/a?q=1&r=2#f', 'USERINFO')
parse_url('http://h', 'PATH')
parse_url('mailto:a@b', 'HOST')
parse_url('http://a b', 'HOST')
parse_url(w, 'HOST')
try_parse_url('http://a b', 'HOST')
parse_url('http://h_x/p', 'HOST')
parse_url('a/b?c', 'QUERY')

-- characters, formats and masks
ascii(s)
ascii('😀')
char(i)
chr(l)
chr(128)
levenshtein(s, p)
levenshtein('kitten', 'sitting')
levenshtein('kitten', 'sitting', 2)
levenshtein(s, s, -1)
soundex(s)
soundex('Robert')
soundex('Ashcraft')
soundex('Tymczak')
soundex('Pfister')
soundex('a-b')
luhn_check('79927398713')
luhn_check(w)
luhn_check(s)
space(h)
space(y) || '|'
overlay(s PLACING '_' FROM 2)
overlay(s PLACING '_' FROM 2 FOR 0)
overlay(s, 'XY', -1)
overlay(s, 'XY', 0)
overlay('abcdef', 'X', -2, 3)
overlay(s, 'XY', 3, 100)
hex(overlay(X'010203' PLACING X'04' FROM 2))
mask(s)
mask(s, 'Q')
mask(s, 'Q', 'q', 'd', 'o')
mask(s, NULL, NULL, NULL, '*')
mask(s, 'QQ')
mask(s, p)
mask(i)
elt(h, s, p)
elt(2, s, i)
elt(1, 'a', 1)
elt(0, s)
elt(NULL, s, p)
format_string('%5d|%s|%x|%.2f|%e|%b|%%|%n|%-5s|%05d|%,d|%+d', i, s, 255, 1.5D, 12345.678D, c, 'ab', 42, 1234567, 5)
format_string('%s', i)
format_string('%s %s %s', d, f, 1.50)
format_string('%2$s %1$s', s, p)
format_string('%S|%10.2s|%h', s, 'abc', i)
format_string('%o %X %#x', i, y, l)
format_string('%(d % d %08.2f', i, j, 3.14159D)
format_string('%.3f', d)
format_string('%.0f', d)
format_string('%g|%.3g', d, x)
format_string('%e', x)
format_string('%,.1f', d)
format_string('%c', 65)
format_string('%s %s', day, u)
format_string('%s %s', s)
format_string('%d', d)
format_string('%<s', s)
format_string('%y', s)
format_string(p, i)
format_string('a')
format_string()
format_string(NULL, 1)
printf('%s', s)
format_number(d, 2)
format_number(x, 0)
format_number(f, 3)
format_number(l, 1)
format_number(i, -1)
format_number(12345.678, 2)
format_number(2.5D, 0)
format_number(1.005D, 2)
format_number(-0.4, 0)
format_number(12345.678, '#,###.0')
format_number(0.5, '#,###.0')
format_number(1234567.891, '##,##,##0.00')
format_number(1234.5, '')
format_number(d, '0.#')
format_number(1234.5, '$#,##0.00')
format_number('12', 1)
format_number(NULL, 1)

-- types, NULL and errors
typeof(i)
typeof(1.5)
typeof(NULL)
typeof(array(1.5))
typeof(X'01')
typeof(1, 2)
nullifzero(i)
nullifzero('0')
zeroifnull(i)
zeroifnull(d)
equal_null(s, p)
equal_null(i, '1')
equal_null(c, NULL)
not(b)
like(s, 'a%')
like('a%', 'a/%', '/')
ilike(s, 'A%')
rlike(s, 'b')
regexp(s, '^a')
assert_true(true)
assert_true(b)
assert_true(true, s)
assert_true(i)
raise_error('x')
raise_error(s)
if(n < 10, i, raise_error('x'))
coalesce(i, raise_error(s))

-- the calendar, units and time zones
next_day(day, 'MO')
next_day(day, 'friday')
next_day(day, 'Tu')
next_day(day, s)
next_day(day, NULL)
last_day(day)
last_day('2020-02-01')
months_between(t, u)
months_between(t, day, false)
months_between('1997-02-28 10:30:00', '1996-10-30')
months_between('2020-02-29 12:00:00', '2020-01-31')
dayname(day)
monthname(t)
unix_date(day)
date_from_unix_date(i % 100000)
date_from_unix_date(1.5)
date_from_unix_date('7')
make_date(2020, 2, h)
make_date(2021, 2, 29)
make_date(2020, 13, 1)
make_date(2020, NULL, 1)
make_date('2020', 1.5D, 3L)
make_timestamp(2020, 2, 29, 12, 30, 45.123456)
make_timestamp(2019, 3, 10, 2, 30, 0)
make_timestamp(2019, 11, 3, 1, 30, 0)
make_timestamp(2020, 2, 29, 12, 30, 45.5, 'UTC')
make_timestamp(2020, 2, 29, 12, 30, 45.5, '+2:30')
make_timestamp(2020, 1, 1, 0, 0, 60)
make_timestamp(2020, 1, 1, 0, 0, 60.5)
make_timestamp(2020, 1, 1, 24, 0, 0)
make_timestamp(2020, 1, 1, 1, 1, '1.5')
make_timestamp(2020, 1, 1, 1, 1, 1, 'Mars')
try_make_timestamp(2020, h, 1, 0, 0, 0)
try_make_timestamp(2020, 1, 1, 0, 0, 60.5)
make_timestamp_ltz(2020, 1, 1, 1, 1, 1)
to_timestamp_ltz('2020-01-01')
to_timestamp_ltz('2020', 'yyyy')
timestampadd(HOUR, 1, t)
timestampadd(HOUR, 24, TIMESTAMP '2019-03-09 12:00:00')
timestampadd(MONTH, 1, day)
timestampadd(DAYOFYEAR, 1, t)
timestampadd(QUARTER, -1, u)
timestampadd(YEAR, 1, '2020-02-29')
timestampadd(MICROSECOND, l, u)
timestampadd(week, y, t)
dateadd(DAY, 1, day)
dateadd(day, 1)
date_add(MINUTE, i % 10, t)
timestampadd(CENTURY, 1, t)
timestampdiff(DAY, day, t)
timestampdiff(MONTH, u, t)
timestampdiff(MONTH, timestamp '2020-01-31', timestamp '2020-02-29')
timestampdiff(MONTH, timestamp '2020-02-29 12:00:00', timestamp '2020-01-31')
timestampdiff(HOUR, TIMESTAMP '2019-03-10 00:00:00', TIMESTAMP '2019-03-10 05:00:00')
timestampdiff(QUARTER, u, t)
timestampdiff(YEAR, '2020-02-29', '2021-02-28')
timestampdiff(MICROSECOND, u, t)
datediff(WEEK, u, t)
date_diff(SECOND, u, t)
date_diff(day, '2018-01-01')
timediff(MINUTE, u, t)
EXTRACT(SECOND FROM t)
EXTRACT(SECOND FROM day)
date_part('SECS', '2018-12-31 23:57:01.5')
EXTRACT(DAYOFWEEK_ISO FROM day)
EXTRACT(DOW_ISO FROM t)
EXTRACT(YEAROFWEEK FROM day)
EXTRACT(YEAROFWEEK FROM DATE '2021-01-03')
datepart('year', day)
datepart('SECOND', u)
from_utc_timestamp(t, 'Asia/Seoul')
from_utc_timestamp('2020-03-08 10:30:00', 'America/New_York')
from_utc_timestamp(u, '+2:30')
from_utc_timestamp(u, s)
to_utc_timestamp(t, 'Asia/Seoul')
to_utc_timestamp('2020-03-08 02:30:00', 'America/New_York')
to_utc_timestamp(u, NULL)
current_timezone()
