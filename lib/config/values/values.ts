/**
 * The kinds of values of settings and flags. Each is a zod schema that parses INI text to a typed value, with
 * a description of what is allowed.
 */
import * as z from "zod";
import { DURATION_FORMS, formatDuration, parseDuration } from "../../base/text/duration.ts";
import { delayMsOf, intervalMicros, parseInterval } from "../../base/text/interval.ts";
import { formatCount } from "../../base/text/format.ts";
import { timeZoneOf } from "../../base/time_zone.ts";

/** A kind of value: how its text is parsed, and the description for errors. */
export interface Kind<T> {
  readonly schema: z.ZodType<T, string>;
  /** Completes the sentence "expected …". */
  readonly allowed: string;
  /** The possible values, if there are only a few, for shell completion. */
  readonly choices?: readonly string[];
}

/** A schema of what a function reads from the text; undefined if it is not valid. */
export function parsedBy<T>(parse: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: "not valid" });
    return z.NEVER;
  });
}

/** The parts of a list, separated by commas. */
function partsOf(list: string): string[] {
  return list.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/** Any text, unchanged. */
export const text: Kind<string> = { schema: z.string(), allowed: "text" };

/** The path of a file or directory. */
export const path: Kind<string> = { schema: z.string(), allowed: "a path" };

const TOKEN_LENGTH_MIN = 16;

/** A secret that nobody can guess, and that fits into a header. */
export const token: Kind<string> = {
  schema: z.string().regex(/^[\x21-\x7e]+$/).min(TOKEN_LENGTH_MIN),
  allowed: `at least ${TOKEN_LENGTH_MIN} ASCII characters without spaces`,
};

/** One of several words. */
export function oneOf<const W extends string>(...words: readonly W[]): Kind<W> {
  return {
    schema: z.string().transform((value) => value.toLowerCase()).pipe(
      z.enum(words),
    ) as unknown as z.ZodType<W, string>,
    allowed: words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    choices: words,
  };
}

/** An integer between two bounds, inclusive. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    schema: z.string().regex(/^[+-]?\d+$/).transform(Number).pipe(z.number().int().min(min).max(max)),
    allowed: max === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${formatCount(min)} or more`
      : `a whole number from ${formatCount(min)} to ${formatCount(max)}`,
  };
}

/** How many of something, at least one. */
export const count: Kind<number> = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** The number of a partition. */
export const partitionNumber: Kind<number> = wholeNumber(0, 2 ** 31 - 1);

/** A number greater than zero, with or without a fraction. */
export const positiveNumber: Kind<number> = {
  schema: z.string().regex(/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i).transform(Number).pipe(
    z.number().positive().finite(),
  ),
  allowed: "a number greater than 0",
};

/** A duration, in milliseconds. */
export function duration(minMs = 0): Kind<number> {
  return {
    schema: parsedBy((value) => {
      const ms = parseDuration(value);
      return ms === undefined || ms < minMs ? undefined : ms;
    }),
    allowed: minMs > 0 ? `${DURATION_FORMS}, longer than zero` : DURATION_FORMS,
  };
}

const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

/** A boolean, in the words that configparser accepts. */
export const yesOrNo: Kind<boolean> = {
  schema: z.string().transform((value) => value.toLowerCase()).pipe(z.enum([...YES, ...NO]))
    .transform((value) => YES.includes(value)),
  allowed: "true or false",
  choices: ["true", "false"],
};

const SERVER = /^(\[[0-9a-f:]+\]|[^\s:,]+)(?::(\d{1,5}))?$/i;

/** Kafka's default port, for servers without one. */
const KAFKA_PORT = 9092;

/** Servers as `host:port`, separated by commas; the port is optional. */
export const servers: Kind<readonly string[]> = {
  schema: parsedBy((value) => {
    const list = partsOf(value).map((server) => {
      const match = SERVER.exec(server.replace(/^(PLAINTEXT|SSL|SASL_PLAINTEXT|SASL_SSL):\/\//i, ""));
      const port = Number(match?.[2] ?? KAFKA_PORT);
      return match === null || port < 1 || port > 65_535 ? undefined : `${match[1]}:${port}`;
    });
    return list.length > 0 && list.every((server) => server !== undefined) ? list : undefined;
  }),
  allowed: "host:port, several separated by commas",
};

/** A topic name, by Kafka's rules. */
export const topicName: Kind<string> = {
  schema: z.string().regex(/^[A-Za-z0-9._-]{1,249}$/).refine((name) => name !== "." && name !== ".."),
  allowed: "a topic name: 1 to 249 of the characters A-Z a-z 0-9 . _ -",
};

/** Topic names, separated by commas; duplicates are dropped. */
export const topicNames: Kind<readonly string[]> = {
  schema: parsedBy((value) => {
    const names = partsOf(value);
    const areValid = names.length > 0 && names.every((name) => topicName.schema.safeParse(name).success);
    return areValid ? [...new Set(names)] : undefined;
  }),
  allowed: `${topicName.allowed}; several separated by commas`,
};

/** A time zone as in Spark: a region, `UTC`, or an offset. */
export const timeZone: Kind<string> = {
  schema: z.string().refine((zone) => timeZoneOf(zone) !== undefined),
  allowed: "a time zone such as UTC, America/Los_Angeles or +01:00",
};

/** A watermark: the event-time column, and the allowed lateness. */
export interface WatermarkSpec {
  readonly column: string;
  readonly delayMs: number;
}

/** `column duration`, such as `call_date_time 10 minutes`; or `none` for no watermark. */
export const watermark: Kind<WatermarkSpec | "none"> = {
  schema: parsedBy((value) => {
    if (value.toLowerCase() === "none") return "none" as const;
    const [, column, delay] = /^(`[^`]+`|[^\s`,]+)\s+(.+)$/s.exec(value) ?? [];
    const delayMs = delay === undefined ? undefined : delayMsIn(delay);
    return delayMs === undefined ? undefined : { column: column!.replaceAll("`", ""), delayMs };
  }),
  allowed: "a column and a delay, such as 'call_date_time 10 minutes', or none",
};

/** A delay is any interval that Spark takes, or a duration in the short form. */
function delayMsIn(text: string): number | undefined {
  const interval = parseInterval(text);
  if (interval === undefined) return parseDuration(text);
  const ms = delayMsOf(interval);
  return intervalMicros(interval) >= 0n && Number.isSafeInteger(ms) ? ms : undefined;
}

/** When micro-batches run. */
export type TriggerSpec =
  | { readonly kind: "processing-time"; readonly intervalMs: number }
  | { readonly kind: "once" }
  | { readonly kind: "available-now" };

/** A trigger: an interval (0 for as soon as possible), `once` or `available-now`. */
export const trigger: Kind<TriggerSpec> = {
  schema: parsedBy((value): TriggerSpec | undefined => {
    const word = value.toLowerCase().replaceAll("_", "-");
    if (word === "once") return { kind: "once" };
    if (word === "available-now" || word === "availablenow") return { kind: "available-now" };
    const intervalMs = parseDuration(value);
    return intervalMs === undefined ? undefined : { kind: "processing-time", intervalMs };
  }),
  allowed: `available-now, once, or ${DURATION_FORMS}`,
  choices: ["10s", "available-now", "once"],
};

/** A trigger as a setting has it. */
export function triggerText(trigger: TriggerSpec): string {
  return trigger.kind === "processing-time" ? formatDuration(trigger.intervalMs) : trigger.kind;
}

/**
 * Where reading a partition starts: at an offset (−2 for earliest, −1 for latest), or at the first record at
 * or after a time.
 */
export type StartingPlace = number | { readonly timestampMs: number };

/** Starting places by topic and partition, as in Spark's JSON. */
export type PlacesByTopic = Readonly<Record<string, Readonly<Record<string, StartingPlace>>>>;

/** Where a new query starts: at an end of every partition, at a time, or at a position for each partition. */
export type StartingOffsets = "earliest" | "latest" | { readonly timestampMs: number } | PlacesByTopic;

/** Where a new query starts, or the checkpoint of a query that it goes on after. */
export type StartSetting = StartingOffsets | { readonly checkpoint: string };

/** What to do if a partition has no record at or after the starting time, as in Spark. */
export type TimestampStrategy = "error" | "latest";

const startingPlace = z.union([
  z.number().int().min(-2),
  parsedBy((text): StartingPlace | undefined => instant(text)),
]);

const placesJson = z.record(z.string(), z.record(z.string().regex(/^\d+$/), startingPlace));

/**
 * `earliest`, `latest`, a time, Spark's JSON: `{"topic":{"0":23,"1":-2}}` (−2 for earliest, −1 for latest), where a
 * string is a time; or `checkpoint:DIRECTORY`.
 */
export const startingOffsets: Kind<StartSetting> = {
  schema: parsedBy((value): StartSetting | undefined => {
    const word = value.toLowerCase();
    if (word === "earliest" || word === "latest") return word;
    const [, checkpoint] = /^checkpoint:(.+)$/s.exec(value) ?? [];
    if (checkpoint !== undefined) return { checkpoint };
    return instant(value) ?? placesJson.safeParse(parseJson(value)).data;
  }),
  allowed: "earliest, latest, a time such as 2018-12-31T12:00:00Z, JSON with an offset or a time for every " +
    'partition, such as {"calls":{"0":23,"1":-2,"2":"2018-12-31T12:00:00Z"}}, or checkpoint:DIRECTORY',
  choices: ["earliest", "latest"],
};

/** An ISO 8601 time; a time without a zone is UTC, so that results do not depend on the machine. */
export function instant(value: string): { readonly timestampMs: number } | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?))?(Z|[+-]\d{2}:?\d{2})?$/i
    .exec(value);
  if (match === null) return undefined;
  const timestampMs = Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`);
  return Number.isNaN(timestampMs) ? undefined : { timestampMs };
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Sinks that print rows and store nothing. */
export const PRINTING_SINKS = ["console", "ndjson", "none"] as const;
/** Sinks that write a directory of files. */
export const FILE_SINKS = ["json", "csv", "parquet"] as const;
/** All kinds of sinks, as written before the colon. */
export const SINK_KINDS = [...PRINTING_SINKS, ...FILE_SINKS, "sqlite", "kafka"] as const;

/** Where the rows of a query go. */
export type SinkSpec =
  | { readonly kind: (typeof PRINTING_SINKS)[number] }
  | { readonly kind: (typeof FILE_SINKS)[number] | "sqlite"; readonly path: string }
  | { readonly kind: "kafka"; readonly topic: string };

/** Whether rows are stored, so that a query continues the same output in the next run. */
export function isDurable({ kind }: SinkSpec): boolean {
  return !(PRINTING_SINKS as readonly string[]).includes(kind);
}

/** A sink. */
export const sink: Kind<SinkSpec> = {
  schema: parsedBy((value): SinkSpec | undefined => {
    const [, word, place] = /^([a-z]+)(?::(.+))?$/is.exec(value) ?? [];
    const kind = SINK_KINDS.find((known) => known === word?.toLowerCase());
    switch (kind) {
      case "console":
      case "ndjson":
      case "none":
        return place === undefined ? { kind } : undefined;
      case "kafka":
        return topicName.schema.safeParse(place).success ? { kind, topic: place! } : undefined;
      case undefined:
        return undefined;
      default:
        return place === undefined ? undefined : { kind, path: place };
    }
  }),
  allowed: "console, ndjson, none, json:PATH, csv:PATH, parquet:PATH, sqlite:PATH or kafka:TOPIC",
  choices: PRINTING_SINKS,
};
