/** The type of each property of Kafka's clients. They are described in `reference.ts`. */
import { type Kind, oneOf, path, text, wholeNumber, yesOrNo } from "../values/values.ts";
import type { CLIENT_PROPERTY_REFERENCE } from "./reference.ts";

/** The Kafka client properties. They are passed on as text; `lib/broker` interprets them. */
export const CLIENT_PROPERTIES: Readonly<Record<keyof typeof CLIENT_PROPERTY_REFERENCE, Kind<unknown>>> = {
  "security.protocol": oneOf("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
  "sasl.mechanism": oneOf("plain", "scram-sha-256", "scram-sha-512"),
  "sasl.username": text,
  "sasl.password": text,
  "sasl.password_file": path,
  "ssl.ca.location": path,
  "ssl.certificate.location": path,
  "ssl.key.location": path,
  "ssl.key.password": text,
  "ssl.key.password_file": path,
  "enable.ssl.certificate.verification": yesOrNo,
  "request.timeout.ms": wholeNumber(1, 86_400_000),
  "default.api.timeout.ms": wholeNumber(1, 86_400_000),
  "socket.connection.setup.timeout.ms": wholeNumber(1, 86_400_000),
  "check.crcs": yesOrNo,
};
