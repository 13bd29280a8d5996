/** Translates our settings into those of kafkajs: servers, TLS, login, timeouts and logging. */
import type { KafkaConfig, logCreator } from "kafkajs";
import { CONNECT_MS_MAX, RETRY_MS_MAX } from "../../../base/bounds.ts";
import { logger } from "../../../base/log.ts";
import { currentLogging } from "../../../base/log_levels.ts";
import type { KafkaAddress } from "../../broker.ts";
import { LOG_LEVELS } from "../kafkajs/internals.ts";
import { withSecretsRead } from "../../../base/files/read_named.ts";
import type { TokenSource } from "../login/bearer_token.ts";
import { loginOptions } from "../login/login.ts";
import type { TokenHost } from "../login/token_endpoint.ts";
import { tlsOptions } from "../login/tls.ts";
import { TOKEN_FILE } from "../login/token_file.ts";
import type { ClientSecurity } from "./security_hints.ts";

const log = logger("kafkajs");

/**
 * By default, kafkajs logs to stdout, with an error for each retry, and several lines for each request; here its lines
 * are logged at level debug, and only if the part is named.
 */
const toDebugLog: logCreator = () => ({ namespace, label, log: { message, ...details } }) => {
  const { timestamp: _timestamp, logger: _logger, stack: _stack, ...rest } = details as Record<
    string,
    unknown
  >;
  log.debug(`${namespace} ${label} ${message}`, rest);
};

const REQUEST_MS_MAX = 30_000;

/** How long a call is retried. */
export function callMsMax({ properties }: KafkaAddress): number {
  return Number(properties["default.api.timeout.ms"] ?? RETRY_MS_MAX);
}

/** The security protocol and mechanism. */
export function securityOf({ properties }: KafkaAddress): ClientSecurity {
  const mechanism = properties["sasl.mechanism"]?.toLowerCase();
  return {
    protocol: properties["security.protocol"]?.toLowerCase() ??
      (mechanism === undefined ? "plaintext" : "sasl_plaintext"),
    mechanism: mechanism ?? "plain",
  };
}

/** The configuration of kafkajs, with all fields set. */
export type ConnectionConfig = KafkaConfig & {
  readonly brokers: string[];
  readonly requestTimeout: number;
  readonly readsUncommitted: boolean;
  /** The tokens of logins by OAUTHBEARER. */
  readonly tokens?: TokenSource;
};

/**
 * The configuration of kafkajs. Its own retries are few: we do longer ones ourselves, with fresh metadata.
 *
 * @throws {SfcrimeError} CONFIG if properties contradict each other; FILE_MISSING for a missing certificate.
 */
export async function kafkaConfig(address: KafkaAddress, host: TokenHost): Promise<ConnectionConfig> {
  const properties = withSecretsRead(address.properties, { except: [TOKEN_FILE] });
  const { protocol, mechanism } = securityOf(address);
  const ssl = protocol.endsWith("ssl") ? await tlsOptions(properties) : undefined;
  const { sasl, tokens } = protocol.startsWith("sasl") ? loginOptions(properties, { mechanism, host }) : {};
  return {
    brokers: [...address.servers],
    clientId: address.clientId,
    readsUncommitted: address.readsUncommitted === true,
    connectionTimeout: Number(properties["socket.connection.setup.timeout.ms"] ?? CONNECT_MS_MAX / 2),
    requestTimeout: Number(properties["request.timeout.ms"] ?? REQUEST_MS_MAX),
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
    // Otherwise its lines, several per request, are built before they are dropped.
    logLevel: currentLogging().parts?.kafkajs === "debug" ? LOG_LEVELS.DEBUG : LOG_LEVELS.NOTHING,
    logCreator: toDebugLog,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}
