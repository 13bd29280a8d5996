/**
 * Hints if the first contact with Kafka fails: which setting is most likely wrong, given the reaction of the
 * server and the security protocol. If a server just closes the connection, this is a guess, and is worded as
 * one.
 */

/** The security settings of a client: `security.protocol` and `sasl.mechanism`. */
export interface ClientSecurity {
  readonly protocol: string;
  readonly mechanism: string;
}

const LOGIN_KEYS = "sasl.mechanism, sasl.username and sasl.password";
const CERTIFICATE_KEYS = "ssl.certificate.location and ssl.key.location";

/** A hint for the error of a failed connection; undefined if it is not about settings. */
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
  if (/expired/i.test(said)) {
    return "The certificate of the server is out of date: renew it there, or set the clock of this machine right.";
  }
  if (/altnames|not valid for name/i.test(said)) {
    return "Use a host name in --bootstrap-server that is in the certificate of the server, or set ssl.server.name to one.";
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

/** A failed login, with the reasons of the server. */
export interface LoginRefusal {
  /** The protocol name of the error. */
  readonly type?: string;
  /** The mechanisms that the server supports, if known. */
  readonly mechanisms?: readonly string[];
}

/** The hint for a failed login. */
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
