/** The columns of streams by the formats of their values and keys, and what is refused. */
import { deepEqual, match, throws } from "assert";
import { recordColumns } from "../../../lib/plan/schemas/record_columns.ts";
import { streamReading } from "../../../lib/plan/declared_streams.ts";
import { parseType } from "../../../lib/records/types/type_text.ts";
import type { FormattedColumns, StreamFormats } from "../../../lib/registry/formats/stream_format.ts";
import { load } from "../config/sources.ts";

const settingsOf = (lines: string) => load({ file: `[stream.s]\ntopic = t\n${lines}` });
const columnsOf = (lines: string, formats?: StreamFormats) => recordColumns(settingsOf(lines), "s", formats);
const refused = (lines: string, message: RegExp, formats?: StreamFormats) => {
  throws(() => columnsOf(lines, formats), (error: Error & { readonly hint?: string }) => {
    match(`${error.message} ${error.hint ?? ""}`, message);
    return true;
  });
};

/** A schema with the given columns. */
const schemaOf = (columns: Readonly<Record<string, string>>, isSingle = false): FormattedColumns => ({
  format: { kind: "avro", schema: { kind: "AVRO", text: "", references: [] }, isFramed: false },
  columns: Object.entries(columns).map(([name, type]) => ({ name, type: parseType(type) })),
  isSingle,
});

Deno.test("Text and bytes are one column, which has a name of its own if none is declared", () => {
  deepEqual(columnsOf("format = text"), [{ name: "value", field: "value", type: "STRING", kafka: "value" }]);
  deepEqual(columnsOf("format = binary\nkey_format = text"), [
    { name: "key", field: "key", type: "STRING", kafka: "key" },
    { name: "value", field: "value", type: "BINARY", kafka: "value" },
  ]);
  deepEqual(
    columnsOf(
      "format = text\nkey_format = binary\ncolumns = id BINARY KEY, line STRING, n INT AS (length(line))",
    ),
    [
      { name: "id", field: "id", type: "BINARY", kafka: "key" },
      { name: "line", field: "line", type: "STRING", kafka: "value" },
      { name: "n", field: "n", type: "INT", computed: "length(line)" },
    ],
  );
  deepEqual(streamReading(settingsOf("format = text\nmode = failfast"), "s"), {
    topics: { kind: "names", topics: ["t"] },
    mode: "failfast",
    fields: [],
  });
});

Deno.test("A column with KEY is a field of the key, beside one of the value with the same name", () => {
  const lines = "key_format = json\ncolumns = key STRING, id BIGINT KEY, key_id STRING KEY FROM 'key'";
  deepEqual(columnsOf(lines), [
    { name: "key", field: "key", type: "STRING" },
    { name: "id", field: "id", type: "BIGINT", keyField: "id" },
    { name: "key_id", field: "key_id", type: "STRING", keyField: "key" },
  ]);
  deepEqual(streamReading(settingsOf(lines), "s").key, {
    format: { kind: "json", schema: undefined, isFramed: false },
    fields: [{ name: "id", type: "BIGINT" }, { name: "key", type: "STRING" }],
  });
});

Deno.test("Schemas give the columns of keys and values; a value that is no record has any name", () => {
  const formats = { key: schemaOf({ value: "BIGINT" }, true), value: schemaOf({ a: "INT" }) };
  const lines = "format = avro\nkey_format = avro";
  deepEqual(columnsOf(lines, formats), [
    { name: "key", field: "value", type: "BIGINT", keyField: "value" },
    { name: "a", field: "a", type: "INT" },
  ]);
  deepEqual(columnsOf(`${lines}\ncolumns = a INT, id BIGINT KEY`, formats), [
    { name: "a", field: "a", type: "INT" },
    { name: "id", field: "value", type: "BIGINT", keyField: "value" },
  ]);
  refused(lines, /keys and values have a column id\. Declare columns: id_of_key INT KEY FROM 'id'/, {
    key: schemaOf({ id: "INT" }),
    value: schemaOf({ ID: "INT" }),
  });
  refused(`${lines}\ncolumns = id BIGINT KEY FROM 'nr'`, /the schema has no field nr.*mean nb\?/, {
    key: schemaOf({ nb: "BIGINT" }),
    value: schemaOf({ a: "INT" }),
  });
  refused(`${lines}\ncolumns = id INT KEY`, /id: a key of format avro is one column of type BIGINT/, formats);
});

Deno.test("Columns that a format does not have are refused", () => {
  refused("columns = id STRING KEY", /column id is of the key, which has no format\. Set key_format/);
  refused("columns = id STRING KEY FROM id", /is not a column definition/);
  refused("format = text\ncolumns = n INT", /n: a value of format text is one column of type STRING/);
  refused("format = binary\ncolumns = n STRING", /n: a value of format binary is one column of type BINARY/);
  refused("format = text\ncolumns = a STRING, b STRING", /column b: a value of format text is one column/);
  refused("key_format = text\ncolumns = a STRING, b INT KEY", /b: a key of format text is one column/);
  refused("format = text\ncorrupt_record = c", /every record fits the format text\. Remove corrupt_record/);
  refused("key_format = json\nformat = text", /has no columns\..*id STRING KEY/);
  refused("key_format = text", /has no columns/);
});

Deno.test("CSV has columns by their places, and options by Spark's names", () => {
  const lines = "format = csv\nformat_options = sep ';', nullValue = \"-\", quote '''', header2";
  throws(() => settingsOf(lines), /format_options = .*: expected options of the format, each once/);
  const valid =
    "format = csv\nformat_options = SEP ';', nullValue = \"-\", quote '''', ignoreLeadingWhiteSpace true\n";
  deepEqual(streamReading(settingsOf(`${valid}columns = a INT`), "s").format, {
    kind: "csv",
    schema: undefined,
    isFramed: false,
    options: { SEP: ";", nullValue: "-", quote: "'", ignoreLeadingWhiteSpace: "true" },
  });
  refused("format = csv", /has no columns/);
  refused(
    "format = csv\ncolumns = a ARRAY<INT>",
    /column a: Type ARRAY<INT> is not supported for columns of CSV/,
  );
  refused("format = csv\nformat_options = nulValue '-'\ncolumns = a INT", /no option nulValue.*nullValue/);
  refused(
    "format = csv\nformat_options = quote 'ab'\ncolumns = a INT",
    /quote = "ab": expected one character/,
  );
  refused("format = csv\nformat_options = dateFormat 'Y'\ncolumns = a DATE", /pattern letter Y/);
  refused("format_options = sep ';'\ncolumns = a INT", /only CSV has options\. Set format = csv/);
  refused("key_format = text\nkey_format_options = sep ';'\ncolumns = a INT", /key_format_options: only CSV/);
});
