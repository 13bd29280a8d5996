-- access
s.a
S.A
t.s.a
t.s
s.c.d
s.c.t
s.`c`.`d`
s['a']
s['c']['d']
s['c'].d
s['C']
s.z
s.a.b
s[0]
l.x
l[0]
l[n - n]
l[NULL]
l[5]
l[-1]
l['x']
m['a']
m.a
m.zz
m.a + 1
abs(ms.a.x)
CAST(m.a AS STRING)
CAST(s.a AS STRING)
m[o]
m[NULL]
m[1]
m['a'] + m['b']
ls.x
ls.Y
ls['x']
ls[0].x
ls[0]['y']
ls.z
ls.x[0]
ms['k'].x
ms.k.x
ms['zz'].x
ms[o]
ll[0]
ll[0][0]
ll.x
b
b.x
o.x
o['x']
s.c IS NULL
s.c.d IS NOT NULL
coalesce(s.a, l[0])
CASE WHEN s.a > 0 THEN s ELSE r END
if(s.a > 0, l, array(9))
coalesce(s, r)
coalesce(l, array(1L))
nvl(m, m)
size(l) + s.a
upper(s.c.d)
upper(s)
upper(l)
-- cast
CAST(s AS STRING)
CAST(l AS STRING)
CAST(m AS STRING)
CAST(ls AS STRING)
CAST(ms AS STRING)
CAST(ll AS STRING)
CAST(b AS STRING)
CAST(o AS BINARY)
CAST(b AS INT)
CAST(1 AS BINARY)
CAST(s AS STRUCT<x: STRING, y: STRING, z: STRING>)
CAST(s AS STRUCT<a: BIGINT, f: FLOAT, c: STRUCT<d: STRING, T: DATE>>)
CAST(s AS STRUCT<a: BIGINT>)
CAST(s AS STRUCT<a: INT, f: INT, c: STRING>)
TRY_CAST(s AS STRUCT<a: TINYINT, f: TINYINT, c: STRING>)
CAST(l AS ARRAY<STRING>)
CAST(l AS ARRAY<TINYINT>)
TRY_CAST(l AS ARRAY<TINYINT>)
CAST(l AS ARRAY<DATE>)
CAST(ll AS ARRAY<ARRAY<INT>>)
TRY_CAST(ll AS ARRAY<ARRAY<INT>>)
CAST(m AS MAP<STRING, BIGINT>)
CAST(m AS MAP<INT, INT>)
TRY_CAST(m AS MAP<INT, INT>)
TRY_CAST(m AS MAP<STRING, STRING>)
CAST(m AS STRUCT<a: INT>)
CAST(o AS ARRAY<STRING>)
CAST(o AS STRUCT<a: INT>)
CAST(s AS INT)
CAST(NULL AS MAP<STRING, INT>)
CAST(NULL AS STRUCT<a: INT, b: ARRAY<STRING>>)
l::array<bigint>
CAST(CAST(l AS ARRAY<STRING>) AS STRING)
-- comparison
s = r
s <=> r
s < r
s != r
s IN (r, s)
s BETWEEN r AND r
l = array(1, 2)
l = array(1L, 2L)
l < array(3)
l >= l
l = ll
m = m
s = l
ls = ls
ll > array(array('a'))
b = b
b > CAST('A' AS BINARY)
b = 'AB'
b IN ('AB', o)
s IS NOT DISTINCT FROM r
greatest(l, array(2))
least(s, r)
nullif(l, array(0))
array_contains(ls.x, 2)
array_max(ll)
sort_array(ll)
s > NULL
s.c = r.c
CASE l WHEN array(0) THEN 'zero' ELSE 'other' END
-- aggregates
min(s)
max(s)
min(l)
max(ll)
min(b)
max(b)
min(m)
max_by(m, n)
min_by(s.c, n)
max_by(n, s)
max_by(n, m)
count(s)
count(m)
collect_list(s.a)
collect_list(ls.x)
collect_list(m)
collect_set(m)
sum(m['a'])
avg(s.f)
max(ls[0].x)
approx_count_distinct(s)
approx_count_distinct(m)
approx_count_distinct(b)
sum(l)
avg(s)
