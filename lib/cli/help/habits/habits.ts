/**
 * Options of other tools that people have in their fingers: those of kcat, rpk, Kafka's own scripts by their old and new
 * names (KIP-1147), and Spark. They work, or the error says what is used here. No help lists them.
 */

/** An option of another tool. It is another name for one of ours, or has no counterpart. */
export type Habit = SameAs | Missing;

interface SameAs {
  readonly flags: readonly string[];
  /** Our option; nothing is to be done if it is empty. */
  readonly is: string;
  /** The value for ours, where the other option takes none. */
  readonly value?: string;
  /** What a value is called; the option takes none if it is absent. */
  readonly takes?: string;
  /** What stands before the value. */
  readonly prefix?: string;
}

interface Missing {
  readonly flags: readonly string[];
  /** What to do in its place: full sentences. */
  readonly instead: string;
  readonly takes?: string;
}

/** Options that all commands have. */
export const COMMON_HABITS: readonly Habit[] = [
  { flags: ["-t"], takes: "name", is: "--topic" },
  {
    flags: ["--bootstrap-servers", "--broker-list", "--brokers"],
    takes: "servers",
    is: "--bootstrap-server",
  },
  {
    flags: ["--consumer-property", "--producer-property", "--command-property"],
    takes: "name=value",
    is: "--property",
  },
  { flags: ["-v", "--verbose", "--debug"], is: "--log-level", value: "debug" },
  { flags: ["-q", "--silent"], is: "--quiet" },
  { flags: ["-V"], is: "--version" },
  {
    flags: ["--consumer.config", "--producer.config", "--consumer-config", "--producer-config", "-F"],
    takes: "file",
    is: "--command-config",
  },
];

/** Options by the words of the command that has them. */
export const HABITS: Readonly<Record<string, readonly Habit[]>> = {
  consume: [
    { flags: ["-C", "-u"], is: "" },
    { flags: ["--from-beginning"], is: "--from", value: "beginning" },
    { flags: ["--offset", "--start"], takes: "start", is: "--from" },
    { flags: ["--exit"], is: "--exit-at-end" },
    { flags: ["-c", "--num"], takes: "number", is: "--limit" },
    { flags: ["-G", "--consumer-group"], takes: "name", is: "--group" },
    { flags: ["-J"], is: "--format", value: "envelope" },
    {
      flags: ["--formatter", "--formatter-property", "--formatter-config"],
      takes: "value",
      instead: "--format says what is printed of each record.",
    },
    {
      flags: ["--timeout-ms"],
      takes: "number",
      instead: "--exit-at-end stops at the end of the topic, and --limit after a number of records.",
    },
    { flags: ["--whitelist"], takes: "pattern", is: "--include" },
    {
      flags: ["--key-deserializer", "--value-deserializer"],
      takes: "class",
      instead: "--key-format and --value-format name the formats: avro, protobuf, json-schema and others.",
    },
  ],
  produce: [
    { flags: ["-P"], is: "" },
    { flags: ["--compression-codec"], takes: "codec", is: "--compression" },
    { flags: ["--request-required-acks", "--required-acks"], takes: "acks", is: "--acks" },
    { flags: ["-l", "--file"], takes: "file", is: "--input" },
    {
      flags: ["--line-reader", "--reader-property", "--reader-config"],
      takes: "value",
      instead:
        "--input-format says how records are read, and --key, --key-template or --key-delimiter what the key is.",
    },
    {
      flags: ["--sync"],
      instead: "Every record is confirmed by the broker; --acks says by how many replicas.",
    },
  ],
  analyze: [
    { flags: ["--once"], is: "--trigger", value: "once" },
    { flags: ["--available-now"], is: "--trigger", value: "available-now" },
    { flags: ["--processing-time"], takes: "interval", is: "--trigger" },
    { flags: ["-e", "--execute", "--query"], takes: "statement", is: "--sql" },
    { flags: ["-f"], takes: "file", is: "--sql", prefix: "@" },
    { flags: ["--checkpoint-location"], takes: "directory", is: "--checkpoint" },
    {
      flags: ["--master"],
      takes: "url",
      instead:
        "--engine spark --remote sc://HOST:15002 runs the queries on a cluster; spark-job takes --master.",
    },
  ],
  topic: [
    ...["list", "describe", "create", "alter", "delete"].map((name): Habit => ({
      flags: [`--${name}`],
      instead: `It is a command here: sfcrime topic ${name}${name === "list" ? "" : " NAME"}.`,
    })),
  ],
};

/** Commands of other tools. */
export const OTHER_COMMANDS: Readonly<Record<string, string>> = {
  ...named("consume", ["cat", "get", "read", "tail", "sub", "subscribe"]),
  ...named("produce", ["pub", "publish", "put", "send", "write"]),
  ...named("analyze", ["query", "run", "select", "stream"]),
  ...named("analyze --sql STATEMENT", ["sql"]),
  ...named("topic list", ["list", "ls", "topics"]),
  ...named("topic describe NAME", ["describe"]),
  ...named("group list", ["consumer-groups", "groups"]),
  ...named("group lag NAME", ["lag"]),
  ...named("state list", ["checkpoint", "checkpoints"]),
  ...named("config init", ["init"]),
  ...named("ui", ["dashboard", "serve"]),
};

function named(ours: string, theirs: readonly string[]): Record<string, string> {
  return Object.fromEntries(theirs.map((name) => [name, ours]));
}

/** kcat's modes, as commands. */
const MODES: Readonly<Record<string, readonly string[]>> = {
  "-C": ["consume"],
  "-P": ["produce"],
  "-L": ["topic", "list"],
};

/** Its mode for groups, which has a value. */
const GROUP_MODE = "-G";

/**
 * A command line in which kcat's mode is a command, if it has no other one. The command is first, as its options may stand
 * before the mode.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(withMode(["-b", "host", "-o", "end", "-C"], ["consume"]), ["consume", "-b", "host", "-o", "end"]);
 * deepEqual(withMode(["-G", "readers", "calls"], ["consume"]), ["consume", "-G", "readers", "calls"]);
 * deepEqual(withMode(["consume", "-C"], ["consume"]), ["consume", "-C"]);
 * ```
 */
export function withMode(args: readonly string[], verbs: readonly string[]): string[] {
  if (args.some((arg) => verbs.includes(arg))) return [...args];
  const at = args.findIndex((arg) => arg in MODES);
  if (at >= 0) return [...MODES[args[at]!]!, ...args.slice(0, at), ...args.slice(at + 1)];
  return args.includes(GROUP_MODE) ? ["consume", ...args] : [...args];
}
