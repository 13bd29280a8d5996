import { deepEqual, throws } from "assert";
import fc from "fast-check";
import { readCsv } from "../../../lib/plan/tables/csv_table.ts";
import { UTC } from "../../../lib/base/time_zone.ts";
import type { Row } from "../../../lib/records/data_type.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";

function read(text: string, columns: string): Row[] {
  return readCsv(new TextEncoder().encode(text), {
    name: "Table t",
    columns: parseColumns(columns, "columns"),
    zone: UTC,
  });
}

Deno.test("Columns are found by their names in the header, whatever their order, and others are left out", () => {
  deepEqual(read("b,x,a\n1,,one\n2,?,two\n", "a STRING, b INT AS number"), [["one", 1], ["two", 2]]);
});

Deno.test("Nothing between two commas is NULL, and two quotes are an empty string", () => {
  deepEqual(read('a,b\n,1\n"",2\n', "a STRING, b INT"), [[null, 1], ["", 2]]);
});

Deno.test("A byte order mark, Windows line ends and empty lines are no part of the data", () => {
  deepEqual(read("\ufeffa,b\r\nx,1\r\n\r\ny,2", "a STRING, b INT"), [["x", 1], ["y", 2]]);
});

Deno.test("Whatever text is written as RFC 4180 has it is read as it was", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", " ", "é", "😀", "\\", "'") });
  fc.assert(fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const text = ["a,b", ...rows.map((row) => row.map(quote).join(","))].join("\n");
    deepEqual(read(text, "a STRING, b STRING"), rows);
  }));
});

Deno.test("What does not fit is refused with its line, its column and what was expected", () => {
  const columns = "a STRING, n INT";
  throws(() => read("a,n\nx,1\ny,one\n", columns), {
    code: "INPUT",
    message: 'Table t, line 3: n = "one" is not a valid INT.',
  });
  throws(() => read("a,m\nx,1\n", columns), { message: "Table t: the header has no column n." });
  throws(() => read("", columns), { message: "Table t: the header is missing." });
  throws(() => read("a,n\nx\n", columns), { code: "INPUT", message: /line 2/ });
  throws(() => read('a,n\n"x,1\n', columns), { code: "INPUT", message: /line 2/ });
});
