/** The properties of Kafka's clients that are taken, each with its description; only text, as `../reference.ts`. */

/** The Kafka client properties that `[kafka]` and `-X` accept, by the names that librdkafka and Java use. */
export const CLIENT_PROPERTY_REFERENCE = {
  "security.protocol": { doc: "Protocol for talking to the brokers." },
  "sasl.mechanism": { doc: "SASL mechanism." },
  "sasl.username": { doc: "SASL username." },
  "sasl.password": { doc: "SASL password.", secret: true },
  "sasl.password_file": { doc: "File with the SASL password, instead of sasl.password." },
  "sasl.oauthbearer.token_file": { doc: "File with the token for OAUTHBEARER; each login reads it anew." },
  "sasl.oauthbearer.token.endpoint.url": {
    doc: "Or the endpoint of an OAuth 2.0 server that gives tokens, https://….",
  },
  "sasl.oauthbearer.client.id": { doc: "Client ID for the token endpoint." },
  "sasl.oauthbearer.client.secret": { doc: "Client secret for the token endpoint.", secret: true },
  "sasl.oauthbearer.client.secret_file": {
    doc: "File with the client secret, instead of sasl.oauthbearer.client.secret.",
  },
  "sasl.oauthbearer.scope": { doc: "Scope to ask the token endpoint for." },
  "sasl.oauthbearer.extensions": {
    doc: "SASL extensions to send with the token, as NAME=VALUE, separated by commas.",
  },
  "sasl.oauthbearer.header.urlencode": {
    doc:
      "Whether the client ID and secret are URL-encoded for the token endpoint, as by RFC 6749 (default false, as in Kafka).",
  },
  "https.ca.location": { doc: "PEM file with the CA certificates to trust for the token endpoint." },
  "ssl.ca.location": { doc: "PEM file with the CA certificates to trust." },
  "ssl.ca.pem": { doc: "Or the certificates themselves, as PEM." },
  "ssl.truststore.location": { doc: "Or a store with them, PEM or PKCS #12." },
  "ssl.truststore.password": { doc: "Password of that store.", secret: true },
  "ssl.truststore.password_file": { doc: "File with the password, instead of ssl.truststore.password." },
  "ssl.certificate.location": { doc: "PEM file with the client certificate." },
  "ssl.certificate.pem": { doc: "Or the certificate itself, as PEM." },
  "ssl.key.location": { doc: "PEM file with the client's private key." },
  "ssl.key.pem": { doc: "Or the private key itself, as PEM.", secret: true },
  "ssl.key.password": { doc: "Password of the private key.", secret: true },
  "ssl.key.password_file": { doc: "File with the password of the private key, instead of ssl.key.password." },
  "ssl.keystore.location": { doc: "Store with the client certificate and its key, PEM or PKCS #12." },
  "ssl.keystore.password": { doc: "Password of that store.", secret: true },
  "ssl.keystore.password_file": { doc: "File with the password, instead of ssl.keystore.password." },
  "ssl.server.name": {
    doc: "Host name that the broker's certificate must have, if not the one that is connected to.",
  },
  "ssl.endpoint.identification.algorithm": {
    doc: "Whether the broker's certificate must have its host name: https (the default) or none.",
  },
  "enable.ssl.certificate.verification": { doc: "Whether to verify the broker's certificate." },
  "request.timeout.ms": { doc: "How long to wait for the response to one request." },
  "default.api.timeout.ms": {
    doc: "How long to keep trying while Kafka does not answer, before the command fails (default 60000).",
  },
  "socket.connection.setup.timeout.ms": { doc: "How long to wait for a connection." },
  "check.crcs": { doc: "Whether `analyze` verifies the checksum of each batch; `consume` always does." },
} as const satisfies Readonly<Record<string, ClientProperty>>;

/** A client property; the values of `secret` ones are never shown. */
export interface ClientProperty {
  readonly doc: string;
  readonly secret?: true;
}
