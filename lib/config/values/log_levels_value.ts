/** The value of `[logging] level`. */
import { LOG_LEVELS, LOG_PARTS, type LogLevels, parseLogLevels } from "../../base/log_levels.ts";
import { type Kind, parsedBy } from "./values.ts";

const LEVELS = `${LOG_LEVELS.slice(0, -1).join(", ")} or ${LOG_LEVELS.at(-1)}`;

/** The levels of all parts, and of some. */
export const logLevels: Kind<LogLevels> = {
  schema: parsedBy(parseLogLevels),
  allowed: `${LEVELS}, or levels of parts as in analyze=debug, separated by commas, of ${
    LOG_PARTS.join(", ")
  }`,
  choices: LOG_LEVELS,
};
