/** The environment variables that are read: each setting has one. */
import { CLIENT_PROPERTY_REFERENCE } from "./properties/reference.ts";
import { REFERENCE } from "./reference/reference.ts";

/** The variable in which Spark's own clients look for a server. */
export const SPARK_REMOTE = "SPARK_REMOTE";

/** The prefix of environment variables for settings. */
const ENVIRONMENT_PREFIX = "SFCRIME";

/** The environment variable for a setting: `SFCRIME_KAFKA_SASL_PASSWORD` for `kafka.sasl.password`. */
export function environmentVariable(section: string, key: string): string {
  return [ENVIRONMENT_PREFIX, section, key].join("_").replaceAll(".", "_").toUpperCase();
}

/**
 * The names of all environment variables for settings. The program reads each by name: it may not list the
 * environment.
 */
export const ENVIRONMENT_NAMES: readonly string[] = [
  ...Object.entries(REFERENCE).flatMap(([section, keys]) =>
    Object.keys(keys).map((key) => environmentVariable(section, key))
  ),
  ...Object.keys(CLIENT_PROPERTY_REFERENCE).map((name) => environmentVariable("kafka", name)),
];

/** Other environment variables that are read. */
export const OTHER_ENVIRONMENT_NAMES: readonly string[] = [
  "SFCRIME_DATA_DIR",
  "SFCRIME_CONFIG",
  "SFCRIME_COMMAND_CONFIG",
  "NO_COLOR",
  SPARK_REMOTE,
  // Where Java and Spark are looked for.
  "JAVA_HOME",
  "SPARK_HOME",
  "PATH",
];
