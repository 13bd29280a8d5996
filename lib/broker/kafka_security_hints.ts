/**
 * What to try when the first contact with a Kafka fails: which setting is most likely wrong, by what the server has
 * done and how it was talked to. Where a server just closes the connection, that is a guess, and is worded as one.
 */

/** How a server is talked to, as `security.protocol` and `sasl.mechanism` say. */
export interface ClientSecurity {
  readonly protocol: string;
  readonly mechanism: string;
}

const LOGIN_KEYS = "sasl.mechanism, sasl.username and sasl.password";
const CERTIFICATE_KEYS = "ssl.certificate.location and ssl.key.location";

/** A hint by what was said of a connection that failed; undefined where that says nothing of settings. */
export function connectionHint(said: string, { protocol }: ClientSecurity): string | undefined {
  const hasLogin = protocol.startsWith("sasl");
  if (/speaks TLS/.test(said)) {
    const other = hasLogin ? "sasl_ssl" : "ssl, or sasl_ssl if the server requires a login";
    return `Set security.protocol = ${other}.`;
  }
  if (/before secure TLS|wrong version number|InvalidContentType/i.test(said)) {
    const other = hasLogin ? "sasl_plaintext" : "plaintext, or sasl_plaintext if the server requires a login";
    return `The server most likely does not use TLS on this port: set security.protocol = ${other}.`;
  }
  if (/fatal alert|alert .*certificate/i.test(said)) {
    return `The server refused the TLS handshake. If it requires a client certificate, set ${CERTIFICATE_KEYS}.`;
  }
  if (/altnames/i.test(said)) {
    return "Use a host name in --bootstrap-server that is in the certificate of the server.";
  }
  if (/certificate|self.signed|UnknownIssuer/i.test(said)) {
    return "Set ssl.ca.location to a PEM file with the CA certificate that signed the certificate of the server.";
  }
  if (/closed|disconnected|write after end|reset by peer|broken pipe|ECONNRESET|EPIPE/i.test(said)) {
    return closedHint(protocol);
  }
  if (/does not speak Kafka/.test(said)) {
    return "Check that --bootstrap-server has the port of a Kafka broker.";
  }
  return undefined;
}

function closedHint(protocol: string): string {
  if (protocol.startsWith("sasl")) {
    return `The server closed the connection. Check security.protocol (now ${protocol}) and sasl.mechanism.`;
  }
  const withLogin = protocol === "ssl" ? "sasl_ssl" : "sasl_plaintext";
  const login = `If it requires a login, set security.protocol = ${withLogin}, ${LOGIN_KEYS}`;
  const certificate = protocol === "ssl" ? `; if it requires a client certificate, ${CERTIFICATE_KEYS}` : "";
  return `The server closed the connection. ${login}${certificate}.`;
}

/** A refused login, as far as the server says why. */
export interface LoginRefusal {
  /** The protocol's name of the error. */
  readonly type?: string;
  /** What the server takes, where it says so. */
  readonly mechanisms?: readonly string[];
}

/** What to try when a login is refused. */
export function loginHint(
  { type, mechanisms = [] }: LoginRefusal,
  { protocol, mechanism }: ClientSecurity,
): string {
  if (type === "ILLEGAL_SASL_STATE") {
    const other = protocol.endsWith("ssl") ? "ssl" : "plaintext";
    return `The server does not accept logins on this port: set security.protocol = ${other}.`;
  }
  if (type === "UNSUPPORTED_SASL_MECHANISM") {
    const taken = mechanisms.length === 0 ? "" : `: ${mechanisms.join(", ").toLowerCase()}`;
    return `Set sasl.mechanism to one that the server accepts${taken}.`;
  }
  const perMechanism = mechanism.startsWith("scram")
    ? ` The user must have credentials for ${mechanism}.`
    : "";
  return `Check sasl.username and sasl.password.${perMechanism}`;
}
