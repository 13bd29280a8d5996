/**
 * Properties of Kafka's Java client and of librdkafka that are called otherwise here, or are settings of the program: they
 * are taken as well, with `-X`, in `[kafka]`, and in a file of properties.
 */
import { jaasLogin } from "./jaas.ts";

/** The prefix of client properties among {@link Converted.values}. */
export const PROPERTY = "property:";

/** What a property is here. */
export type Converted =
  /** Values by `section.key`, or by name with {@link PROPERTY}; none for what needs no setting. */
  | { readonly values: Readonly<Record<string, string>> }
  /** It has a meaning for other clients only, which a message says. */
  | { readonly ignored: string }
  | { readonly problem: string; readonly hint?: string };

type Rule = (value: string) => Converted;

/** A setting, or a client property, with values that are called otherwise. */
function is(name: string, values: Readonly<Record<string, string>> = {}): Rule {
  return (value) => ({ values: { [name]: Object.hasOwn(values, value) ? values[value]! : value } });
}

const nothing: Rule = () => ({ values: {} });

function ignored(why: string): Rule {
  return () => ({ ignored: why });
}

const SERVERS = is("kafka.bootstrap_servers");
const ACKS = is("producer.acks", { "-1": "all" });
const COMPRESSION = is("producer.compression");
const RESET = is("kafka.auto_offset_reset", {
  smallest: "earliest",
  beginning: "earliest",
  largest: "latest",
  end: "latest",
});

const BY_CONTENT = ignored("the type of a store is told by its content");
const TLS_OF_RUNTIME = ignored("TLS 1.2 and 1.3 are used, with the ciphers of the runtime");
const REFRESH = ignored("tokens are replaced after four fifths of their life");
const OF_JAVA = ignored("it is about Java");

const RULES: Readonly<Record<string, Rule>> = {
  "bootstrap.servers": SERVERS,
  "metadata.broker.list": SERVERS,
  "client.id": is("kafka.client_id"),
  "group.id": is("kafka.group_id"),
  "auto.offset.reset": RESET,
  "acks": ACKS,
  "request.required.acks": ACKS,
  "compression.type": COMPRESSION,
  "compression.codec": COMPRESSION,
  "transactional.id": is("producer.transactional_id"),
  "isolation.level": is("consumer.isolation_level"),
  "sasl.mechanisms": is(`${PROPERTY}sasl.mechanism`),
  "sasl.jaas.config": jaas,
  "sasl.login.callback.handler.class": loginHandler,
  "sasl.oauthbearer.method": nothing,
  "sasl.oauthbearer.client.credentials.client.id": is(`${PROPERTY}sasl.oauthbearer.client.id`),
  "sasl.oauthbearer.client.credentials.client.secret": is(`${PROPERTY}sasl.oauthbearer.client.secret`),
  "ssl.truststore.certificates": is(`${PROPERTY}ssl.ca.pem`),
  "ssl.keystore.certificate.chain": is(`${PROPERTY}ssl.certificate.pem`),
  "ssl.keystore.key": is(`${PROPERTY}ssl.key.pem`),
  "ssl.truststore.type": BY_CONTENT,
  "ssl.keystore.type": BY_CONTENT,
  "ssl.protocol": TLS_OF_RUNTIME,
  "ssl.enabled.protocols": TLS_OF_RUNTIME,
  "ssl.cipher.suites": TLS_OF_RUNTIME,
  "ssl.provider": OF_JAVA,
  "ssl.secure.random.implementation": OF_JAVA,
  "ssl.keymanager.algorithm": OF_JAVA,
  "ssl.trustmanager.algorithm": OF_JAVA,
  "security.providers": OF_JAVA,
  "sasl.login.refresh.window.factor": REFRESH,
  "sasl.login.refresh.window.jitter": REFRESH,
  "sasl.login.refresh.min.period.seconds": REFRESH,
  "sasl.login.refresh.buffer.seconds": REFRESH,
  "sasl.login.connect.timeout.ms": REFRESH,
  "sasl.login.read.timeout.ms": REFRESH,
  "sasl.login.retry.backoff.ms": REFRESH,
  "sasl.login.retry.backoff.max.ms": REFRESH,
};

/**
 * What a property of another client is here; undefined if it is none, or has the same name.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(convertProperty("auto.offset.reset", "smallest"), {
 *   values: { "kafka.auto_offset_reset": "earliest" },
 * });
 * ```
 */
export function convertProperty(name: string, value: string): Converted | undefined {
  if (name === TOKEN_URL && value.startsWith("file:")) return tokenFile(value);
  return Object.hasOwn(RULES, name) ? RULES[name]!(value) : undefined;
}

const TOKEN_URL = "sasl.oauthbearer.token.endpoint.url";

/** Java's client reads a token from a file by such an address. */
function tokenFile(url: string): Converted {
  const parsed = URL.parse(url);
  if (parsed === null) return { problem: "it is not the address of a file" };
  return { values: { [`${PROPERTY}sasl.oauthbearer.token_file`]: decodeURIComponent(parsed.pathname) } };
}

function jaas(value: string): Converted {
  const login = jaasLogin(value);
  if ("problem" in login) return login;
  return {
    values: Object.fromEntries(
      Object.entries(login.properties).map(([name, text]) => [`${PROPERTY}${name}`, text]),
    ),
  };
}

function loginHandler(value: string): Converted {
  if (
    /^org\.apache\.kafka\.common\.security\.oauthbearer\.(secured\.)?OAuthBearerLoginCallbackHandler$/.test(
      value,
    )
  ) {
    return { values: {} };
  }
  return {
    problem: "classes of Java cannot be loaded",
    hint: "For OAUTHBEARER, set sasl.oauthbearer.token.endpoint.url or sasl.oauthbearer.token_file.",
  };
}
