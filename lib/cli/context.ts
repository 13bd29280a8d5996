/** What every verb needs to start: the settings, the log, the broker, and a stop signal. */
import { join } from "node:path";
import type { Command } from "commander";
import { STACK_LINES_MAX } from "../base/bounds.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { configureLogging, logger } from "../base/log.ts";
import type { Level } from "../base/log_levels.ts";
import { decodeText } from "../base/text/utf8_text.ts";
import type { Broker, BrokerAddress } from "../broker/broker.ts";
import { openBroker } from "../broker/open.ts";
import { Outages } from "../broker/outages/outages.ts";
import { reportOutage } from "../broker/outages/report_outage.ts";
import type { FlagValue, NamedText } from "../config/gather.ts";
import { FOREIGN_SERVERS, nearVariables } from "../config/near_variables.ts";
import type { PropertiesFile } from "../config/properties/properties_file.ts";
import { openSecretsWarning } from "../config/properties/secrets.ts";
import { type CheckedSettings, checkSettings, type Settings } from "../config/settings.ts";
import type { Io } from "./io.ts";
import { settingFlags } from "./flags.ts";

/** See the module's description. */
export interface Context {
  readonly io: Io;
  readonly settings: Settings;
  /** The directory for the program's own files. */
  readonly dataDir: string;
  readonly address: BrokerAddress;
  /** Whether text may be coloured. */
  readonly color: boolean;
}

/** The same with settings of which some may be invalid, for a command that checks more than them. */
export type CheckedContext = Context & Omit<CheckedSettings, "settings">;

/** The flags that all commands share, as commander returns them. */
interface GlobalFlags {
  readonly config?: string;
  readonly commandConfig?: string;
  readonly dataDir?: string;
  readonly property?: readonly string[];
  readonly quiet?: boolean;
  readonly color?: boolean;
}

const DATA_DIR_DEFAULT = ".sfcrime";
/** Where a configuration file is looked for, without `--config`; the first one is read. */
export const CONFIG_PLACES: readonly string[] = ["config/app.cfg", "app.cfg"];

/**
 * Reads flags, environment and file, and configures the log.
 *
 * @throws {SfcrimeError} CONFIG or USAGE if a value is wrong; FILE_MISSING if the file of `--config` is.
 */
export async function createContext(command: Command, io: Io): Promise<Context> {
  const { error, ...context } = await createCheckedContext(command, io);
  if (error !== undefined) throw error;
  return context;
}

/** The same, but the error is returned. @param more What a command adds to the flags, once it has read them. */
export async function createCheckedContext(
  command: Command,
  io: Io,
  more: readonly FlagValue[] = [],
): Promise<CheckedContext> {
  const flags = command.optsWithGlobals<GlobalFlags>();
  const { settings, error, invalid, warnings } = checkSettings({
    flags: [...settingFlags(command), ...more],
    properties: flags.property ?? [],
    environment: io.environment,
    file: await readConfigFile(flags.config || io.environment["SFCRIME_CONFIG"]),
    propertiesFile: await readPropertiesFile(flags.commandConfig || io.environment["SFCRIME_COMMAND_CONFIG"]),
  });
  const { level: { level, parts }, format, time } = settings.logging;
  const least: Level = flags.quiet === true && level !== "error" ? "warning" : level;
  const hasTimes = time === "always" || (time === "auto" && !io.stderrIsTerminal);
  const writeLine = (line: string) => io.writeError(`${line}\n`);
  configureLogging({ level: least, ...(parts === undefined ? {} : { parts }), format, hasTimes, writeLine });
  if (least === "debug") Error.stackTraceLimit = STACK_LINES_MAX;
  if (more.length === 0) {
    for (const warning of warnings) logger("config").warn(warning);
    warnOf(io, settings);
  }
  const dataDir = flags.dataDir || io.environment["SFCRIME_DATA_DIR"] || DATA_DIR_DEFAULT;
  return {
    error,
    invalid,
    warnings,
    io,
    settings,
    dataDir,
    address: brokerAddress(settings, dataDir),
    color: flags.color !== false && io.environment["NO_COLOR"] === undefined,
  };
}

/**
 * Warns of secrets that others can see, and of mistyped variables, which would otherwise go unnoticed, and the run use the
 * wrong broker or topic.
 */
function warnOf(io: Io, { kafka, provenance }: Settings): void {
  const openSecrets = openSecretsWarning(provenance);
  if (openSecrets !== undefined) logger("config").warn(openSecrets);
  for (const { name, meant } of nearVariables((name) => io.isSet(name))) {
    if (name === FOREIGN_SERVERS && kafka.bootstrap_servers !== undefined) continue;
    logger("config").warn(`Ignoring environment variable ${name}. Did you mean ${meant}?`);
  }
}

async function readConfigFile(path: string | undefined): Promise<NamedText | undefined> {
  if (path !== undefined) return await readText(path, "configuration file");
  for (const place of CONFIG_PLACES) {
    try {
      return await readText(place, "configuration file");
    } catch (error) {
      if (!isMissing((error as Error).cause)) throw error;
    }
  }
  return undefined;
}

async function readPropertiesFile(path: string | undefined): Promise<PropertiesFile | undefined> {
  if (path === undefined) return undefined;
  const text = await readText(path, "file of client properties");
  const { parseProperties } = await import("../config/properties/properties_file.ts");
  return parseProperties(text);
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Deno.errors.NotFound || thrown instanceof Deno.errors.NotADirectory;
}

/** @throws {SfcrimeError} FILE_MISSING if it cannot be read; CONFIG if it is no text. */
async function readText(path: string, what: string): Promise<NamedText> {
  try {
    const bytes = await Deno.readFile(path);
    return { path, text: decodeText(bytes, { code: "CONFIG", place: (line) => `${path}:${line}` }) };
  } catch (cause) {
    if (cause instanceof SfcrimeError) throw cause;
    const reason = isMissing(cause) ? "no such file" : messageOf(cause);
    throw new SfcrimeError("FILE_MISSING", `Cannot read ${what} ${path}: ${reason}.`, { cause });
  }
}

function brokerAddress({ kafka, clientProperties }: Settings, dataDir: string): BrokerAddress {
  if (kafka.bootstrap_servers === undefined) return { kind: "embedded", path: join(dataDir, "broker.db") };
  return {
    kind: "kafka",
    servers: kafka.bootstrap_servers,
    clientId: kafka.client_id,
    properties: clientProperties,
  };
}

/** The brokers that were named, by command: one that looks at topics before it runs connects twice. */
const named = new WeakMap<Io, string>();

/** Connects to the broker, and logs which one it is, and its outages. */
export async function connect({ io, address }: Context): Promise<Broker> {
  const { host } = io;
  const outages = new Outages((news) => reportOutage(news, host), host);
  const broker = await openBroker(address, { host, outages });
  const { description } = broker;
  if (named.get(io) !== description) logger("broker").info(`Using ${description}`);
  named.set(io, description);
  return broker;
}

/**
 * Runs `body` with a signal that the first interrupt aborts; the second interrupt ends the process.
 *
 * @param onStop Tells the person who pressed Ctrl-C what happens now.
 */
export async function interruptible<T>(
  io: Io,
  body: (signal: AbortSignal) => Promise<T>,
  onStop: () => void = () => {},
): Promise<T> {
  const stop = new AbortController();
  const unlisten = io.onInterrupt(() => {
    if (stop.signal.aborted) io.exitNow(130);
    stop.abort();
    onStop();
  });
  try {
    return await body(stop.signal);
  } finally {
    unlisten();
  }
}
