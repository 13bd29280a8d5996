import { equal, match, ok } from "assert";
import { SfcrimeError } from "../../../lib/base/errors.ts";
import { BUILT_IN_SOURCES } from "../../../lib/config/built_in.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";

const CATALOG = {
  streams: new Map([["calls", {
    columns: parseColumns(BUILT_IN_SOURCES["stream.calls"]!.columns!, "calls"),
    watermark: { column: "call_date_time", delayMs: 600_000 },
  }]]),
  tables: new Map([["radio_code", {
    columns: parseColumns(BUILT_IN_SOURCES["table.radio_code"]!.columns!, "radio_code"),
  }]]),
};

function refused(sql: string): SfcrimeError {
  try {
    analyzeQuery({ name: "q", sql, outputMode: "append", timeZone: "UTC", catalog: CATALOG });
  } catch (error) {
    if (error instanceof SfcrimeError) return error;
    throw error;
  }
  throw new Error(`${sql} was accepted`);
}

/** A statement with one wrong name, and the name that is meant. */
const MISTYPED: readonly (readonly [sql: string, wrong: string, meant: string])[] = [
  ["SELECT citi FROM calls", "citi", "city"],
  ["SELECT call_datetime FROM calls", "call_datetime", "call_date_time"],
  ["SELECT crime_id FROM calls WHERE dispositon = 'x'", "dispositon", "disposition"],
  ["SELECT crime_id\n  FROM calls\n  WHERE addres = 'x'", "addres", "address"],
  ["SELECT descripton FROM calls JOIN radio_code USING (disposition)", "descripton", "description"],
  ["SELECT description FROM calls JOIN radio_code USING (disposicion)", "disposicion", "disposition"],
  ["SELECT city FROM cals", "cals", "calls"],
  ["SELECT city FROM calls JOIN radio_codes USING (disposition)", "radio_codes", "radio_code"],
  ["SELECT uper(city) FROM calls", "uper(city)", "upper"],
  ["SELECT countt(*) FROM calls", "countt(*)", "count"],
  [
    "SELECT CAST(crime_id AS INTT) FROM calls",
    "INTT",
    "INT",
  ],
  [
    "SELECT window(call_date_time, '1 hour').strat FROM calls",
    "window(call_date_time, '1 hour').strat",
    "start",
  ],
];

Deno.test("A name that is mistyped is pointed at, and the nearest one is named", async (t) => {
  for (const [sql, wrong, meant] of MISTYPED) {
    await t.step(`${wrong} → ${meant}`, () => {
      const { message, hint } = refused(sql);
      match(hint ?? "", new RegExp(`^Did you mean ${meant}\\? `));
      const [shown, carets] = message.split("\n").slice(-2) as [string, string];
      const start = carets.indexOf("^");
      equal(shown.slice(start, carets.length), wrong);
    });
  }
});

Deno.test("A name that is like no other is answered with all that are known", () => {
  const { hint } = refused("SELECT qqqqqqqqqqqq FROM calls");
  for (const { name } of CATALOG.streams.get("calls")!.columns) ok(hint!.includes(name), name);
  ok(!hint!.includes("Did you mean"), hint);
});

Deno.test("Columns of one name are told apart by what can be written", () => {
  const { message, hint } = refused(
    "SELECT disposition FROM calls c JOIN radio_code r ON c.disposition = r.disposition",
  );
  match(message, /column disposition is ambiguous/);
  equal(hint, "Use c.disposition or r.disposition.");
});
