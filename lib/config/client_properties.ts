/**
 * The Kafka client properties that `[kafka]` and `-X` take, by the names that librdkafka and the Java
 * client use. They reach the client as they are; the Kafka broker of `lib/broker` knows what they mean.
 */
import { type Kind, oneOf, path, text, wholeNumber } from "./values.ts";

/** One client property. */
export interface ClientProperty {
  readonly kind: Kind<unknown>;
  readonly doc: string;
  /** Whether the value must not be shown. */
  readonly secret?: true;
}

const milliseconds: Kind<number> = wholeNumber(1, 86_400_000);

/** Every client property that is understood. */
export const CLIENT_PROPERTIES: Readonly<Record<string, ClientProperty>> = {
  "security.protocol": {
    kind: oneOf("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
    doc: "How to talk to the brokers.",
  },
  "sasl.mechanism": {
    kind: oneOf("plain", "scram-sha-256", "scram-sha-512"),
    doc: "How to log in.",
  },
  "sasl.username": { kind: text, doc: "The user to log in as." },
  "sasl.password": { kind: text, doc: "The password of that user.", secret: true },
  "ssl.ca.location": { kind: path, doc: "The certificates to trust, as a PEM file." },
  "ssl.certificate.location": { kind: path, doc: "The client's certificate, as a PEM file." },
  "ssl.key.location": { kind: path, doc: "The client's private key, as a PEM file." },
  "ssl.key.password": { kind: text, doc: "The password of that key.", secret: true },
  "enable.ssl.certificate.verification": {
    kind: oneOf("true", "false"),
    doc: "Whether the broker's certificate is checked.",
  },
  "request.timeout.ms": { kind: milliseconds, doc: "How long to wait for an answer." },
  "socket.connection.setup.timeout.ms": {
    kind: milliseconds,
    doc: "How long to wait for a connection.",
  },
};

/** The environment variable of a client property: `sasl.password` is `SFCRIME_KAFKA_SASL_PASSWORD`. */
export function clientPropertyVariable(name: string): string {
  return `SFCRIME_KAFKA_${name.replaceAll(".", "_").toUpperCase()}`;
}
