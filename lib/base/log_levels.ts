/** The levels, parts and formats of the log, and those in effect; apart from the log itself, so that help loads without it. */

/** The levels that `--log-level` accepts, lowest first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@link LOG_LEVELS}. */
export type Level = (typeof LOG_LEVELS)[number];

/** The parts of the program that log. What `kafkajs` says of its requests and answers is only logged if it is named. */
export const LOG_PARTS = [
  "analyze",
  "base",
  "broker",
  "config",
  "consume",
  "files",
  "group",
  "kafka",
  "kafkajs",
  "lag",
  "produce",
  "registry",
  "spark",
  "state",
  "topic",
  "ui",
] as const;
/** One of {@link LOG_PARTS}. */
export type LogPart = (typeof LOG_PARTS)[number];

/** The lowest level to log: of all parts, and of those that have their own. */
export interface LogLevels {
  readonly level: Level;
  readonly parts?: Readonly<Partial<Record<LogPart, Level>>>;
}

const LEVEL_DEFAULT: Level = "info";

/** Parses `info`, `analyze=debug`, or several separated by commas; undefined if it is not valid. */
export function parseLogLevels(text: string): LogLevels | undefined {
  let level: Level | undefined;
  const parts: Partial<Record<LogPart, Level>> = {};
  for (const each of text.toLowerCase().split(",")) {
    const [first, second, ...more] = each.split("=").map((word) => word.trim());
    if (more.length > 0) return undefined;
    const named = LOG_LEVELS.find((known) => known === (second ?? first));
    const part = LOG_PARTS.find((known) => known === first);
    if (named === undefined) return undefined;
    if (second === undefined) {
      if (level !== undefined) return undefined;
      level = named;
    } else {
      if (part === undefined || parts[part] !== undefined) return undefined;
      parts[part] = named;
    }
  }
  return { level: level ?? LEVEL_DEFAULT, parts };
}

/** The format of log lines: text, or one JSON object per line. */
export const LOG_FORMATS = ["text", "json"] as const;
/** One of {@link LOG_FORMATS}. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Whether lines of text begin with the time: `auto` is where stderr is no terminal. */
export const LOG_TIMES = ["auto", "always", "never"] as const;

/** A time as lines of the log have it, in UTC. */
export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Which lines the log has, and how they look. */
export interface LogSettings extends LogLevels {
  readonly format: LogFormat;
  /** Whether lines of text begin with the time; those of JSON have it anyway. */
  readonly hasTimes?: boolean;
}

let current: LogSettings = { level: LEVEL_DEFAULT, format: "text" };

/** The settings in effect. Errors that end the program are reported in the same format. */
export function currentLogging(): LogSettings {
  return current;
}

/** Changes what {@link currentLogging} returns; only the log calls it. */
export function setCurrentLogging({ level, parts = {}, format, hasTimes = false }: LogSettings): void {
  current = { level, parts, format, hasTimes };
}
