/** Which chart a result gets, and the figures in it. */
import { deepEqual, equal } from "assert";
import type { ColumnView } from "../../../../lib/monitoring/view/query_view.ts";
import type { Cell, Rows } from "../../../../lib/ui/page/data/model.ts";
import { cellText, columnSql, timeOf } from "../../../../lib/ui/page/results/columns.ts";
import {
  countsOf,
  heatMapOf,
  interrupted,
  pivot,
  withoutCutTime,
} from "../../../../lib/ui/page/results/pivot.ts";
import { rowsFor, shapeOf } from "../../../../lib/ui/page/results/shape.ts";

const WINDOW = "STRUCT<start: TIMESTAMP, end: TIMESTAMP>";

/** Columns, as `name TYPE`. */
function columnsOf(...texts: readonly string[]): ColumnView[] {
  return texts.map((text) => {
    const [name, ...type] = text.split(" ");
    return { name: name!, type: type.join(" ") };
  });
}

const SHAPES: readonly {
  readonly title: string;
  readonly columns: readonly string[];
  readonly kind: Rows["kind"];
  readonly shape: ReturnType<typeof shapeOf>;
}[] = [
  {
    title: "A name and a number are bars",
    columns: ["city STRING", "calls BIGINT"],
    kind: "result",
    shape: { kind: "bars", name: 0, value: 1 },
  },
  {
    title: "A window, a name and a number are lines",
    columns: [`window ${WINDOW}`, "city STRING", "avg DOUBLE"],
    kind: "state",
    shape: { kind: "lines", time: 0, name: 1, value: 2 },
  },
  {
    title: "A window that is final is a line, too",
    columns: [`window ${WINDOW}`, "n BIGINT"],
    kind: "recent",
    shape: { kind: "lines", time: 0, name: null, value: 1 },
  },
  {
    title: "A time and a number of a group are a line",
    columns: ["n DECIMAL(20,2)", "day DATE"],
    kind: "result",
    shape: { kind: "lines", time: 1, name: null, value: 0 },
  },
  {
    title: "An hour, a day of the week and a number are a heat map",
    columns: ["hour INT", "dayofweek INT", "count BIGINT"],
    kind: "result",
    shape: { kind: "heat map", hour: 0, weekday: 1, value: 2 },
  },
  {
    title: "Rows that are not counted are counted by their names",
    columns: ["at TIMESTAMP", "city STRING", "speed DOUBLE", "state STRING"],
    kind: "recent",
    shape: { kind: "counts", names: [1, 3] },
  },
  { title: "A number alone has no chart", columns: ["n BIGINT"], kind: "result", shape: null },
  {
    title: "Two names and a number have no chart",
    columns: ["city STRING", "state STRING", "n BIGINT"],
    kind: "result",
    shape: null,
  },
  { title: "Rows without names have no chart", columns: ["at TIMESTAMP"], kind: "recent", shape: null },
  { title: "No columns have no chart", columns: [], kind: "result", shape: null },
];

for (const { title, columns, kind, shape } of SHAPES) {
  Deno.test(title, () => deepEqual(shapeOf(columnsOf(...columns), kind), shape));
}

Deno.test("Bars are asked for by size, and lines by time", () => {
  deepEqual(
    rowsFor({ kind: "bars", name: 0, value: 1 }, columnsOf("a STRING", "n`x BIGINT")).order,
    "`n``x` DESC",
  );
  deepEqual(
    rowsFor({ kind: "lines", time: 0, name: null, value: 1 }, columnsOf(`w ${WINDOW}`, "n BIGINT")).order,
    "`w`.start DESC",
  );
  equal(columnSql({ name: "count(1)", type: "BIGINT" }), "`count(1)`");
});

const AT = ["2018-12-31T22:00:00.000Z", "2018-12-31T23:00:00.000Z", "2019-01-01T00:00:00.000Z"] as const;
const MS = AT.map((text) => Date.parse(text));

Deno.test("Lines have the largest names, and the sum of the others; a name without a row at a time is zero", () => {
  const rows: Cell[][] = [
    [{ start: AT[1], end: AT[2] }, "a", 5],
    [{ start: AT[0], end: AT[1] }, "a", 1],
    [{ start: AT[0], end: AT[1] }, "b", 4],
    [{ start: AT[1], end: AT[2] }, "c", 2],
    [{ start: AT[1], end: AT[2] }, null, 1],
    [null, "a", 100],
  ];
  deepEqual(pivot(rows, { time: 0, name: 1, value: 2, missing: 0, linesMax: 2 }), {
    timesMs: MS.slice(0, 2),
    lines: [
      { name: "a", values: [1, 5] },
      { name: "b", values: [4, 0] },
      { name: "Others", values: [0, 3] },
    ],
  });
});

Deno.test("Lines of what cannot be added have no others, and no value where there is no row", () => {
  const rows: Cell[][] = [[AT[0], "a", 1.5], [AT[1], "b", 2], [AT[1], "c", 1]];
  deepEqual(pivot(rows, { time: 0, name: 1, value: 2, missing: null, linesMax: 2 }).lines, [
    { name: "b", values: [null, 2] },
    { name: "a", values: [1.5, null] },
  ]);
});

Deno.test("A line is interrupted where there is nothing for a while", () => {
  const minute = 60_000;
  const timesMs = [0, minute, 2 * minute, 20 * minute];
  deepEqual(interrupted({ timesMs, lines: [{ name: "a", values: [1, 2, 3, 4] }] }), {
    timesMs: [0, minute, 2 * minute, 3 * minute, 20 * minute],
    lines: [{ name: "a", values: [1, 2, 3, null, 4] }],
  });
  deepEqual(interrupted({ timesMs: [], lines: [] }), { timesMs: [], lines: [] });
});

Deno.test("The first time of lines is left out where rows of it may be missing", () => {
  deepEqual(withoutCutTime({ timesMs: [1, 2, 3], lines: [{ name: "a", values: [4, 5, 6] }] }), {
    timesMs: [2, 3],
    lines: [{ name: "a", values: [5, 6] }],
  });
  deepEqual(withoutCutTime({ timesMs: [], lines: [] }), { timesMs: [], lines: [] });
});

Deno.test("Values are counted, the most frequent first", () => {
  deepEqual(countsOf([["x"], [null], ["y"], ["y"]], 0), [
    { name: "y", value: 2 },
    { name: "x", value: 1 },
    { name: "NULL", value: 1 },
  ]);
});

Deno.test("Days of a heat map are Spark's dayofweek, Spark's weekday, or names", () => {
  const at = (day: Cell, firstDay: "sunday is 1" | "monday is 0") =>
    heatMapOf([[7, day, 3]], { hour: 0, weekday: 1, value: 2, firstDay })
      .flatMap((hours, index) => hours[7] === 3 ? [index] : []);
  deepEqual([1, 2, 7].map((day) => at(day, "sunday is 1")), [[6], [0], [5]]);
  deepEqual([0, 6].map((day) => at(day, "monday is 0")), [[0], [6]]);
  deepEqual(["Monday", "sun", "Wed"].map((day) => at(day, "sunday is 1")), [[0], [6], [2]]);
  deepEqual([9, null, "", "x"].map((day) => at(day, "monday is 0")), [[], [], [], []]);
});

Deno.test("Cells read as people write them", () => {
  const texts: readonly (readonly [Cell, string])[] = [
    [null, "NULL"],
    [1283, "1283"],
    ["9007199254740993", "9007199254740993"],
    [false, "false"],
    ["<b>x</b>", "<b>x</b>"],
    ["2018-12-31T23:45:00.000Z", "2018-12-31 23:45"],
    ["2018-12-31T23:45:01.500Z", "2018-12-31 23:45:01.500"],
    ["2018-12-31T23:45:00.000+01:00", "2018-12-31 23:45+01:00"],
    [{ start: AT[0], end: AT[1] }, "2018-12-31 22:00 – 23:00"],
    [{ start: AT[1], end: AT[2] }, "2018-12-31 23:00 – 2019-01-01 00:00"],
    [["a", 1], '["a",1]'],
    [{ a: null }, '{"a":null}'],
  ];
  for (const [cell, text] of texts) equal(cellText(cell), text);
  equal(timeOf("2019-01-01"), MS[2]);
  equal(timeOf("2019-01-01T00:00:00"), MS[2]);
  equal(timeOf("Traffic Stop"), null);
});
