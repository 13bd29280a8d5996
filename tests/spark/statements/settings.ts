/**
 * The settings under which Spark's tests ran a statement. Of those that change answers the program has the time zone
 * only; the others have to be Spark's defaults for answers to be comparable.
 */

/** Spark's tests set it for all statements. */
const TIME_ZONE = "America/Los_Angeles";

/** Settings of which no answer depends: how Spark finds it. */
const HOW_IT_RUNS =
  /^spark\.sql\.(optimizer|optimize|adaptive|codegen|cbo|join|autoBroadcast|shuffle|leafNode|files|sources|maxMetadata|execution\.arrow)/i;

/** The values of other settings that are the default, if it is not `false`. */
const DEFAULTS: Readonly<Record<string, string>> = {
  "spark.sql.ansi.enabled": "true",
  "spark.sql.crossJoin.enabled": "true",
  "spark.sql.groupByAliases": "true",
  "spark.sql.groupByOrdinal": "true",
  "spark.sql.orderByOrdinal": "true",
  "spark.sql.decimalOperations.allowPrecisionLoss": "true",
  "spark.sql.timestampType": "TIMESTAMP_LTZ",
};

/** Settings that only change statements of a certain kind. */
const CHANGES_ONLY: Readonly<Record<string, RegExp>> = {
  "spark.sql.groupByAliases": /\bas\b[^]*\bgroup\s+by\b/i,
  "spark.sql.groupByOrdinal": /\bgroup\s+by\b/i,
  "spark.sql.orderByOrdinal": /\border\s+by\b/i,
  "spark.sql.legacy.interval.enabled": /\binterval\b|-\s*(?:date|timestamp)\b/i,
};

/** Folders whose statements Spark ran under a setting of its own. */
const FOLDERS: Readonly<Record<string, readonly [key: string, value: string]>> = {
  nonansi: ["spark.sql.ansi.enabled", "false"],
  timestampNTZ: ["spark.sql.timestampType", "TIMESTAMP_NTZ"],
  postgreSQL: ["spark.sql.legacy.interval.enabled", "true"],
};

/** See the module's description. They change with each SET of a file. */
export class Settings {
  #timeZone = TIME_ZONE;
  readonly #unlike = new Map<string, string>();

  /** @param input The statements as Spark's tests have them, which may begin with `--SET` lines. */
  constructor(file: string, input: string) {
    const folder = FOLDERS[file.split("/", 1)[0]!];
    if (folder !== undefined) this.#set(...folder);
    for (const [, list] of input.matchAll(/^--SET (.*)$/gm)) {
      for (const pair of list!.split(",")) {
        const [key, value = ""] = pair.split("=");
        this.#set(key!.trim(), value.trim());
      }
    }
  }

  get timeZone(): string {
    return this.#timeZone;
  }

  /** A setting that the program does not have in this way, and that may change a statement; undefined if none. */
  unlike(sql: string): string | undefined {
    const found = [...this.#unlike].find(([key]) => CHANGES_ONLY[key]?.test(sql) ?? true);
    return found?.join("=");
  }

  /** Applies a statement that sets something; returns whether it is one. */
  apply(sql: string): boolean {
    const zone = /^SET\s+TIME\s+ZONE\s+'([^']*)'\s*$/i.exec(sql)?.[1];
    if (zone !== undefined) {
      this.#timeZone = zone;
      return true;
    }
    if (/^RESET\b/i.test(sql)) {
      this.#unlike.clear();
      this.#timeZone = TIME_ZONE;
      return true;
    }
    const pair = /^SET\s+([\w.]+)\s*=\s*(\S*?)\s*$/i.exec(sql);
    if (pair !== null) this.#set(pair[1]!, pair[2]!);
    return /^SET\b/i.test(sql);
  }

  #set(key: string, value: string): void {
    if (key === "spark.sql.session.timeZone") {
      this.#timeZone = value;
    } else if (!HOW_IT_RUNS.test(key) && key.startsWith("spark.")) {
      const isDefault = value.toLowerCase() === (DEFAULTS[key] ?? "false").toLowerCase();
      if (isDefault) this.#unlike.delete(key);
      else this.#unlike.set(key, value);
    }
  }
}
