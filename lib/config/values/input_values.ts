/** What `produce` reads, how records are written in it, and what is sent with them. */
import { duration, type Kind, oneOf, parsedBy } from "./values.ts";

/** How records are written in an input. */
export const inputFormat = oneOf("json", "ndjson", "csv", "lines", "raw", "envelope", "kcat", "kaf");

/** See {@link inputFormat}. */
export type InputFormat = NonNullable<ReturnType<typeof inputFormat.schema.parse>>;

/** Paths, one on each line. */
export const paths: Kind<readonly string[]> = {
  schema: parsedBy((value) => {
    const list = value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    return list.length > 0 ? list : undefined;
  }),
  allowed: "a path; several on lines of their own",
};

/** A header of a record: its name, and its value as text. */
export interface HeaderSetting {
  readonly key: string;
  readonly value: string;
}

/** Headers as NAME=VALUE, one on each line. */
export const headers: Kind<readonly HeaderSetting[]> = {
  schema: parsedBy((value) => {
    const pairs = value.split("\n").map((line) => /^([^=]+)=(.*)$/s.exec(line));
    return pairs.every((pair) => pair !== null)
      ? pairs.map(([, key, value]) => ({ key: key!.trim(), value: value! }))
      : undefined;
  }),
  allowed: "NAME=VALUE; several on lines of their own",
};

const NEVER = "never";
const TRANSACTION_MS_MAX = 600_000;

/** How old a transaction gets, in milliseconds; or Infinity. Brokers abort those that are much older. */
export const transactionInterval: Kind<number> = {
  schema: parsedBy((value) => {
    if (value.toLowerCase() === NEVER) return Infinity;
    const ms = duration(1).schema.safeParse(value).data;
    return ms === undefined || ms > TRANSACTION_MS_MAX ? undefined : ms;
  }),
  allowed: `${NEVER}, or a duration such as 500ms or 10s, up to 10m`,
  choices: [NEVER],
};

/** The timestamp of a record: the time of sending, its event time, or that of a field. */
export type TimestampSource = "now" | "event" | { readonly field: string };

/** `now`, `event`, or the name of a field. */
export const timestampSource: Kind<TimestampSource> = {
  schema: parsedBy((value) => {
    const word = value.toLowerCase();
    return word === "now" || word === "event" ? word : { field: value };
  }),
  allowed: "now, event or a field",
  choices: ["now", "event"],
};

/** Where records come from that are not in files. */
export const producerSource = oneOf("datasf");

/** The id of a data set, as at the end of its address. */
export const dataSet: Kind<string> = {
  schema: parsedBy((value) => /^[a-z0-9]{4}-[a-z0-9]{4}$/i.test(value) ? value.toLowerCase() : undefined),
  allowed: "the id of a data set, such as gnap-fj3t",
};

/** The same, or `none`. */
export const dataSetOrNone: Kind<string> = {
  schema: parsedBy((value) => /^none$/i.test(value) ? "none" : dataSet.schema.safeParse(value).data),
  allowed: `${dataSet.allowed}, or none`,
};

/** A column of a data set, by the name that its API has for it; those of the system begin with a colon. */
export const dataSetColumn: Kind<string> = {
  schema: parsedBy((value) => /^:?[a-z_][a-z0-9_]*$/i.test(value) ? value.toLowerCase() : undefined),
  allowed: "the name of a column, such as close_datetime, or :updated_at",
};
