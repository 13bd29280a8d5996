/** Kafka as a Spark cluster reaches it: our client properties by the names of Java's client. */
import { SfcrimeError } from "../../base/errors.ts";
import { withSecretsRead } from "../../base/files/read_named.ts";

/** The client properties that are set, by our names. */
type Properties = Readonly<Record<string, string>>;

/** Which properties a JVM knows by the same name. */
const SAME_NAME = [
  "security.protocol",
  "sasl.mechanism",
  "ssl.key.password",
  "sasl.oauthbearer.token.endpoint.url",
  "sasl.oauthbearer.header.urlencode",
];

/** Those of a host other than the cluster's, or of our own client, which change no result. */
const OURS_ONLY = [
  "request.timeout.ms",
  "default.api.timeout.ms",
  "socket.connection.setup.timeout.ms",
  "check.crcs",
];

const LOGIN_MODULES: Readonly<Record<string, string>> = {
  PLAIN: "org.apache.kafka.common.security.plain.PlainLoginModule",
  "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
  "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
  OAUTHBEARER: "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
};

/**
 * The properties for Java's client. Certificates travel as text, as the cluster does not see this machine's files.
 *
 * @throws {SfcrimeError} CONFIG for a property that it does not have; FILE_MISSING for a certificate.
 */
export function clusterProperties(
  given: Properties,
  readText: (path: string, property: string) => string,
): Properties {
  if (given["sasl.oauthbearer.token_file"] !== undefined) throw noTokenFile();
  const properties = withSecretsRead(given);
  const java: Record<string, string> = {};
  for (const [name, value] of Object.entries(properties)) {
    // Java's client knows mechanisms in capital letters only.
    if (SAME_NAME.includes(name)) java[name] = name === "sasl.mechanism" ? value.toUpperCase() : value;
    else if (!OURS_ONLY.includes(name) && !TAKEN_TOGETHER.has(name)) throw unknown(name);
  }
  return { ...java, ...login(properties), ...certificates(properties, readText) };
}

const TAKEN_TOGETHER: ReadonlySet<string> = new Set([
  "sasl.username",
  "sasl.password",
  "sasl.oauthbearer.client.id",
  "sasl.oauthbearer.client.secret",
  "sasl.oauthbearer.scope",
  "sasl.oauthbearer.extensions",
  "ssl.endpoint.identification.algorithm",
  "ssl.ca.pem",
  "ssl.certificate.pem",
  "ssl.key.pem",
  "ssl.ca.location",
  "ssl.certificate.location",
  "ssl.key.location",
  "enable.ssl.certificate.verification",
]);

function login(properties: Properties): Properties {
  const entry = loginEntry(properties);
  if (entry === undefined) return {};
  const { option, property } = loginSecret(properties);
  return {
    "sasl.jaas.config": `${entry} ${option}=${quoted(properties[property] ?? "")};`,
    ...(isBearer(properties) ? { "sasl.login.callback.handler.class": BEARER_HANDLER } : {}),
  };
}

/** What asks a token endpoint. */
const BEARER_HANDLER = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";

function isBearer(properties: Properties): boolean {
  return properties["sasl.mechanism"]?.toUpperCase() === "OAUTHBEARER";
}

/** What is secret of a login: its option in a JAAS file, and our property. */
export function loginSecret(properties: Properties): { readonly option: string; readonly property: string } {
  return isBearer(properties)
    ? { option: "clientSecret", property: "sasl.oauthbearer.client.secret" }
    : { option: "password", property: "sasl.password" };
}

/** The entry of a login in the syntax of a JAAS file, up to its secret; undefined if there is no login. */
export function loginEntry(properties: Properties): string | undefined {
  if (isBearer(properties)) return bearerEntry(properties);
  const username = properties["sasl.username"];
  if (username === undefined) return undefined;
  const mechanism = properties["sasl.mechanism"] ?? "PLAIN";
  return `${LOGIN_MODULES[mechanism.toUpperCase()]} required username=${quoted(username)}`;
}

function bearerEntry(properties: Properties): string {
  const { "sasl.oauthbearer.scope": scope, "sasl.oauthbearer.extensions": extensions = "" } = properties;
  const options = [
    ["clientId", properties["sasl.oauthbearer.client.id"] ?? ""],
    ...(scope === undefined ? [] : [["scope", scope]]),
    ...extensions.split(",").filter((pair) => pair.includes("=")).map((pair) => {
      const at = pair.indexOf("=");
      return [`extension_${pair.slice(0, at).trim()}`, pair.slice(at + 1)];
    }),
  ];
  const words = options.map(([name, value]) => `${name}=${quoted(value!)}`);
  return [LOGIN_MODULES["OAUTHBEARER"], "required", ...words].join(" ");
}

function certificates(
  properties: Properties,
  readText: (path: string, property: string) => string,
): Properties {
  const textOf = (name: "ca" | "certificate" | "key") => {
    const [text, path] = [properties[`ssl.${name}.pem`], properties[`ssl.${name}.location`]];
    return text ?? (path === undefined ? undefined : readText(path, `ssl.${name}.location`));
  };
  const [ca, certificate, key] = [textOf("ca"), textOf("certificate"), textOf("key")];
  const checksNames = properties["ssl.endpoint.identification.algorithm"]?.toLowerCase() !== "none";
  if (properties["enable.ssl.certificate.verification"] === "false") {
    throw new SfcrimeError("CONFIG", "Spark always verifies certificates of Kafka.", {
      hint:
        "Set ssl.ca.location to the CA of the brokers, in place of enable.ssl.certificate.verification = false.",
    });
  }
  return {
    ...(checksNames ? {} : { "ssl.endpoint.identification.algorithm": "" }),
    ...(ca === undefined ? {} : { "ssl.truststore.type": "PEM", "ssl.truststore.certificates": ca }),
    ...(certificate === undefined || key === undefined ? {} : {
      "ssl.keystore.type": "PEM",
      "ssl.keystore.certificate.chain": certificate,
      "ssl.keystore.key": key,
    }),
  };
}

/** A value in the syntax of a JAAS file. */
function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function noTokenFile(): SfcrimeError {
  return new SfcrimeError("CONFIG", "Kafka's sasl.oauthbearer.token_file cannot be passed on to Spark.", {
    hint:
      "Set sasl.oauthbearer.token.endpoint.url, where the cluster gets its tokens, with a client's ID and secret.",
  });
}

function unknown(name: string): SfcrimeError {
  return new SfcrimeError("CONFIG", `Kafka's ${name} cannot be passed on to Spark.`, {
    hint: "Set it on the cluster, or run the query with --engine local.",
  });
}
