/** What the file sinks write, read by a real Spark: the rows that were given, and their types. */
import { deepEqual, equal } from "assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { parseColumns } from "../../lib/sql/catalog.ts";
import type { Row, Schema } from "../../lib/records/data_type.ts";
import { readBySpark, type SparkRead, writeFiles } from "../support/sink_files.ts";

const directory = await Deno.makeTempDir({ prefix: "sfcrime-sinks-" });
const at = (name: string) => join(directory, name);

const PLAIN: Schema = parseColumns(
  "s STRING, b BOOLEAN, y TINYINT, h SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, c DECIMAL(10,2), " +
    "g DECIMAL(38,6), day DATE, t TIMESTAMP",
  "t",
);
const NESTED: Schema = [
  {
    name: "w",
    type: {
      kind: "STRUCT",
      fields: [{ name: "start", type: "TIMESTAMP" }, { name: "end", type: "TIMESTAMP" }],
    },
  },
  { name: "a", type: { kind: "ARRAY", element: "STRING" } },
  { name: "n", type: { kind: "ARRAY", element: { kind: "DECIMAL", precision: 5, scale: 1 } } },
  ...parseColumns(
    "m MAP<STRING, ARRAY<INT>>, x STRUCT<id: STRING, items: ARRAY<STRUCT<b: BINARY, t: TIMESTAMP>>>",
    "t",
  ),
];
const DDL =
  "s STRING, b BOOLEAN, y TINYINT, h SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, c DECIMAL(10,2), " +
  "g DECIMAL(38,6), day DATE, t TIMESTAMP";
const NESTED_DDL = "w STRUCT<start: TIMESTAMP, end: TIMESTAMP>, a ARRAY<STRING>, n ARRAY<DECIMAL(5,1)>, " +
  "m MAP<STRING, ARRAY<INT>>, x STRUCT<id: STRING, items: ARRAY<STRUCT<b: BINARY, t: TIMESTAMP>>>";

/** Rows, and what Spark makes of each: written by hand. */
const PLAIN_ROWS: readonly (readonly [Row, string])[] = [
  [
    ["a", true, 1, 2, 3, 4n, 0.5, 0.1, 125n, 1_234_567n, 17_896, 1_546_300_620_000_000],
    '{"s":"a","b":true,"y":1,"h":2,"i":3,"l":4,"f":0.5,"d":0.1,"c":1.25,"g":1.234567,"day":"2018-12-31",' +
    '"t":"2018-12-31T23:57:00.000Z"}',
  ],
  [
    new Array<null>(12).fill(null),
    '{"s":null,"b":null,"y":null,"h":null,"i":null,"l":null,"f":null,"d":null,"c":null,"g":null,"day":null,' +
    '"t":null}',
  ],
  [
    [
      "",
      false,
      -128,
      -32_768,
      -2_147_483_648,
      -9_223_372_036_854_775_808n,
      -1.5,
      NaN,
      -9_999_999_999n,
      -99_999_999_999_999_999_999_999_999_999_999_999_999n,
      -25_567,
      -1_000,
    ],
    '{"s":"","b":false,"y":-128,"h":-32768,"i":-2147483648,"l":-9223372036854775808,"f":-1.5,"d":"NaN",' +
    '"c":-99999999.99,"g":-99999999999999999999999999999999.999999,"day":"1900-01-01",' +
    '"t":"1969-12-31T23:59:59.999Z"}',
  ],
  [
    [
      'q"uote, comma\nline\r\nend \\ é ☕ 😀 \u0001 # tab\t',
      true,
      127,
      32_767,
      2_147_483_647,
      9_223_372_036_854_775_807n,
      3.4028234663852886e38,
      -Infinity,
      0n,
      1n,
      0,
      0,
    ],
    '{"s":"q\\"uote, comma\\nline\\r\\nend \\\\ é ☕ 😀 \\u0001 # tab\\t","b":true,"y":127,"h":32767,' +
    '"i":2147483647,"l":9223372036854775807,"f":3.4028235E38,"d":"-Infinity","c":0.00,"g":0.000001,' +
    '"day":"1970-01-01","t":"1970-01-01T00:00:00.000Z"}',
  ],
];
const NESTED_ROWS: readonly (readonly [Row, string])[] = [
  [
    [
      [1_546_300_620_000_000, 1_546_301_220_000_000],
      ["x", null, ""],
      [15n, -1n],
      [["10", [1, null]], ["9", null], ["", []]],
      ["i", [[Uint8Array.of(1, 2, 255), 0], null, [null, null]]],
    ],
    '{"w":{"start":"2018-12-31T23:57:00.000Z","end":"2019-01-01T00:07:00.000Z"},"a":["x",null,""],"n":[1.5,-0.1],' +
    '"m":{"10":[1,null],"9":null,"":[]},"x":{"id":"i","items":[{"b":"AQL/","t":"1970-01-01T00:00:00.000Z"},' +
    'null,{"b":null,"t":null}]}}',
  ],
  [[null, [], null, null, null], '{"w":null,"a":[],"n":null,"m":null,"x":null}'],
  [
    [[null, 0], null, [null], [], [null, null]],
    '{"w":{"start":null,"end":"1970-01-01T00:00:00.000Z"},"a":null,"n":[null],"m":{},"x":{"id":null,"items":null}}',
  ],
];

/** Spark reads INTERVALs of SQL from Parquet only. */
const INTERVALS: Schema = parseColumns(
  "d INTERVAL DAY TO SECOND, m INTERVAL YEAR TO MONTH, z TIMESTAMP_NTZ, a ARRAY<INTERVAL DAY>, " +
    "s STRUCT<i: INTERVAL MONTH>",
  "t",
);
const INTERVALS_ROWS: readonly (readonly [Row, string])[] = [
  [
    [-93_784_500_000n, 14, 1_546_300_620_000_000, [86_400_000_000n, null], [-5]],
    `{"d":"INTERVAL '-1 02:03:04.5' DAY TO SECOND","m":"INTERVAL '1-2' YEAR TO MONTH",` +
    `"z":"2018-12-31T23:57:00.000","a":["INTERVAL '1' DAY",null],"s":{"i":"INTERVAL '-5' MONTH"}}`,
  ],
  [[null, null, null, null, null], '{"d":null,"m":null,"z":null,"a":null,"s":null}'],
];

const rowsOf = (cases: readonly (readonly [Row, string])[]) => cases.map(([row]) => row);
const textsOf = (cases: readonly (readonly [Row, string])[]) => cases.map(([, text]) => text).sort();

/** A reader of RFC 4180: Spark's own escape is a backslash, and an empty text is NULL to it unless NULL is another. */
const CSV_OPTIONS = { header: "true", multiLine: "true", escape: '"', nullValue: "\0" };

/** More than a row group, and strings whose order as UTF-16 is not that of their bytes. */
const MANY = 60_000;
const many: Row[] = Array.from({ length: MANY }, (_, n) =>
  [
    ["\ue000", "😀", "~", null][n % 4]! + (n % 4 === 3 ? "" : String(n % 7)),
    n % 5 === 0 ? NaN : n,
    n % 3 === 0,
  ].map((value, column) => column === 0 && n % 4 === 3 ? null : value));
const MANY_SCHEMA = parseColumns("s STRING, d DOUBLE, b BOOLEAN", "t");

const PARTITION_VALUES = ["HAN", "", null, "a/b=c%d 'e'\\", "é☕😀", "..", " x ", "{[^*?]}:#", "2018-12-31"];
const PARTITIONED = parseColumns("code STRING, n INT, at TIMESTAMP", "t");

await writeFiles({ directory: at("json"), kind: "json", schema: [...PLAIN, ...NESTED] }, [
  rowsOf(PLAIN_ROWS).map((row) => [...row, ...NESTED.map(() => null)]),
  rowsOf(NESTED_ROWS).map((row) => [...new Array<null>(12).fill(null), ...row]),
]);
await writeFiles({ directory: at("csv"), kind: "csv", schema: PLAIN }, [rowsOf(PLAIN_ROWS)]);
await writeFiles({ directory: at("csv-one"), kind: "csv", schema: parseColumns("s STRING", "t") }, [[["a"], [
  null,
], [""]]]);
await writeFiles({ directory: at("parquet"), kind: "parquet", schema: PLAIN }, [rowsOf(PLAIN_ROWS)]);
await writeFiles({ directory: at("parquet-intervals"), kind: "parquet", schema: INTERVALS }, [
  rowsOf(INTERVALS_ROWS),
]);
await writeFiles({ directory: at("parquet-nested"), kind: "parquet", schema: NESTED }, [rowsOf(NESTED_ROWS)]);
await writeFiles({
  directory: at("parquet-micros"),
  kind: "parquet",
  schema: parseColumns("t TIMESTAMP, day DATE", "t"),
}, [[
  [1_546_300_620_123_456, -171_471],
  [-9_000_000_000_000_001, 0],
  [253_402_300_799_999_998n, 0],
  [253_402_300_799_999_999n, 2_932_896],
  [9_223_372_036_854_775_807n, 106_751_991],
  [-9_223_372_036_854_775_808n, -106_751_992],
]]);
await writeFiles({ directory: at("parquet-many"), kind: "parquet", schema: MANY_SCHEMA }, [many]);
await writeFiles({ directory: at("parts"), kind: "parquet", schema: MANY_SCHEMA, partRowsMax: 25_000 }, [
  many,
]);
for (const kind of ["json", "csv", "parquet"] as const) {
  await writeFiles({
    directory: at(`divided-${kind}`),
    kind,
    schema: PARTITIONED,
    partitionBy: ["code", "at"],
    openPartsMax: 2,
  }, [
    PARTITION_VALUES.map((code, n) => [code, n, n % 2 === 0 ? null : 1_546_300_620_000_000]),
    PARTITION_VALUES.map((code, n) => [code, 10 + n, null]),
  ]);
}

const dividedRead = (format: "json" | "csv" | "parquet"): SparkRead => ({
  path: at(`divided-${format}`),
  format,
  schema: "code STRING, n INT, at STRING",
  options: { header: "true" },
});
const REQUESTS = {
  json: { path: at("json"), format: "json", schema: `${DDL}, ${NESTED_DDL}` },
  csv: { path: at("csv"), format: "csv", schema: DDL, options: CSV_OPTIONS },
  csvOne: { path: at("csv-one"), format: "csv", schema: "s STRING", options: CSV_OPTIONS },
  parquet: { path: at("parquet"), format: "parquet" },
  negative: {
    path: at("parquet"),
    format: "parquet",
    where: "c < -1.5 AND g < 0 AND day < DATE'1950-01-01'",
    select: ["y"],
  },
  nested: { path: at("parquet-nested"), format: "parquet" },
  intervals: { path: at("parquet-intervals"), format: "parquet" },
  micros: {
    path: at("parquet-micros"),
    format: "parquet",
    select: ["unix_micros(t) AS t", "unix_date(day) AS day"],
  },
  last: {
    path: at("parquet-micros"),
    format: "parquet",
    where: "t > TIMESTAMP '9999-12-31T23:59:59.999998Z'",
    select: ["unix_micros(t) AS t"],
  },
  greater: { path: at("parquet-many"), format: "parquet", where: "s >= '😀'", select: ["count(*) AS n"] },
  least: { path: at("parquet-many"), format: "parquet", where: "s <= '~0'", select: ["count(*) AS n"] },
  numbers: { path: at("parquet-many"), format: "parquet", where: "d > 59990", select: ["count(*) AS n"] },
  all: {
    path: at("parquet-many"),
    format: "parquet",
    select: ["count(*) AS n", "count(s) AS s", "count_if(b) AS b"],
  },
  parts: {
    path: at("parts"),
    format: "parquet",
    select: ["count(*) AS n", "count(s) AS s", "count_if(b) AS b"],
  },
  dividedJson: dividedRead("json"),
  dividedCsv: dividedRead("csv"),
  dividedParquet: dividedRead("parquet"),
} as const satisfies Record<string, SparkRead>;
const found = await readBySpark(Object.values(REQUESTS));
const read = (name: keyof typeof REQUESTS) => found[Object.keys(REQUESTS).indexOf(name)]!;
const partNames = [...Deno.readDirSync(at("parts"))].map(({ name }) => name).filter((name) =>
  name.startsWith("part")
);
const csvText = Deno.readTextFileSync(at("csv/part-0-0.csv"));
await Deno.remove(directory, { recursive: true });

Deno.test("JSON lines of every type are read by Spark as they were given", () => {
  const plain = textsOf(PLAIN_ROWS).map((text) =>
    `${text.slice(0, -1)},"w":null,"a":null,"n":null,"m":null,"x":null}`
  );
  const nulls = PLAIN_ROWS[1]![1].slice(0, -1);
  const nested = textsOf(NESTED_ROWS).map((text) => `${nulls},${text.slice(1)}`);
  deepEqual(read("json").rows, [...plain, ...nested].sort());
});

Deno.test("CSV keeps quotes, ends of lines and backslashes, and NULL apart from the empty string", () => {
  deepEqual(read("csv").rows, textsOf(PLAIN_ROWS));
  equal(csvText.split("\n", 1)[0], "s,b,y,h,i,l,f,d,c,g,day,t");
});

Deno.test("A row of CSV whose only column is NULL is not lost", () => {
  deepEqual(read("csvOne").rows, ['{"s":""}', '{"s":""}', '{"s":"a"}']);
});

Deno.test("Parquet has Spark's types, and every value of them", () => {
  equal(
    read("parquet").schema,
    "struct<s:string,b:boolean,y:tinyint,h:smallint,i:int,l:bigint,f:float,d:double,c:decimal(10,2)," +
      "g:decimal(38,6),day:date,t:timestamp>",
  );
  deepEqual(read("parquet").rows, textsOf(PLAIN_ROWS));
});

Deno.test("INTERVALs and times without a zone are those of Spark in Parquet", () => {
  equal(
    read("intervals").schema,
    "struct<d:interval day to second,m:interval year to month,z:timestamp_ntz,a:array<interval day>," +
      "s:struct<i:interval month>>",
  );
  deepEqual(read("intervals").rows, textsOf(INTERVALS_ROWS));
});

Deno.test("Parquet has structures of any depth, with NULL at every level", () => {
  equal(
    read("nested").schema,
    "struct<w:struct<start:timestamp,end:timestamp>,a:array<string>,n:array<decimal(5,1)>," +
      "m:map<string,array<int>>,x:struct<id:string,items:array<struct<b:binary,t:timestamp>>>>",
  );
  deepEqual(read("nested").rows, textsOf(NESTED_ROWS));
});

Deno.test("Parquet keeps microseconds, and days before the Gregorian calendar", () => {
  deepEqual(read("micros").rows, [
    '{"t":-9000000000000001,"day":0}',
    '{"t":-9223372036854775808,"day":-106751992}',
    '{"t":1546300620123456,"day":-171471}',
    '{"t":253402300799999998,"day":0}',
    '{"t":253402300799999999,"day":2932896}',
    '{"t":9223372036854775807,"day":106751991}',
  ]);
  deepEqual(read("last").rows, ['{"t":253402300799999999}', '{"t":9223372036854775807}']);
});

Deno.test("A condition on Parquet finds each row, whatever the statistics leave out", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const compare = (left: string, right: string) => Buffer.compare(bytes(left), bytes(right));
  const count = (keep: (row: Row) => boolean) => [`{"n":${many.filter(keep).length}}`];
  deepEqual(read("greater").rows, count(([s]) => typeof s === "string" && compare(s, "😀") >= 0));
  deepEqual(read("least").rows, count(([s]) => typeof s === "string" && compare(s, "~0") <= 0));
  // NaN is greater than any number in Spark.
  deepEqual(read("negative").rows, ['{"y":-128}']);
  deepEqual(read("numbers").rows, count(([, d]) => Number.isNaN(d) || (d as number) > 59_990));
});

Deno.test("Row groups and parts follow each other when they are full, and hold every row", () => {
  const expected = [`{"n":${MANY},"s":${MANY * 3 / 4},"b":${MANY / 3}}`];
  deepEqual(read("all").rows, expected);
  deepEqual(read("parts").rows, expected);
  deepEqual(partNames.sort(), ["part-0-0.parquet", "part-0-1.parquet", "part-0-2.parquet"]);
});

Deno.test("Directories by the values of columns are read back as these values; an empty text is NULL", () => {
  const expected = [
    ...PARTITION_VALUES.map((code, n) => ({ code, n, at: n % 2 === 0 ? null : "2018-12-31 23:57:00" })),
    ...PARTITION_VALUES.map((code, n) => ({ code, n: 10 + n, at: null })),
  ].map(({ code, n, at }) => JSON.stringify({ n, code: code === "" ? null : code, at })).sort();
  const inOrder = (rows: readonly string[]) =>
    rows.map((row) => {
      const { n, code, at } = JSON.parse(row) as { n: number; code: string | null; at: string | null };
      return JSON.stringify({ n, code, at });
    }).sort();
  for (const name of ["dividedJson", "dividedCsv", "dividedParquet"] as const) {
    deepEqual(inOrder(read(name).rows), expected, name);
  }
});
