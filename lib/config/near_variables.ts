/**
 * Environment variables that look like a mistyped name of one that the program reads. The program may not
 * list the environment, so it generates the most likely typos and looks up each of them: a letter left out or
 * swapped with the next, a plural, a missing or wrong section, and the names that other programs use.
 */
import { CLIENT_PROPERTY_REFERENCE } from "./properties/reference.ts";
import { REFERENCE } from "./reference/reference.ts";
import { ENVIRONMENT_NAMES, environmentVariable, OTHER_ENVIRONMENT_NAMES } from "./environment.ts";

/** A variable that is set but not read, and the one that was probably meant. */
export interface NearVariable {
  readonly name: string;
  readonly meant: string;
}

/** All variables have this prefix; the program may read only a few others, by name. */
const PREFIX = "SFCRIME_";

const SERVERS = environmentVariable("kafka", "bootstrap_servers");
const TOPIC = environmentVariable("kafka", "topic");

/**
 * The variables that decide where records come from and go to: for these, any single wrong letter is tried.
 */
const WEIGHTY: readonly string[] = [SERVERS, TOPIC];

/** Names that other programs use for the same thing, or short forms of it. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  [SERVERS]: [
    ...["KAFKA", "KAFKA_BOOTSTRAP", "KAFKA_BROKERS", "KAFKA_BROKER", "KAFKA_SERVERS", "KAFKA_SERVER"],
    ...["BOOTSTRAP", "BOOTSTRAP_SERVER", "BROKERS", "BROKER", "BROKER_LIST", "SERVERS"],
  ].map((name) => `${PREFIX}${name}`),
  [TOPIC]: ["TOPICS", "TOPIC_NAME", "KAFKA_TOPIC_NAME"].map((name) => `${PREFIX}${name}`),
  SFCRIME_CONFIG: [`${PREFIX}CONFIG_FILE`, `${PREFIX}CONFIG_PATH`],
  SFCRIME_DATA_DIR: [`${PREFIX}DATA_DIRECTORY`, `${PREFIX}DATA`, `${PREFIX}HOME`],
};

/** What other programs read instead of {@link SERVERS}; it may be set for them alone. */
export const FOREIGN_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

/**
 * The variables that are set but not read, and look like one that is read.
 *
 * @param isSet Whether a variable with the given name is set.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(nearVariables((name) => name === "SFCRIME_KAFKA_BOOTSTRAP_SERVER"), [
 *   { name: "SFCRIME_KAFKA_BOOTSTRAP_SERVER", meant: "SFCRIME_KAFKA_BOOTSTRAP_SERVERS" },
 * ]);
 * ```
 */
export function nearVariables(isSet: (name: string) => boolean): NearVariable[] {
  const asked = new Set<string>([...ENVIRONMENT_NAMES, ...OTHER_ENVIRONMENT_NAMES]);
  const found: NearVariable[] = [];
  const tryName = (name: string, meant: string) => {
    if (asked.has(name)) return;
    asked.add(name);
    if (isSet(name)) found.push({ name, meant });
  };
  tryAll(tryName);
  return found;
}

/** Called for each name. A generator of names would take twice as long, at the start of each command. */
type TryName = (name: string, meant: string) => void;

/** The most likely first: a name that is close to two variables is taken for the first one. */
function tryAll(tryName: TryName): void {
  const known = [...ENVIRONMENT_NAMES, ...OTHER_ENVIRONMENT_NAMES.filter((name) => name.startsWith(PREFIX))];
  tryName(FOREIGN_SERVERS, SERVERS);
  for (const [meant, names] of Object.entries(SYNONYMS)) for (const name of names) tryName(name, meant);
  for (const meant of known) if (isTypedByHand(meant)) trySlips({ name: meant, meant }, tryName);
  tryMisplaced(tryName);
  for (const meant of WEIGHTY) tryWrongLetters(meant, tryName);
  trySlips({ name: `${PREFIX}BOOTSTRAP_SERVERS`, meant: SERVERS }, tryName);
}

/** Long names are copied; and a login fails at once without what they set. Each name costs time at each start. */
export function isTypedByHand(variable: string): boolean {
  return !/^SFCRIME_KAFKA_(?:SASL_OAUTHBEARER_|SSL_|HTTPS_|.*_FILE$)/.test(variable) ||
    variable.endsWith("_INPUT_FILE");
}

/** A letter after the prefix left out or swapped with the next, or an extra S at the end. */
function trySlips({ name, meant }: NearVariable, tryName: TryName): void {
  for (let at = PREFIX.length; at < name.length; at++) {
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    tryName(before + after, meant);
    if (after !== "") tryName(before + after[0] + name[at] + name.slice(at + 2), meant);
  }
  tryName(`${name}S`, meant);
}

/** Any letter after the prefix replaced, or an extra one inserted. */
function tryWrongLetters(name: string, tryName: TryName): void {
  for (let at = PREFIX.length; at < name.length; at++) {
    const [before, rest, after] = [name.slice(0, at), name.slice(at), name.slice(at + 1)];
    for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") {
      tryName(before + letter + after, name);
      tryName(before + letter + rest, name);
    }
  }
}

/** A key without its section, or with another one. */
function tryMisplaced(tryName: TryName): void {
  const sections = Object.keys(REFERENCE);
  const keys = [
    ...Object.entries(REFERENCE).flatMap(([section, own]) =>
      Object.keys(own).map((key) => ({ section, key }))
    ),
    ...Object.keys(CLIENT_PROPERTY_REFERENCE).map((key) => ({ section: "kafka", key })),
  ];
  const starts = sections.map((section) => environmentVariable(section, ""));
  for (const { section, key } of keys) {
    const meant = environmentVariable(section, key);
    const end = meant.slice(environmentVariable(section, "").length);
    tryName(PREFIX + end, meant);
    for (const start of starts) tryName(start + end, meant);
  }
}
