/** The levels and formats of the log, and those in effect; apart from the log itself, so that help loads without it. */

/** The levels that `--log-level` accepts, lowest first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
/** One of {@link LOG_LEVELS}. */
export type Level = (typeof LOG_LEVELS)[number];

/** The format of log lines: text, or one JSON object per line. */
export const LOG_FORMATS = ["text", "json"] as const;
/** One of {@link LOG_FORMATS}. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Which lines the log has, and how they look. */
export interface LogSettings {
  readonly level: Level;
  readonly format: LogFormat;
}

let current: LogSettings = { level: "info", format: "text" };

/** The level and format in effect. Errors that end the program are reported in the same format. */
export function currentLogging(): LogSettings {
  return current;
}

/** Changes what {@link currentLogging} returns; only the log calls it. */
export function setCurrentLogging({ level, format }: LogSettings): void {
  current = { level, format };
}
