/**
 * Logging: every line goes to stderr, as text or as JSON.
 *
 * Modules get a logger by category from LogTape and never configure it; only the command line calls {@link
 * configureLogging}. Worker threads do not log: they send messages to the coordinator.
 */
import { configureSync, getLogger, type LogLevel, type LogRecord } from "logtape";
import { type LogPart, type LogSettings, setCurrentLogging, timeText } from "./log_levels.ts";
import { printableLines } from "./text/printable.ts";

/** The options of {@link configureLogging}. */
export interface LogOptions extends LogSettings {
  /** Writes a line, which has no line break at its end. */
  readonly writeLine: (line: string) => void;
}

/** The logger of a part of the program. */
export const logger = (part: LogPart) => getLogger(["sfcrime", part]);

/** Sends all log lines of the given level and above to `writeLine`; a later call replaces an earlier one. */
export function configureLogging(options: LogOptions): void {
  setCurrentLogging(options);
  const render = options.format === "json"
    ? renderJson
    : options.hasTimes === true
    ? renderTimed
    : renderText;
  configureSync({
    reset: true,
    sinks: { lines: (record: LogRecord) => options.writeLine(render(record)) },
    loggers: [
      { category: ["sfcrime"], lowestLevel: options.level as LogLevel, sinks: ["lines"] },
      // A sink that is inherited would not get what is below the level of all.
      ...Object.entries(options.parts ?? {}).map(([part, level]) => ({
        category: ["sfcrime", part],
        lowestLevel: level as LogLevel,
        sinks: ["lines"],
        parentSinks: "override" as const,
      })),
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["lines"] },
    ],
  });
}

function messageText(record: LogRecord): string {
  return record.message.map((part) => typeof part === "string" ? part : String(part)).join("");
}

/**
 * Messages of level info have no prefix; those of other levels start with the level. A message may quote
 * untrusted input.
 */
function renderText(record: LogRecord): string {
  const prefix = record.level === "info" ? "" : `${record.level}: `;
  const detail = record.level === "debug" ? ` ${propertiesJson(record)}` : "";
  return printableLines(`${prefix}${messageText(record)}${detail === " {}" ? "" : detail}`);
}

/** The same after the time in UTC, for a log that is kept. */
function renderTimed(record: LogRecord): string {
  return `${timeText(record.timestamp)} ${renderText(record)}`;
}

function renderJson(record: LogRecord): string {
  return JSON.stringify({
    time: timeText(record.timestamp),
    level: record.level,
    room: record.category.slice(1).join("."),
    message: messageText(record),
    ...record.properties,
  }, bigintAsNumber);
}

function propertiesJson(record: LogRecord): string {
  return JSON.stringify(record.properties, bigintAsNumber);
}

const bigintAsNumber = (_key: string, value: unknown) => typeof value === "bigint" ? Number(value) : value;
