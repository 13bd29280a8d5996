/**
 * How the records of a stream are written: as JSON, as CSV or as text, with a key, and with what Kafka keeps of them.
 * Each has the columns of `COLUMNS`, in their order, so that the same queries read all of them.
 */
import type { RecordValue, ScenarioRecord, ScenarioStream } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { COLUMNS, malformedOf, type Member, members, objectText, randomRecord } from "./records.ts";
import { stringValue, type TimeRange } from "./values.ts";

/** A way to write records. */
export interface RecordForm {
  readonly stream: ScenarioStream;
  record(random: Random, range: TimeRange): ScenarioRecord;
}

/** The columns, some of which come from elsewhere than the value: they are `KEY`, or `AS (expression)`. */
function columns(origins: Readonly<Record<string, string>>): string {
  return Object.entries(COLUMNS).map(([name, type]) =>
    [name, type, ...origins[name] === undefined ? [] : [origins[name]]].join(" ")
  ).join(", ");
}

/** What a line of CSV cannot have. */
const NESTED = ["dev", "items", "attrs"] as const;

const JSON_VALUES: RecordForm = { stream: { columns: columns({}) }, record: randomRecord };

/** JSON with a key of JSON. */
const KEYED: RecordForm = {
  stream: {
    columns: columns({
      at: "METADATA FROM 'timestamp'",
      k: "KEY",
      l: "METADATA FROM 'offset'",
      h: "METADATA FROM 'partition'",
      y: "AS (CAST(at AS DATE))",
      attrs: "KEY FROM 'dev'",
    }),
    key_format: "json",
  },
  record: (random, range) => {
    const all = members(random, range);
    const keys = all.filter(({ name }) => name === "k" || name === "attrs");
    const key = keys.map(({ name, value }) => ({ name: name === "k" ? name : "dev", value }));
    return {
      value: jsonOf(random, all.filter(({ name }) => name !== "k" || random.chance(0.2))),
      key: random.chance(0.05) ? null : jsonOf(random, key),
      timestampMs: timestampMs(random, range),
    };
  },
};

/** Lines of CSV, with a key of JSON for what such a line cannot have. */
const LINES: RecordForm = {
  stream: {
    columns: columns(Object.fromEntries(NESTED.map((name) => [name, "KEY"]))),
    format: "csv",
    format_options: "sep ';', nullValue '-'",
    key_format: "json",
  },
  record: (random, range) => {
    const all = members(random, range);
    return {
      value: random.chance(0.03) ? null : line(random, all),
      key: jsonOf(random, all.filter(({ name }) => isNested(name))),
    };
  },
};

/** Text, which may be JSON, with a key of text. Everything else is computed, or what Kafka has. */
const TEXT: RecordForm = {
  stream: {
    columns: columns({
      at: "METADATA FROM 'timestamp'",
      k: "KEY",
      i: "METADATA FROM 'partition'",
      l: "METADATA FROM 'offset'",
      d: "AS (try_cast(s AS DOUBLE))",
      b: "AS (length(s) % 2 = 0)",
      y: "AS (CAST(at AS DATE))",
      h: "AS (length(s) % 100)",
      f: "AS (try_cast(left(s, 3) AS FLOAT))",
      e: "AS (date_trunc('hour', at))",
      ...Object.fromEntries(
        NESTED.map((name) => [name, `AS (from_json(s, '${name} ${COLUMNS[name]}').${name})`]),
      ),
      z: "AS (CAST(at AS TIMESTAMP_NTZ))",
      p: "AS (at - date_trunc('hour', at))",
    }),
    format: "text",
    key_format: "text",
  },
  record: (random, range) => {
    const all = members(random, range).filter(({ name }) => isNested(name));
    return {
      value: random.chance(0.4) ? jsonOf(random, all) : textOf(stringValue(random)),
      key: random.chance(0.1)
        ? null
        : textOf(random.chance(0.8) ? `"${random.pick(["a", "b", "c"])}"` : stringValue(random)),
      timestampMs: timestampMs(random, range),
    };
  },
};

/** How the records of a stream are written. */
export function randomForm(random: Random): RecordForm {
  return random.chance(0.6) ? JSON_VALUES : random.pick([KEYED, LINES, TEXT]);
}

function isNested(name: string): boolean {
  return (NESTED as readonly string[]).includes(name);
}

function jsonOf(random: Random, all: readonly Member[]): RecordValue {
  const text = objectText(random, all);
  return random.chance(0.05) ? malformedOf(random, text) : text;
}

/** What Kafka has is no time before 1970. */
function timestampMs(random: Random, { originMs, fromMinutes, toMinutes }: TimeRange): number {
  return Math.max(0, originMs + random.int(fromMinutes, toMinutes) * 60_000 + random.pick([0, 0, 1, 999]));
}

/** The text of a string in JSON, or the JSON of any other value. */
function textOf(json: string): string {
  const text = json.trim();
  try {
    return text.startsWith('"') ? (JSON.parse(text) as string).toWellFormed() : text;
  } catch {
    return text;
  }
}

/** A line with the cells of all columns that are no structures; the last ones of the same name count. */
function line(random: Random, all: readonly Member[]): string {
  const values = new Map(all.map(({ name, value }) => [name, value]));
  const cells = Object.keys(COLUMNS).filter((name) => !isNested(name)).map((name) =>
    cell(random, values.get(name))
  );
  if (random.chance(0.05)) return cells.slice(0, random.int(0, cells.length - 1)).join(";");
  return (random.chance(0.03) ? [...cells, "more"] : cells).join(";");
}

/** Where a cell needs quotes it has them. */
function cell(random: Random, json: string | undefined): string {
  if (json === undefined) return random.pick(["", "-"]);
  const text = textOf(json).replaceAll(/[\r\n]/g, " ");
  const needsQuotes = /[;"\\]/.test(text);
  if (!needsQuotes && random.chance(0.9)) return text;
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
