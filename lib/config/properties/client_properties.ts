/** The type of each property of Kafka's clients. They are described in `reference.ts`. */
import { type Kind, oneOf, parsedBy, path, text, wholeNumber, yesOrNo } from "../values/values.ts";
import type { CLIENT_PROPERTY_REFERENCE } from "./reference.ts";

/** The address of a token endpoint. Others must not see the secrets that are sent there. */
const tokenUrl: Kind<string> = {
  schema: parsedBy((text) => {
    const url = URL.parse(text);
    if (url === null || url.username !== "" || url.password !== "") return undefined;
    const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && isLocal) ? text : undefined;
  }),
  allowed: "https://HOST:PORT and a path, or http:// on this machine",
};

/** Certificates and keys as text. */
const pemText: Kind<string> = {
  schema: parsedBy((text) => text.includes("-----BEGIN ") ? text : undefined),
  allowed: "PEM, from a line -----BEGIN …----- on",
};

/** A name that TLS can ask for. */
const hostName: Kind<string> = {
  schema: parsedBy((text) => /^(?=.*[a-z])[\w-]+(\.[\w-]+)*$/i.test(text) ? text : undefined),
  allowed: "a host name",
};

/** The Kafka client properties. They are passed on as text; `lib/broker` interprets them. */
export const CLIENT_PROPERTIES: Readonly<Record<keyof typeof CLIENT_PROPERTY_REFERENCE, Kind<unknown>>> = {
  "security.protocol": oneOf("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
  "sasl.mechanism": oneOf("plain", "scram-sha-256", "scram-sha-512", "oauthbearer"),
  "sasl.username": text,
  "sasl.password": text,
  "sasl.password_file": path,
  "sasl.oauthbearer.token_file": path,
  "sasl.oauthbearer.token.endpoint.url": tokenUrl,
  "sasl.oauthbearer.client.id": text,
  "sasl.oauthbearer.client.secret": text,
  "sasl.oauthbearer.client.secret_file": path,
  "sasl.oauthbearer.scope": text,
  "sasl.oauthbearer.extensions": text,
  "sasl.oauthbearer.header.urlencode": yesOrNo,
  "https.ca.location": path,
  "ssl.ca.location": path,
  "ssl.ca.pem": pemText,
  "ssl.truststore.location": path,
  "ssl.truststore.password": text,
  "ssl.truststore.password_file": path,
  "ssl.certificate.location": path,
  "ssl.certificate.pem": pemText,
  "ssl.key.location": path,
  "ssl.key.pem": pemText,
  "ssl.key.password": text,
  "ssl.key.password_file": path,
  "ssl.keystore.location": path,
  "ssl.keystore.password": text,
  "ssl.keystore.password_file": path,
  "ssl.server.name": hostName,
  "ssl.endpoint.identification.algorithm": oneOf("https", "none"),
  "enable.ssl.certificate.verification": yesOrNo,
  "request.timeout.ms": wholeNumber(1, 86_400_000),
  "default.api.timeout.ms": wholeNumber(1, 86_400_000),
  "socket.connection.setup.timeout.ms": wholeNumber(1, 86_400_000),
  "check.crcs": yesOrNo,
};
