/**
 * A Kafka with further ways into it than the plain one: listeners that want a login, TLS or both, with certificates of
 * its own, made by openssl, in PEM, which Kafka and the program both read; and listeners behind proxies that break
 * connections. Permissions can be set; without any, everybody may do everything.
 */
import { type Certificates, makeCertificates } from "./certificates.ts";
import { FaultyProxy } from "./faulty_proxy.ts";
import { startKafka, type TestKafka } from "./kafka.ts";
import { AUDIENCE, ISSUER, TokenIssuer } from "./token_server.ts";

/** A port that nobody listens to; the listener ASTRAY tells its clients to connect to it. */
export const DEAD_PORT = 1;
/** The one who may log in, by every mechanism. */
export const USER = { name: "alice", password: "sword=fish 7" } as const;
/** Another one, who may log in by PLAIN; see the tests of permissions. */
export const LIMITED_USER = { name: "bob", password: "halibut 8" } as const;
/** How long a session of the listener SHORT lasts. */
export const SESSION_MS = 1_500;

const MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

/** Listeners that want a login, and the mechanisms that they take. */
const LOGIN_LISTENERS: Readonly<Record<string, readonly string[]>> = {
  LOGIN: MECHANISMS,
  LOGINTLS: MECHANISMS,
  PLAINONLY: ["PLAIN"],
  SHORT: ["PLAIN"],
  BEARER: ["OAUTHBEARER"],
};

const LISTENERS = {
  LOGIN: { protocol: "SASL_PLAINTEXT" },
  LOGINTLS: { protocol: "SASL_SSL" },
  PLAINONLY: { protocol: "SASL_PLAINTEXT" },
  SHORT: { protocol: "SASL_PLAINTEXT" },
  BEARER: { protocol: "SASL_SSL" },
  TLS: { protocol: "SSL" },
  MUTUAL: { protocol: "SSL" },
  EXPIRED: { protocol: "SSL" },
} as const;

/** The names of the listeners that want a login or TLS. */
export type ListenerName = keyof typeof LISTENERS;

/** See the module's description. */
export interface EquippedKafka {
  readonly kafka: TestKafka;
  readonly certificates: Certificates;
  /** Signs the tokens that the listener BEARER accepts. */
  readonly issuer: TokenIssuer;
  /** A way through each of them reaches the server. */
  readonly proxies: { readonly PROXIED: FaultyProxy; readonly MUTE: FaultyProxy };
}

let shared: Promise<EquippedKafka> | undefined;

/** The one that the tests of one process share. Call it at the top of a file, so that no single test owns it. */
export function equippedKafka(): Promise<EquippedKafka> {
  return shared ??= startEquippedKafka();
}

async function startEquippedKafka(): Promise<EquippedKafka> {
  const directory = await Deno.makeTempDir({ prefix: "sfcrime-certificates-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
  const certificates = await makeCertificates(directory);
  const issuer = await TokenIssuer.create();
  const keys = `${directory}/keys.json`;
  await Deno.writeTextFile(keys, JSON.stringify(issuer.keys));
  const proxies = { PROXIED: new FaultyProxy(), MUTE: new FaultyProxy() };
  const behind = ({ port }: FaultyProxy) => ({ protocol: "PLAINTEXT", advertisedPort: port }) as const;
  const kafka = await startKafka({
    listeners: {
      ...LISTENERS,
      PROXIED: behind(proxies.PROXIED),
      MUTE: behind(proxies.MUTE),
      ASTRAY: { protocol: "PLAINTEXT", advertisedPort: DEAD_PORT },
    },
    properties: {
      // Nobody else joins.
      "group.initial.rebalance.delay.ms": "0",
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "allow.everyone.if.no.acl.found": "true",
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": certificates.server,
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": certificates.ca,
      "listener.name.mutual.ssl.client.auth": "required",
      "listener.name.expired.ssl.keystore.type": "PEM",
      "listener.name.expired.ssl.keystore.location": certificates.expiredServer,
      "listener.name.short.plain.connections.max.reauth.ms": String(SESSION_MS),
      ...bearerProperties(`file://${keys}`),
      ...Object.fromEntries(Object.entries(LOGIN_LISTENERS).flatMap(loginProperties)),
    },
    javaArgs: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${keys}`],
    formatArgs: MECHANISMS.filter((mechanism) => mechanism !== "PLAIN").flatMap((mechanism) => [
      "--add-scram",
      `${mechanism}=[name=${USER.name},password="${USER.password}"]`,
    ]),
  });
  for (const name of ["PROXIED", "MUTE"] as const) proxies[name].forwardTo(kafka.listeners[name]!);
  return { kafka, certificates, issuer, proxies };
}

function loginProperties([listener, mechanisms]: [string, readonly string[]]): [string, string][] {
  const prefix = `listener.name.${listener.toLowerCase()}`;
  return [
    [`${prefix}.sasl.enabled.mechanisms`, mechanisms.join()],
    ...mechanisms.map((mechanism): [string, string] => [
      `${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`,
      moduleOf(mechanism),
    ]),
  ];
}

function moduleOf(mechanism: string): string {
  const packageName = "org.apache.kafka.common.security";
  if (mechanism === "OAUTHBEARER") return `${packageName}.oauthbearer.OAuthBearerLoginModule required;`;
  return mechanism === "PLAIN"
    ? `${packageName}.plain.PlainLoginModule required ${
      [USER, LIMITED_USER].map(({ name, password }) => `user_${name}="${password}"`).join(" ")
    };`
    : `${packageName}.scram.ScramLoginModule required;`;
}

/** How the listener BEARER checks tokens: by the keys of their issuer, as those of companies do. */
function bearerProperties(keysUrl: string): Record<string, string> {
  const prefix = "listener.name.bearer";
  return {
    [`${prefix}.oauthbearer.sasl.server.callback.handler.class`]:
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler",
    // Kafka 4.1 otherwise checks no signatures, whatever the keys.
    [`${prefix}.sasl.oauthbearer.jwt.validator.class`]:
      "org.apache.kafka.common.security.oauthbearer.BrokerJwtValidator",
    [`${prefix}.sasl.oauthbearer.jwks.endpoint.url`]: keysUrl,
    [`${prefix}.sasl.oauthbearer.expected.issuer`]: ISSUER,
    [`${prefix}.sasl.oauthbearer.expected.audience`]: AUDIENCE,
    // Otherwise a token is valid for thirty seconds after it has expired.
    [`${prefix}.sasl.oauthbearer.clock.skew.seconds`]: "0",
    [`${prefix}.oauthbearer.connections.max.reauth.ms`]: "60000",
  };
}
