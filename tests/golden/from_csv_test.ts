/** What `from_csv` of a real Spark makes of lines is what ours makes of them, with each option. */
import { deepEqual, throws } from "assert";
import { timeZoneOf } from "../../lib/base/time_zone.ts";
import type { DataType, Value } from "../../lib/records/data_type.ts";
import { RowQuality } from "../../lib/records/json/json_reader.ts";
import { csvDecoder } from "../../lib/registry/formats/csv_format.ts";
import { parseColumns } from "../../lib/sql/catalog.ts";
import { timesBy } from "../../lib/stream/time/date_parse.ts";
import { plainJson } from "../support/plain_json.ts";
import answers from "./from_csv/answers.json" with { type: "json" };
import cases from "./from_csv/cases.json" with { type: "json" };

const ZONE = timeZoneOf("America/Los_Angeles")!;

interface Case {
  readonly options: Readonly<Record<string, string>>;
  readonly schema: string;
  readonly lines: readonly string[];
}

interface Answer {
  readonly row: readonly unknown[];
  readonly corrupt: boolean;
}

function readerOf({ options, schema }: Case) {
  const columns = parseColumns(schema, "schema").map(({ name, type }) => ({ name, type }));
  const format = { kind: "csv", schema: undefined, isFramed: false, options } as const;
  const decoder = csvDecoder(format, { columns, declared: columns, zone: ZONE }, timesBy);
  return (line: string): Answer => {
    const row: Value[] = columns.map(() => "old");
    const bytes = new TextEncoder().encode(line);
    const quality = decoder.decode(bytes, 0, bytes.length, row);
    return {
      row: row.map((value, index) => plainJson(value, columns[index]!.type, ZONE)),
      corrupt: quality !== RowQuality.good && quality !== RowQuality.empty,
    };
  };
}

for (const [index, each] of (cases as readonly Case[]).entries()) {
  const answer = answers[index] as readonly Answer[] | { readonly fails: string };
  const title = `${each.schema} ${JSON.stringify(each.options)}`;
  if ("fails" in answer) {
    Deno.test(`What Spark refuses in CSV is refused: ${title}`, () => {
      throws(() => readerOf(each), { code: "CONFIG" });
    });
    continue;
  }
  Deno.test(`Lines of CSV are the rows of Spark's from_csv: ${title}`, () => {
    const read = readerOf(each);
    const types = parseColumns(each.schema, "schema").map(({ type }) => type);
    const ours = each.lines.map((line) => ({ line, ...read(line) }));
    deepEqual(
      ours,
      each.lines.map((line, at) => ({
        line,
        row: (answer[at] as Answer).row.map((value, index) => sameFloat(value, types[index]!)),
        corrupt: (answer[at] as Answer).corrupt,
      })),
    );
  });
}

/** A FLOAT has the digits that Java gives it. */
function sameFloat(value: unknown, type: DataType): unknown {
  return type === "FLOAT" && typeof value === "number" ? Math.fround(value) : value;
}
