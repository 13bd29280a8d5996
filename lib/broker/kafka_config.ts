/** From our settings to kafkajs's: servers, TLS, login, timeouts, and where its log lines go. */
import { type KafkaConfig, type logCreator, logLevel, type SASLOptions } from "kafkajs";
import { readFileSync } from "node:fs";
import { CONNECT_MS_MAX } from "../base/bounds.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import { logger } from "../base/log.ts";
import type { BrokerAddress } from "./broker.ts";

type KafkaAddress = Extract<BrokerAddress, { kind: "kafka" }>;

const log = logger("kafka");

/** kafkajs writes to stdout by itself, an error for each retry; here its lines are for debugging only. */
const toDebugLog: logCreator = () => ({ namespace, label, log: { message, ...details } }) => {
  const { timestamp: _timestamp, logger: _logger, stack: _stack, ...rest } = details as Record<
    string,
    unknown
  >;
  log.debug(`${namespace} ${label} ${message}`, rest);
};

const REQUEST_MS_MAX = 30_000;

/**
 * What kafkajs is configured with. Its own retries are few: longer ones are ours, with fresh metadata.
 *
 * @throws {SfcrimeError} CONFIG when properties contradict each other; FILE_MISSING for a certificate.
 */
export function kafkaConfig(address: KafkaAddress): KafkaConfig & { brokers: string[] } {
  const { properties } = address;
  const protocol = properties["security.protocol"]?.toLowerCase() ??
    (properties["sasl.mechanism"] ? "sasl_plaintext" : "plaintext");
  const ssl = protocol.endsWith("ssl") ? tlsOptions(properties) : undefined;
  const sasl = protocol.startsWith("sasl") ? loginOptions(properties) : undefined;
  return {
    brokers: [...address.servers],
    clientId: address.clientId,
    connectionTimeout: Number(
      properties["socket.connection.setup.timeout.ms"] ?? CONNECT_MS_MAX / 2,
    ),
    requestTimeout: Number(properties["request.timeout.ms"] ?? REQUEST_MS_MAX),
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
    logLevel: logLevel.DEBUG,
    logCreator: toDebugLog,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

type Properties = Readonly<Record<string, string>>;

function tlsOptions(properties: Properties): NonNullable<KafkaConfig["ssl"]> {
  const file = (name: string) => {
    const path = properties[name];
    return path === undefined ? undefined : readPem(path, name);
  };
  const [ca, cert, key] = ["ssl.ca.location", "ssl.certificate.location", "ssl.key.location"].map(
    file,
  );
  return {
    rejectUnauthorized: properties["enable.ssl.certificate.verification"] !== "false",
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(properties["ssl.key.password"] === undefined ? {} : { passphrase: properties["ssl.key.password"] }),
  };
}

function readPem(path: string, property: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SfcrimeError(
      "FILE_MISSING",
      `${property} names ${path}, which cannot be read: ${messageOf(cause)}.`,
      {
        cause,
      },
    );
  }
}

function loginOptions(properties: Properties): SASLOptions {
  const mechanism = (properties["sasl.mechanism"] ?? "plain").toLowerCase();
  const [username, password] = [properties["sasl.username"], properties["sasl.password"]];
  if (username === undefined || password === undefined) {
    throw new SfcrimeError(
      "CONFIG",
      `A login by ${mechanism} needs sasl.username and sasl.password.`,
      {
        hint:
          "Set the password in SFCRIME_KAFKA_SASL_PASSWORD rather than on the command line, where others see it.",
      },
    );
  }
  return { mechanism: mechanism as "plain", username, password };
}
