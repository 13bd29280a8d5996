/**
 * Kafka as a job reaches it. Its files are copied from host to host, and stay; so passwords and private keys are not in
 * them: the job takes them from the environment of Spark's driver, by the names that this program has for them.
 */
import { resolve } from "node:path";
import { withSecretsRead } from "../../base/files/read_named.ts";
import { clusterProperties, loginEntry, loginSecret } from "../cluster/cluster_kafka.ts";

type Properties = Readonly<Record<string, string>>;

/** An option of Spark's connector whose value the job makes of a variable. */
export type JobSecret =
  & { readonly option: string; readonly variable: string }
  & (
    /** The variable has the value. */
    | { readonly kind: "text" }
    /** It has the path of a file on the driver's host, with the value; without the variable, a path is known. */
    | { readonly kind: "file"; readonly default: string }
    /** It has the secret of a login, which ends its entry. */
    | { readonly kind: "jaas"; readonly login: string }
  );

/** Properties for Java's client, and those that the job adds. */
export interface JobKafka {
  readonly properties: Properties;
  readonly secrets: readonly JobSecret[];
}

/** What else is needed. */
export interface JobKafkaOptions {
  readonly readText: (path: string, property: string) => string;
  /** The variable in which this program looks for a property. */
  readonly variableOf: (property: string) => string;
}

/**
 * The properties for Java's client, and what the job takes from its environment.
 *
 * @throws {SfcrimeError} CONFIG for a property that Java's client does not have; FILE_MISSING for a certificate.
 */
export function jobKafka(properties: Properties, { readText, variableOf }: JobKafkaOptions): JobKafka {
  const given = withSecretsRead(properties);
  const { "sasl.jaas.config": login, "ssl.key.password": _password, "ssl.keystore.key": _key, ...open } =
    clusterProperties(given, readText);
  const secrets = secretsOf(given, variableOf);
  const hasLogin = login !== undefined && !secrets.some(({ kind }) => kind === "jaas");
  return { properties: { ...open, ...(hasLogin ? { "sasl.jaas.config": login } : {}) }, secrets };
}

function secretsOf(given: Properties, variableOf: JobKafkaOptions["variableOf"]): JobSecret[] {
  const entry = loginEntry(given);
  const { "ssl.certificate.location": certificate, "ssl.key.location": key } = given;
  const secrets: JobSecret[] = [];
  const { option, property } = loginSecret(given);
  if (entry !== undefined && given[property] !== undefined) {
    secrets.push({
      kind: "jaas",
      option: "kafka.sasl.jaas.config",
      variable: variableOf(property),
      login: `${entry} ${option}=`,
    });
  }
  if (certificate !== undefined && key !== undefined) {
    secrets.push({
      kind: "file",
      option: "kafka.ssl.keystore.key",
      variable: variableOf("ssl.key.location"),
      default: resolve(key),
    });
  }
  if (given["ssl.key.pem"] !== undefined) {
    secrets.push({ kind: "text", option: "kafka.ssl.keystore.key", variable: variableOf("ssl.key.pem") });
  }
  if (given["ssl.key.password"] !== undefined) {
    secrets.push({
      kind: "text",
      option: "kafka.ssl.key.password",
      variable: variableOf("ssl.key.password"),
    });
  }
  return secrets;
}
